import type { Random } from './random.ts';

type Mutation = (input: Buffer, random: Random, corpus: readonly Buffer[]) => Buffer;

/** Text that means something to one reader or another. */
const tokens = [
  ...[
    '#INCLUDE:',
    '#INCLUDE:self#',
    '#INCLUDE:other#',
    '#INCLUDE:missing#',
    '#INCLUDE:$A/other#',
    '#ENV:',
    '#ENV:A=1#',
  ],
  ...['#NEW_INSTALL_LIST#', '#', ',', ',,', '-', '--', '+', '@', '"', "'", '`', '$', '$A', '${A}', '\\'],
  ...[
    'objtype=osimage',
    'default-osimage:',
    'x:',
    ':',
    '=',
    '==',
    ' = ',
    'osarch=x',
    '\ufeff',
    '\ufffd',
    'é',
    '漢',
    '\u2028',
  ],
  ...[
    ' -> ',
    '->',
    '(n1,n2)',
    'EXECUTE:',
    'EXECUTEALWAYS:',
    'APPEND:',
    'MERGE:',
    '/etc/passwd',
    '/',
    '..',
    '*',
    '?',
    '[',
  ],
  ...[
    ']',
    '[!a]',
    '**',
    '\n',
    '\r\n',
    '\r',
    '\t',
    '\v',
    ' ',
    '\0',
    '\x7f',
    '\x1b[31m',
    '/dev/zero',
    '/proc/self/fd/0',
  ],
];

const mutations: readonly Mutation[] = [
  (input, random) => {
    const output = Buffer.from(input);
    if (output.length > 0) output[random.below(output.length)] = random.below(256);
    return output;
  },
  (input, random) => replace(input, random.below(input.length + 1), 0, Buffer.from([random.below(256)])),
  (input, random) => replace(input, random.below(input.length + 1), 1 + random.below(8), Buffer.alloc(0)),
  (input, random) => replace(input, random.below(input.length + 1), 0, Buffer.from(random.pick(tokens))),
  (input, random) =>
    replace(input, random.below(input.length + 1), random.below(4), Buffer.from(random.pick(tokens))),
  (input, random) => input.subarray(0, random.below(input.length + 1)),
  (input, random) => {
    const from = random.below(input.length + 1);
    return replace(input, random.below(input.length + 1), 0, input.subarray(from, from + random.below(60)));
  },
  (input, random) => {
    const lines = input.toString('latin1').split('\n');
    const [moved = ''] = lines.splice(random.below(lines.length), 1);
    lines.splice(random.below(lines.length + 1), 0, moved);
    return Buffer.from(lines.join('\n'), 'latin1');
  },
  (input, random, corpus) => {
    const other = random.pick(corpus);
    const from = random.below(other.length + 1);
    return replace(input, random.below(input.length + 1), 0, other.subarray(from, from + random.below(200)));
  },
];

function replace(input: Buffer, at: number, length: number, by: Buffer): Buffer {
  return Buffer.concat([input.subarray(0, at), by, input.subarray(at + length)]);
}

/** One of the real files with one to eight changes of bytes, pieces and lines; never longer than 8 KiB. */
export function mutate(corpus: readonly Buffer[], random: Random): Buffer {
  let bytes = random.pick(corpus).subarray(0, 4096);
  for (let left = 1 + random.below(8); left > 0; left -= 1) {
    bytes = random.pick(mutations)(bytes, random, corpus);
  }
  return bytes.subarray(0, 8192);
}
