import { expect, it } from 'vitest';
import { type Action, decide, type Found } from '../../../tools/install-system/decide.ts';
import { launcherFor } from '../../../tools/install-system/install-tree.ts';
import { savedName } from '../../../tools/install-system/plan.ts';

const has = (sha256: string): Found => ({ sha256 });

it.each<[string, Found, string[] | undefined, 'profile' | 'program', Action]>([
  ['nothing there', 'absent', undefined, 'program', 'write'],
  ['removed by hand', 'absent', ['old'], 'profile', 'write'],
  ['ours and untouched', has('old'), ['old'], 'program', 'write'],
  ['already new', has('new'), ['old'], 'profile', 'same'],
  ['the same by chance, or left by a killed run', has('new'), undefined, 'program', 'same'],
  ['of somebody else', has('alien'), undefined, 'profile', 'refuse'],
  ['a link or a folder', 'other', undefined, 'program', 'refuse'],
  ['a link in place of ours', 'other', ['old'], 'program', 'refuse'],
  ['a program edited', has('edited'), ['old'], 'program', 'save-and-write'],
  ['a profile edited, default changed', has('edited'), ['old'], 'profile', 'keep-beside-new'],
  ['a profile edited, default as before', has('edited'), ['new'], 'profile', 'keep'],
  ['a killed run, old', has('old'), ['old', 'new'], 'program', 'write'],
])('%s', (_name, found, recorded, kind, action) => {
  expect(decide(found, recorded, 'new', kind)).toBe(action);
});

it('makes the launcher of a command from the one of the netboot folder', () => {
  const text = 'here=x\nprogram=$here/genimage.mjs\nexec\n';
  expect(launcherFor(text, 'lsdef')).toBe('here=x\nprogram=$here/../share/rootimg/bin/lsdef\nexec\n');
  expect(() => launcherFor('program=elsewhere\n', 'lsdef')).toThrow(/no line/);
});

it('names a saved edit by its content', () => {
  expect(savedName('bin/x', '0123456789abcdef')).toBe('bin/x.saved-01234567');
});
