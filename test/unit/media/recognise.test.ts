import { expect, it } from 'vitest';
import { recognise, unknownMedium } from '../../../src/media/recognise.ts';
import { facts, newTreeinfo } from './layouts.ts';

it('is told with what was looked for and what was found', () => {
  const empty = unknownMedium('/m/x.iso', facts({}, ['EFI', 'setup.exe', 'EFI/boot']));
  expect(empty.message).toBe('copycds could not identify /m/x.iso: it holds EFI, setup.exe.');
  expect(empty.hint).toContain('.treeinfo or .discinfo (EL, Fedora), media.1/media');
  expect(empty.hint).toContain('-n OSVERS and -a ARCH');
  const files = { '.discinfo': '1.0\nMageia 9\nx86_64\n' };
  expect(recognise(facts(files), '/m')).toBeUndefined();
  expect(unknownMedium('/m', facts(files)).message).toContain('.discinfo says "1.0 | Mageia 9 | x86_64"');
});

it('names a distribution that is not built here', () => {
  for (const [family, version] of [
    ['openEuler', '22.03-LTS-SP3'],
    ['Anolis OS', '8.8'],
  ] as const) {
    const files = { '.treeinfo': newTreeinfo(family, version, 'everything', 'x86_64') };
    expect(recognise(facts(files), '/m')).toBeUndefined();
    expect(unknownMedium('/m', facts(files)).message).toBe(
      `/m is a medium of ${family} ${version}, a distribution that rootimg does not build images of.`,
    );
  }
});
