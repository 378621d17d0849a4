import { mkdtemp, readdir, readFile, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { mutate } from './mutate.ts';
import { randomFrom } from './random.ts';
import { readers } from './readers.ts';
import { anyBytes } from './texts.ts';

/** No input is longer than 8 KiB; a reader that takes this long (ms) for one hangs for a larger one. */
const longest = 20_000;

const synclists = [
  '# files of all nodes\n/etc/hosts -> /etc/hosts\na other -> /etc/conf.d/\n/etc/ssh/* -> /etc/ssh\n',
  '/etc/passwd -> (n1,n2) /etc/passwd\nEXECUTE:\n/opt/x.sh\nEXECUTEALWAYS:\na\nAPPEND:\na -> /etc/fstab\n\nMERGE:\na -> /etc/group\n',
];

/**
 * The real files that inputs are made of: everything of that kind in the fixtures and the default profiles.
 */
async function corpusOf(reader: string): Promise<Buffer[]> {
  if (reader === 'synclist') return synclists.map((text) => Buffer.from(text));
  const ending = reader === 'stanza' ? '.stanza' : reader === 'exlist' ? '.exlist' : '.pkglist';
  const folder = reader === 'stanza' ? 'fixtures' : 'share/xcat/netboot';
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const paths = entries.flatMap((entry) =>
    entry.isFile() && entry.name.endsWith(ending) ? [join(entry.parentPath, entry.name)] : [],
  );
  return Promise.all(paths.sort().map((path) => readFile(path)));
}

/**
 * Gives a reader `count` inputs, half from real files with changed bytes, half from words that mean
 * something. Throws for the first one that loses a line, throws anything, or takes long; the message holds
 * the input.
 */
export async function fuzz(reader: keyof typeof readers, count: number, seed: number): Promise<void> {
  const read = readers[reader]!;
  const folder = await realpath(await mkdtemp(join(tmpdir(), 'rootimg-fuzz-')));
  const check = async (content: Buffer): Promise<void> => {
    const begun = Date.now();
    const lines = await read(folder, content).catch((error: unknown) => {
      throw new Error(`${reader}, ${show(content)}`, { cause: error });
    });
    if (lines.length > 0) throw new Error(`${reader} loses ${lines.join('; ')} of ${show(content)}`);
    if (Date.now() - begun > longest) throw new Error(`${reader} hangs with ${show(content)}`);
  };
  try {
    await writeFile(join(folder, 'other'), 'included\n');
    await writeFile(join(folder, 'a'), '');
    const corpus = await corpusOf(reader);
    const random = randomFrom(seed);
    for (let left = Math.floor(count / 2); left > 0; left -= 1) await check(mutate(corpus, random));
    await fc.assert(fc.asyncProperty(anyBytes, check), { numRuns: Math.ceil(count / 2), seed });
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

function show(content: Buffer): string {
  return `${JSON.stringify(content.toString('latin1'))} (latin1)`;
}
