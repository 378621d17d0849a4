import { expect, test } from 'vitest';
import { checkLockWord, lockFileOf, readLockWord } from '../../../../src/cli/genimage/lock-words.ts';
import { emptyRequest } from '../../../../src/plan/empty-request.ts';

const named = { ...emptyRequest(), imageName: 'compute' };
const none = new Set<string>();

test('one word of three', () => {
  expect(readLockWord(none)).toBeUndefined();
  expect(readLockWord(new Set(['uselock', 'json']))).toBe('locked');
  expect(() => readLockWord(new Set(['lock', 'updatelock']))).toThrow('--lock and --update-lock: give one');
});

test.each([
  ['lock', named, ['on'], '--on cannot be used together with --lock.'],
  ['update-lock', named, ['dryrun'], '--dryrun cannot be used'],
  ['locked', { ...named, keepPackages: '/kept' }, ['on', 'resume'], '--on and --resume cannot'],
  ['locked', { ...named, onlyinitrd: true }, [], '--onlyinitrd cannot'],
  ['lock', emptyRequest(), [], 'needs the name of an image'],
] as const)('--%s beside what it cannot do', (word, request, given, message) => {
  expect(() => checkLockWord(word, request, new Set(given))).toThrow(message);
});

test('a locked build may run elsewhere, and be shown', () => {
  expect(() => checkLockWord('locked', named, new Set(['on']))).not.toThrow();
  expect(() => checkLockWord('locked', named, new Set(['dryrun']))).not.toThrow();
});

test('a lock lies beside its definition', () => {
  expect(lockFileOf('compute', undefined, '/etc/rootimg', '/root')).toBe('/etc/rootimg/osimage/compute.lock');
  expect(lockFileOf('compute', 'defs/a.stanza', '/etc/rootimg', '/root')).toBe('/root/defs/compute.lock');
});
