import { expect, test } from 'vitest';
import { attributesHelp } from '../../../../src/cli/definitions/def-attributes-help.ts';
import { osimageAttributeNames } from '../../../../src/definition/attributes.ts';

/** Name → help. */
function rows(text: string): Map<string, string> {
  const [, , ...lines] = text.trimEnd().split('\n');
  return new Map(lines.map((line) => [/^\S+/.exec(line)?.[0] ?? '', line.replace(/^\S+ +/, '')]));
}

test('every attribute that an osimage can have is there with its help, in order', () => {
  const help = rows(attributesHelp('osimage'));
  const names = [...help.keys()];
  expect(names).toEqual([...names].sort());
  expect(names).toEqual(expect.arrayContaining([...osimageAttributeNames]));
  expect([...help.values()].filter((text) => text === '')).toEqual([]);
});

test('some of them are shown when they are asked for, all when none of the names exists', () => {
  expect(attributesHelp('osimage', ['osarch', 'nosuch', 'exlist'])).toBe(
    [
      "The valid attribute names for object type 'osimage' are:",
      '',
      'exlist  files that list what packimage leaves out',
      'osarch  architecture, such as x86_64',
      '',
    ].join('\n'),
  );
  expect(attributesHelp('osimage', ['nosuch'])).toBe(attributesHelp('osimage'));
  expect([...rows(attributesHelp('site', ['installdir', 'exlist'])).keys()]).toEqual(['installdir']);
});

test('what is said of them stands in one column', () => {
  for (const type of ['osimage', 'site'] as const) {
    const [, , ...lines] = attributesHelp(type).trimEnd().split('\n');
    expect(new Set(lines.map((line) => /^\S+ +/.exec(line)?.[0].length)).size).toBe(1);
  }
});
