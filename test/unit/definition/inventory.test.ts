import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fitsImagetype, isOsimageAttribute } from '../../../src/definition/attributes.ts';
import { readInventory } from '../../../src/definition/inventory-read.ts';
import { inventoryPlaces } from '../../../src/definition/inventory-layout.ts';
import { writeInventory } from '../../../src/definition/inventory-write.ts';
import { type DefinitionObject, nameFault } from '../../../src/definition/object.ts';
import { attributeFault } from '../../../src/definition/stanza-write.ts';
import { amount } from '../../lib/amount.ts';

const names = inventoryPlaces.map(({ attribute }) => attribute);
const value = fc
  .oneof(
    fc.string({ unit: 'grapheme' }),
    fc.string({ unit: 'binary' }),
    fc.constantFrom(
      'null',
      '~',
      '0755',
      'yes',
      '1.10',
      '12:30:45',
      '- a',
      '{x}',
      'a: b',
      '*a',
      '!t',
      '"',
      "'",
      ',',
      'a,,b,',
    ),
    fc.string({ unit: fc.constantFrom('{{A}}', '{', '}', '\uE000', '\uE0FB', '\uE0FD', String.raw`\ue000`) }),
    fc.array(fc.constantFrom('a', '/x/y', '', 'null', 'b c')).map((list) => list.join(',')),
  )
  .filter((text) => attributeFault('x', text) === undefined);
const object: fc.Arbitrary<DefinitionObject> = fc.record({
  type: fc.constant('osimage' as const),
  name: fc
    .oneof(
      fc.stringMatching(/^[a-zA-Z0-9._-]{1,20}$/),
      fc.string({ unit: 'grapheme' }),
      fc.constantFrom('__proto__', '1', 'null'),
    )
    .filter((name) => nameFault(name) === undefined),
  attributes: fc.array(fc.tuple(fc.constantFrom(...names), value)).map((entries) => new Map(entries)),
  origins: fc.constant(new Map()),
});

const plain = (objects: readonly { name: string; attributes: ReadonlyMap<string, unknown> }[]) =>
  objects
    .map(({ name, attributes }) => [name, Object.fromEntries([...attributes].sort())] as const)
    .sort(([a], [b]) => (a < b ? -1 : 1));
const values = (attributes: ReadonlyMap<string, { value: string }>) =>
  new Map([...attributes].map(([key, one]) => [key, one.value]));

describe.each(['yaml', 'json'] as const)('an inventory file in %s', (format) => {
  it('gives back equal what was written', () => {
    fc.assert(
      fc.property(fc.uniqueArray(object, { selector: ({ name }) => name, maxLength: 4 }), (objects) => {
        const { text } = writeInventory(objects, format);
        if (format === 'json') JSON.parse(text);
        const { objects: read, problems } = readInventory(text, 'f');
        expect(problems).toEqual([]);
        expect(plain(read.map((one) => ({ ...one, attributes: values(one.attributes) })))).toEqual(
          plain(objects),
        );
      }),
      { numRuns: amount(80, 400) },
    );
  });

  it('never crashes on what is none', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string({ unit: 'binary' }), fc.json(), value), (text) => {
        const { objects, problems, warnings } = readInventory(text, 'f');
        expect([objects, problems, warnings].every(Array.isArray)).toBe(true);
      }),
      { numRuns: amount(100, 500) },
    );
  });
});

