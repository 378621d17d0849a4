import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { moduleName, readModule } from '../../../../src/inspect/modules/module-info.ts';

interface Made {
  readonly isWide: boolean;
  readonly isBig: boolean;
  readonly modinfo?: readonly string[];
  readonly versions?: readonly (readonly [string, number])[];
  /** Name, whether it is weak, section (0: from elsewhere, 0xfff1: absolute), value. */
  readonly symbols?: readonly (readonly [string, boolean, number, number])[];
  readonly isSigned?: boolean;
}

/** An ELF file with the sections that a kernel module has. Section 1 holds CRCs: the words 0, 1, 2 … */
function build({
  isWide,
  isBig,
  modinfo = ['vermagic=5 SMP '],
  versions = [],
  symbols = [],
  isSigned,
}: Made): Buffer {
  const half = (bytes: Buffer, value: number, at: number) =>
    isBig ? bytes.writeUInt16BE(value, at) : bytes.writeUInt16LE(value, at);
  const word = (bytes: Buffer, value: number, at: number) =>
    isBig ? bytes.writeUInt32BE(value, at) : bytes.writeUInt32LE(value, at);
  const long = (bytes: Buffer, value: number, at: number) => {
    if (!isWide) return word(bytes, value, at);
    return isBig ? bytes.writeBigUInt64BE(BigInt(value), at) : bytes.writeBigUInt64LE(BigInt(value), at);
  };
  const crcs = Buffer.alloc(64);
  for (let index = 0; index < 16; index++) word(crcs, index, 4 * index);
  const table = Buffer.concat(
    versions.map(([name, crc]) => {
      const record = Buffer.alloc(64);
      long(record, crc, 0);
      record.write(name, isWide ? 8 : 4);
      return record;
    }),
  );
  const names = Buffer.from(`\0${symbols.map(([name]) => `${name}\0`).join('')}`);
  const size = isWide ? 24 : 16;
  const list = Buffer.alloc(size * (symbols.length + 1));
  symbols.forEach(([name, isWeak, section, value], index) => {
    const entry = list.subarray(size * (index + 1));
    word(entry, names.indexOf(`\0${name}\0`) + 1, 0);
    entry[isWide ? 4 : 12] = (isWeak ? 2 : 1) << 4;
    half(entry, section, isWide ? 6 : 14);
    long(entry, value, isWide ? 8 : 4);
  });
  const sections = [
    { name: '', bytes: Buffer.alloc(0) },
    { name: '__kcrctab', bytes: crcs },
    { name: '.modinfo', bytes: Buffer.from(`${modinfo.join('\0')}\0`) },
    { name: '__versions', bytes: table },
    { name: '.symtab', bytes: list, link: 5 },
    { name: '.strtab', bytes: names },
  ];
  const titles = Buffer.from(`\0${sections.map(({ name }) => `${name}\0`).join('')}`);
  const all = [...sections, { name: '.shstrtab', bytes: titles }];
  const head = Buffer.alloc(64);
  head.write('\x7fELF', 'latin1');
  head.set([isWide ? 2 : 1, isBig ? 2 : 1], 4);
  const headLength = isWide ? 64 : 40;
  const heads: Buffer[] = [];
  let at = 64;
  for (const one of all) {
    const bytes = Buffer.alloc(headLength);
    word(bytes, titles.indexOf(`\0${one.name}\0`) + 1, 0);
    word(bytes, 1, 4);
    long(bytes, at, isWide ? 24 : 16);
    long(bytes, one.bytes.length, isWide ? 32 : 20);
    word(bytes, 'link' in one ? (one.link ?? 0) : 0, isWide ? 40 : 24);
    heads.push(bytes);
    at += one.bytes.length;
  }
  long(head, at, isWide ? 40 : 32);
  [headLength, all.length, all.length - 1].forEach((value, index) =>
    half(head, value, (isWide ? 58 : 46) + 2 * index),
  );
  const mark = Buffer.from(isSigned ? '~Module signature appended~\n' : '');
  return Buffer.concat([head, ...all.map(({ bytes }) => bytes), ...heads, mark]);
}

const kinds = [true, false].flatMap((isWide) => [true, false].map((isBig) => ({ isWide, isBig })));
const wide = { isWide: true, isBig: false };

describe.each(kinds)('a module, 64 bits: $isWide, big end first: $isBig', (kind) => {
  it('says what it is and needs', () => {
    const modinfo = [
      'license=GPL',
      'depends=a-b,c',
      'firmware=x.bin',
      'firmware=y.bin',
      'vermagic=5.14 SMP ',
    ];
    expect(readModule(build({ ...kind, modinfo }))).toMatchObject({
      ...{ vermagic: '5.14 SMP', depends: ['a_b', 'c'], firmware: ['x.bin', 'y.bin'], isSigned: false },
    });
  });

  it('says which versions of which symbols it takes', () => {
    const versions = [
      ['printk', 0xfedcba98],
      ['module_layout', 1],
    ] as const;
    expect([...(readModule(build({ ...kind, versions }))?.versions ?? [])]).toEqual(versions);
  });

  it('says which symbols it takes and gives', () => {
    const symbols = [
      ...([
        ['printk', false, 0, 0],
        ['optional', true, 0, 0],
        ['__ksymtab_mine', false, 1, 0],
      ] as const),
      ...([
        ['__crc_mine', false, 0xfff1, 77],
        ['__ksymtab_bare', false, 1, 0],
      ] as const),
      ...([
        ['__ksymtab_other', false, 1, 0],
        ['__crc_other', false, 1, 12],
        ['local', false, 2, 0],
      ] as const),
    ];
    const found = readModule(build({ ...kind, symbols }));
    expect(found?.undefined).toEqual(['printk']);
    expect(found?.exports).toEqual(
      new Map([
        ['mine', 77],
        ['bare', undefined],
        ['other', 3],
      ]),
    );
  });
});

it('tells a signed module', () => {
  expect(readModule(build({ ...wide, isSigned: true }))?.isSigned).toBe(true);
});

it.each([
  ['what is no ELF file', Buffer.alloc(500)],
  ['one that is cut off', build(wide).subarray(0, -40)],
  ['nothing', Buffer.alloc(0)],
])('%s is undefined', (_, bytes) => {
  expect(readModule(bytes)).toBeUndefined();
});

it('damaged bytes are read as something else, or as nothing: never another error', () => {
  const bytes = build({ ...wide, versions: [['printk', 1]], symbols: [['printk', false, 0, 0]] });
  const change = fc.tuple(fc.nat(bytes.length - 1), fc.nat(255));
  fc.assert(
    fc.property(fc.array(change, { maxLength: 5 }), (changes) => {
      const damaged = Buffer.from(bytes);
      for (const [at, value] of changes) damaged[at] = value;
      readModule(damaged);
    }),
  );
});

it('moduleName: `-` and `_` are the same', () => {
  expect(moduleName('snd-hda-intel')).toBe('snd_hda_intel');
});
