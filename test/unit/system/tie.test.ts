import { spawnSync } from 'node:child_process';
import { expect, it } from 'vitest';
import { tiedArgv, wasNotThere } from '../../../src/system/tie.ts';

const byDeathSignal = { by: 'death signal' } as const;
function runTied(argv: readonly string[], parent = process.pid) {
  const [file = '', ...rest] = tiedArgv(argv, parent, byDeathSignal);
  return spawnSync(file, rest, { encoding: 'utf8', env: { PATH: process.env['PATH'] ?? '', A: '1' } });
}

it('the program gets its words as they are, and no more environment than it was given', () => {
  const words = ["it's", '$A', '', '-n', 'a b'];
  expect(runTied(['printf', '[%s]', ...words]).stdout).toBe("[it's][$A][][-n][a b]");
  const names = runTied(['env'])
    .stdout.split('\n')
    .map((line) => line.split('=')[0]);
  expect(names.filter((name) => name !== '' && name !== '_').sort()).toEqual(['A', 'PATH']);
});

it('its exit status comes through, and a program that is not there is told from one that ends with 127', () => {
  expect(runTied(['sh', '-c', 'exit 7']).status).toBe(7);
  const missing = runTied(['rootimg-no-such-program']);
  expect(wasNotThere(missing.status ?? undefined, missing.stderr)).toBe(true);
  const own = runTied(['sh', '-c', 'echo gone >&2; exit 127']);
  expect(wasNotThere(own.status ?? undefined, own.stderr)).toBe(false);
});

it('does not begin when its parent is another process by now', () => {
  const { status, stdout } = runTied(['echo', 'began'], 1);
  expect([status, stdout]).toEqual([1, '']);
});