describe('an inventory file', () => {
  it('has a place for each attribute of an osimage, and one alone', () => {
    expect(names.every(isOsimageAttribute)).toBe(true);
    expect(new Set(inventoryPlaces.map(({ path }) => path)).size).toBe(names.length);
    expect(names.filter((name) => isOsimageAttribute(name) && fitsImagetype(name, 'linux'))).toEqual(names);
  });

  it('is laid out as xcat-inventory does it', () => {
    const attributes = new Map(
      Object.entries({
        imagetype: 'linux',
        osvers: 'rhels9.4',
        profile: 'compute',
        provmethod: 'netboot',
        permission: '0755',
      }),
    ).set('exlist', '/e/a,/e/b');
    const { text, warnings } = writeInventory(
      [{ type: 'osimage', name: 'a', attributes, origins: new Map() }],
      'yaml',
    );
    expect(warnings).toEqual([]);
    expect(text).toBe(`osimage:
  a:
    basic_attributes:
      distribution: rhels9.4
    genimgoptions:
      exlist:
        - /e/a
        - /e/b
      permission: "0755"
    imagetype: linux
    provision_mode: netboot
    role: compute
schema_version: "2.0"
`);
  });

  it('says what has no place, and what xcat-inventory would refuse', () => {
    const attributes = new Map(
      Object.entries({
        imagetype: 'linux',
        profile: 'login',
        provmethod: 'netboot',
        nfsrootopts: 'ro',
        winpepath: '/w',
      }),
    );
    const { warnings } = writeInventory(
      [{ type: 'osimage', name: 'a', attributes, origins: new Map() }],
      'json',
    );
    expect(warnings.map(({ code }) => code)).toEqual([
      'inventory-no-place',
      'inventory-own-place',
      'inventory-refused',
    ]);
  });

  it('is read with the place of everything', () => {
    const { objects, problems, warnings } = readInventory(
      `# exported
node:
  n1: {role: compute}
  n2: {}
osimage:
  a:
    basic_attributes:
      arch: !!python/unicode 'x86_64'
      distribution: 9.10
      groups: null
    environvars: ''
    genimgoptions:
      exlist: &list [/e/a, "{{SITE}}/b"]
      winpepath: /w
      installto: null
    filestosync: *list
    package_selection: /p
    role: [x]
schema_version: '3.0'
`,
      'f',
    );
    const [a] = objects;
    expect(plain([{ name: 'a', attributes: a!.attributes }])).toEqual([
      [
        'a',
        {
          osarch: { value: 'x86_64', origin: { file: 'f', line: 8 } },
          osvers: { value: '9.10', origin: { file: 'f', line: 9 } },
          exlist: { value: '/e/a,{{SITE}}/b', origin: { file: 'f', line: 13 } },
          synclists: { value: '/e/a,{{SITE}}/b', origin: { file: 'f', line: 16 } },
        },
      ],
    ]);
    expect(a!.origin).toEqual({ file: 'f', line: 6 });
    expect(problems.map(({ message, origin }) => [origin?.line, message])).toEqual([
      [17, 'package_selection of \'a\' is not "key: value" pairs, as xcat-inventory exports them.'],
      [18, "role of 'a': a text was expected."],
    ]);
    expect(warnings.map(({ code, origin }) => [origin?.line, code])).toEqual([
      [2, 'inventory-no-place'],
      [13, 'inventory-variable'],
      [14, 'inventory-no-place'],
      [16, 'inventory-variable'],
      [19, 'inventory-schema'],
    ]);
  });

  it('takes an attribute by its own name outside of the sections; its place wins', () => {
    const { objects, problems, warnings } = readInventory(
      'osimage:\n  a:\n    rootimgdir: /x\n    pkglist: [a, b]\n    exlist: /lost\n    genimgoptions: {exlist: /kept}\n    osvers: rocky9.4\n',
      'f',
    );
    const values = [...objects[0]!.attributes].map(([name, { value: text }]) => [name, text]);
    expect(values).toEqual([
      ['rootimgdir', '/x'],
      ['pkglist', 'a,b'],
      ['exlist', '/kept'],
      ['osvers', 'rocky9.4'],
    ]);
    expect([problems, warnings]).toEqual([[], []]);
  });

  it('fills in what the image itself sets in environvars, wherever that stands', () => {
    const { objects, warnings } = readInventory(
      'osimage:\n  a:\n    package_selection: {otherpkgdir: "{{SWDIR}}/x", pkgdir: "{{ OTHER }}/y"}\n    environvars: "A=1,SWDIR=/sw"\n',
      'f',
    );
    expect(objects[0]!.attributes.get('otherpkgdir')?.value).toBe('/sw/x');
    expect(objects[0]!.attributes.get('pkgdir')?.value).toBe('{{ OTHER }}/y');
    expect(warnings.map(({ message }) => message)).toEqual([
      "pkgdir of 'a' has {{ OTHER }}, which only xcat-inventory fills in; it is kept as it stands.",
    ]);
  });

  it.each(['osimage: [', '[]', 'x', '{"osimage": {"a": {"role": }', 'osimage:\n  a: {}\n  a: {}'])(
    'that is damaged is refused: %j',
    (text) => {
      expect(readInventory(text, 'f').problems.length).toBeGreaterThan(0);
    },
  );
});
