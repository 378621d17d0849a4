import { spawnSync } from 'node:child_process';
import { statSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { build } from 'esbuild';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { asker } from '../../../src/cli/io.ts';

/** A command that does one thing with its real surroundings, the module `src/cli/io.ts`. */
const contents = `import { writeFileSync } from 'node:fs';
import { processIo } from './src/cli/io.ts';
const io = processIo();
const [what, file] = process.argv.slice(2);
if (what === 'much') for (let line = 0; line < 100_000; line += 1) io.stdout('a line of the output\\n');
if (what === 'text') io.stdout('text\\n');
if (what === 'file') writeFileSync(file, '');
if (what === 'folder') io.stdout(io.cwd);
if (what === 'secret') io.stderr('Error: http://me:secret@host/x cannot be read\\n');
if (what === 'stdin') io.stdout(JSON.stringify({ read: await io.stdin(), asks: io.ask !== undefined }));
`;

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'rootimg-io-'));
  const stdin = { contents, resolveDir: process.cwd() };
  const outfile = join(folder, 'command.mjs');
  await build({ bundle: true, platform: 'node', format: 'esm', stdin, outfile });
});
afterAll(() => rm(folder, { recursive: true, force: true }));

/** A line of bash in which `command` is that command. */
function type(line: string, input = '') {
  const env = { ...process.env, node: process.execPath, folder };
  const script = `command() { "$node" "$folder/command.mjs" "$@"; }\n${line}`;
  const { stdout, stderr, status } = spawnSync('bash', ['-c', script], { env, input, encoding: 'utf8' });
  return { stdout, stderr, status };
}

test('a reader that has had enough is no news, and the status says so as that of other programs', () => {
  expect(type('command much | head -n 1; echo ${PIPESTATUS[0]}')).toEqual({
    ...{ stdout: 'a line of the output\n141\n', stderr: '', status: 0 },
  });
});

test('a disk that is full is told, and is no success', () => {
  const { stderr, status } = type('command text >/dev/full');
  expect(status).toBe(1);
  expect(stderr).toMatch(/^Error: Standard output cannot be written: its file system is full\.\n$/);
});

test('nobody to tell an error to is no reason to end otherwise', () => {
  expect(type('command text 2>/dev/full')).toMatchObject({ stdout: 'text\n', status: 0 });
});

test("what is written can be read by others, whatever the caller's umask", () => {
  const file = join(folder, 'written');
  expect(type(`umask 077; command file '${file}'`).status).toBe(0);
  expect(statSync(file).mode & 0o777).toBe(0o644);
});

test('a folder that was removed is named as the shell has it', () => {
  const { stdout, status } = type(
    `mkdir '${folder}/gone'; cd '${folder}/gone'; rmdir '${folder}/gone'; command folder`,
  );
  expect({ stdout, status }).toEqual({ stdout: join(folder, 'gone'), status: 0 });
});

test('no password is told', () => {
  expect(type('command secret').stderr).not.toContain('secret');
});

test('standard input is read whole, characters of several bytes too; nobody is asked without a terminal', () => {
  const text = 'ä€😀\n'.repeat(50_000);
  expect(JSON.parse(type('command stdin', text).stdout)).toEqual({ read: text, asks: false });
});

test('lines that are typed before their question answer it, and the end of the input is no answer', async () => {
  const [input, output] = [new PassThrough(), new PassThrough()];
  const ask = asker(input, output);
  input.write('first\nsecond\n');
  expect(await ask('one? ')).toBe('first');
  expect(await ask('two? ')).toBe('second');
  const third = ask('three? ');
  input.write('third\n');
  expect(await third).toBe('third');
  const last = ask('four? ');
  input.end();
  expect(await last).toBeUndefined();
  expect(String(output.read())).toBe('one? two? second\nthree? four? ');
});
