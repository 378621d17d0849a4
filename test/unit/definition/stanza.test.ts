import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type DefinitionObject, nameFault, trimBlanks } from '../../../src/definition/object.ts';
import { readStanza } from '../../../src/definition/stanza.ts';
import { attributeFault, writeStanza } from '../../../src/definition/stanza-write.ts';

const text = fc.string({ unit: 'grapheme' });
const anyText = fc.oneof(
  text,
  fc.string({ unit: 'binary' }),
  fc.constantFrom('"', '"a"', 'a=b:', '# c', 'a:', '0'),
);
const attribute = fc
  .tuple(fc.oneof(fc.stringMatching(/^[a-z]{1,9}$/), anyText), anyText)
  .filter(([name, value]) => attributeFault(name, value) === undefined);
const object: fc.Arbitrary<DefinitionObject> = fc.record({
  type: fc.constant('site' as const),
  name: fc
    .oneof(fc.stringMatching(/^[a-zA-Z0-9._-]{1,20}$/), text)
    .filter((name) => nameFault(name) === undefined),
  attributes: fc.array(attribute, { maxLength: 8 }).map((entries) => new Map(entries)),
  origins: fc.constant(new Map()),
});

describe('a stanza file', () => {
  it('gives back equal what was written', () => {
    fc.assert(
      fc.property(fc.uniqueArray(object, { selector: ({ name }) => name, maxLength: 4 }), (objects) => {
        const { objects: read, problems, warnings } = readStanza(writeStanza(objects), 'f');
        expect([problems, warnings]).toEqual([[], []]);
        const plain = read.map(({ name, type, attributes }) => ({
          name,
          type,
          attributes: new Map([...attributes].map(([key, { value }]) => [key, value])),
        }));
        expect(plain).toEqual(objects.map(({ name, type, attributes }) => ({ name, type, attributes })));
      }),
      { numRuns: 500 },
    );
  });

  it('is written sorted, and the same however it was made', () => {
    const made = (entries: [string, string][]): string =>
      writeStanza([{ type: 'osimage', name: 'a', attributes: new Map(entries), origins: new Map() }]);
    expect(
      made([
        ['b', '2'],
        ['a', '1'],
        ['B', '3'],
      ]),
    ).toBe('# <xCAT data object stanza file>\n\na:\n    objtype=osimage\n    B=3\n    a=1\n    b=2\n');
    expect(
      made([
        ['a', '1'],
        ['b', '2'],
      ]),
    ).toBe(
      made([
        ['b', '2'],
        ['a', '1'],
      ]),
    );
  });

  it.each(['a\nb', ' a', 'a\t', 'a\r', '', 'a\0', '\uFFFD', '\uD800'])(
    'refuses to hold the value %j',
    (value) => {
      const broken = {
        type: 'osimage' as const,
        name: 'a',
        attributes: new Map([['x', value]]),
        origins: new Map(),
      };
      expect(() => writeStanza([broken])).toThrow(/x of 'a' cannot be stored/);
    },
  );

  it('accounts for every line: it comes back, or a problem or warning names it', () => {
    const line = fc.oneof(
      anyText,
      fc.constantFrom('a:', 'b:', ' x = 1', 'y=2', '\tx=3 ', '=', ':', 'x', '#'),
    );
    fc.assert(
      fc.property(fc.array(line, { maxLength: 12 }), (lines) => {
        const { objects, problems, warnings } = readStanza(lines.join('\n'), 'f');
        const named = new Set([...problems, ...warnings].map(({ origin }) => origin?.line));
        const headerIsBad = problems.some(({ code }) => code === 'stanza-header');
        const back = objects.flatMap(({ name, attributes }) => [
          `${name}:`,
          ...[...attributes].map(([key, { value }]) => `${key}=${value}`),
        ]);
        const content = lines
          .join('\n')
          .replace(/^\uFEFF/, '')
          .split('\n')
          .map(trimBlanks);
        for (const [index, text] of content.entries()) {
          if (text === '' || text.startsWith('#') || named.has(index + 1) || headerIsBad) continue;
          const plain = text.replace(/[ \t\r\f\v]*=[ \t\r\f\v]*/, '=').replace(/[ \t\r\f\v]*:$/, ':');
          expect(back.map((one) => one.replace(/[ \t\r\f\v]*:$/, ':'))).toContain(plain);
        }
      }),
      { numRuns: 500 },
    );
  });

  it('says in which line an attribute stands', () => {
    const { objects } = readStanza('# c\na:\n\n objtype=osimage\n osarch=x\n', 'f');
    expect(objects[0]?.origin).toEqual({ file: 'f', line: 2 });
    expect(objects[0]?.attributes.get('osarch')).toEqual({ value: 'x', origin: { file: 'f', line: 5 } });
  });

  it('lets defaults in where objtype stands, as the original does', () => {
    const { objects, warnings } = readStanza(
      'default-osimage:\n a=d\n b=d\nx:\n a=1\n objtype=osimage\n b=2\n',
      'f',
    );
    const values = [...(objects[0]?.attributes ?? [])].map(([name, { value }]) => `${name}=${value}`);
    expect(values).toEqual(['a=d', 'b=2']);
    expect(warnings.map(({ origin }) => origin?.line)).toEqual([5]);
  });

  it('names the lines below a header without a name, and each objtype without effect', () => {
    const { problems, warnings } = readStanza(
      ':\n a=1\n\n b=2\ndefault-site:\n objtype=osimage\n c=3\nx:\n objtype=site\n objtype=osimage\n',
      'f',
    );
    expect(problems.map(({ message, origin }) => [origin?.line, message])).toEqual([
      [1, 'A name is missing before ":"; lines 2 to 4 belong to no object.'],
    ]);
    expect(warnings.map(({ code, origin }) => [origin?.line, code])).toEqual([
      [6, 'stanza-defaults-type'],
      [9, 'stanza-repeated'],
    ]);
    const unused = readStanza('default-site:\n c=3\n', 'f').warnings[0]?.message;
    expect(unused).toContain('(lines 2)');
  });
});
