import { execFileSync, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { quoteWord } from '../../../src/base/quote.ts';
import { readSecret } from '../../../src/cli/ask-password.ts';
import { callPart, linesOf, type RootNode, takesPassword } from '../../../src/remote/node.ts';
import { type NodePart, nodeScript } from '../../../src/remote/node-script.ts';
import { nodeProblems, readFacts } from '../../../src/remote/probe.ts';
import { start } from '../../../src/system/exec.ts';

const parts: NodePart[] = [
  ...([
    'probe',
    'kit',
    'putKit',
    'blobs',
    'putBlobs',
    'same',
    'place',
    'session',
    'errors',
    'fetch',
  ] as const),
];

test.each(parts)('the part %s is what every POSIX shell reads', (part) => {
  for (const shell of ['dash', 'bash']) {
    expect(spawnSync(shell, ['-n', '-c', nodeScript(part)], { encoding: 'utf8' }).stderr).toBe('');
  }
  const { stdout } = spawnSync('shellcheck', ['-s', 'sh', '-e', 'SC1090,SC1091,SC2034,SC2086,SC2154', '-'], {
    input: nodeScript(part),
    encoding: 'utf8',
  });
  expect(stdout).not.toMatch(/\((error|warning)\)/);
});

test('one look at a host tells what it is', () => {
  const text = execFileSync('sh', ['-c', nodeScript('probe'), 'rootimg', 'sh no-such-program'], {
    encoding: 'utf8',
  });
  const now = Math.floor(Date.now() / 1000);
  const facts = readFacts(text.split('\n'), now);
  expect(facts).toMatchObject({
    missing: ['no-such-program'],
    nodejs: Number(process.version.slice(1).split('.')[0]),
  });
  expect(facts.free).toBeGreaterThan(0);
  expect(Math.abs(facts.ahead)).toBeLessThan(600);
});

test('all that is wrong with a node is told at once, with what to do', () => {
  const facts = readFacts(
    ['machine=ppc64le', 'root=no', 'user=anna', 'node=v18.1.0', 'missing=dnf', 'free=10', 'time=9000'],
    1000,
  );
  const tools = [{ command: 'dnf', from: 'dnf', why: 'installs' }];
  const problems = nodeProblems('n1', facts, 'x86_64', [tools]);
  expect(problems.map(({ code }) => code)).toEqual([
    ...['wrong-architecture', 'not-root', 'node-runtime', 'tool-missing', 'disk-full', 'clock'],
  ]);
  for (const { hint, message } of problems) expect(hint !== undefined && message.includes('n1')).toBe(true);
  const fit = readFacts(
    ['machine=amd64', 'root=yes', 'user=root', 'node=v20.0.0', 'free=9999999', 'time=1000'],
    1000,
  );
  expect(nodeProblems('n1', fit, 'x86_64', [tools])).toEqual([]);
});

test('what a node says of itself is fit to be shown', () => {
  const facts = readFacts(['name=Rocky\x1b[2J\x9b1m', 'machine=x\r\x07', 'user=\u202eroot'], 0);
  expect(facts).toMatchObject({ name: 'Rocky\\x1b[2J\\x9b1m', arch: 'x\\r\\x07', user: '\\u{202e}root' });
});

test('one whole set of programs is enough; else what is missing of the nearest is told', () => {
  const tool = (command: string) => ({ command, from: command, why: 'is needed' });
  const sets = [
    [tool('dnf'), tool('rpm')],
    [tool('dnf5'), tool('rpm')],
  ];
  const node = ['machine=x86_64', 'root=yes', 'user=root', 'node=v20.0.0', 'free=9999999', 'time=1000'];
  const told = (...missing: string[]) =>
    nodeProblems(
      'n1',
      readFacts([...node, ...missing.map((name) => `missing=${name}`)], 1000),
      'x86_64',
      sets,
    ).map(({ message }) => message.split(' ')[0]);
  expect(told('dnf')).toEqual([]);
  expect(told('dnf5')).toEqual([]);
  expect(told('dnf', 'dnf5')).toEqual(['dnf']);
  expect(told('dnf', 'dnf5', 'rpm')).toEqual(['dnf', 'rpm']);
});

test.each([
  ['secret\r', 'secret'],
  ['sex\x7fcret\n', 'secret'],
  ['wrong\x15pä\x7fassword\r', 'password'],
  ['\x04', undefined],
])('what is typed as %j is the password %j', async (typed, password) => {
  const stream = async function* () {
    for (const byte of Buffer.from(typed)) yield Buffer.from([byte]);
  };
  expect(await readSecret(stream())).toBe(password);
});

/** A node that is this host: what ssh would run there runs here. */
const here: RootNode = {
  rights: { by: 'root' },
  connection: {
    host: 'n1',
    argv: (command) => ['sh', '-c', command.map(quoteWord).join(' ')],
    start: (command) => start(['sh', '-c', command.map(quoteWord).join(' ')]),
    forward: () => Promise.reject(new Error('no port')),
    close: () => Promise.resolve(),
  },
};

test('a part gives the lines that it said of what it was given', async () => {
  const digest = createHash('sha256')
    .update(readFileSync(import.meta.filename))
    .digest('hex');
  const asked = `${digest} ${import.meta.filename}\n${digest} /etc/passwd\n${digest} /nothing\n`;
  expect(await callPart(here, 'same', [], asked)).toEqual([import.meta.filename]);
});

test('a part that fails is told with what it said last, a connection that ends as one', async () => {
  await expect(callPart(here, 'fetch', ['/no such folder', 'image'])).rejects.toMatchObject({
    code: 'node-failed',
    message: 'n1: There is no folder /no such folder.',
  });
  // ssh says that it failed itself, or is killed.
  for (const end of ['exit 255', 'kill -9 $$']) {
    const connection = { ...here.connection, start: () => start(['sh', '-c', end]) };
    await expect(callPart({ ...here, connection }, 'same', [])).rejects.toMatchObject({
      code: 'connection-lost',
    });
    await expect(takesPassword(connection, 'x')).rejects.toMatchObject({ code: 'connection-lost' });
  }
});

test('a node that prints without end, or never ends, is told, and is not waited for', async () => {
  const { connection } = here;
  await expect(linesOf(connection, ['exec', 'yes'])).rejects.toMatchObject({
    message: expect.stringMatching(/^\S+ sends more than 67108864 bytes\.$/) as string,
  });
  await expect(linesOf(connection, ['exec', 'sleep', '1000'], 0.2)).rejects.toMatchObject({
    message: expect.stringMatching(/^\S+ has not answered within 0\.2 seconds\.$/) as string,
  });
  await expect(linesOf(connection, ['echo', 'it'], 60)).resolves.toEqual(['it']);
});
