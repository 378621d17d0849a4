import { generateKeyPairSync, type KeyObject } from 'node:crypto';
import { execFileSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { absoluteCommaList, splitCommaList } from '../../../src/resolve/comma-list.ts';
import { readEnviron } from '../../../src/resolve/environ.ts';
import { expandPattern } from '../../../src/base/glob.ts';
import { el } from '../../../src/family/el.ts';
import { pinKernel } from '../../../src/resolve/kernel-pin.ts';
import { findSumsKey } from '../../../src/resolve/sums-key.ts';
import { useFolder } from './folder.ts';

describe('splitCommaList', () => {
  it.each([
    [undefined, [], false],
    ['', [], false],
    ['a', ['a'], false],
    ['a,', ['a'], false],
    ['a, b ,,', ['a', 'b'], false],
    ['a,,b', ['a', 'b'], true],
    [',a', ['a'], true],
    ['0', ['0'], false],
  ])('%j', (value, names, hasGap) => {
    expect(splitCommaList(value)).toEqual({ names, hasGap });
  });
});

describe('absoluteCommaList', () => {
  it.each([
    ['/a, /b,', '/a, /b,'],
    ['a, ../b', '/here/a, /b'],
    ['http://x/y,sub', 'http://x/y,/here/sub'],
    ['p.sh -a one --two=2,/q', '/here/p.sh -a one --two=2,/q'],
    ['dud:d.img,rpm:/r.rpm,bare.rpm', 'dud:/here/d.img,rpm:/r.rpm,/here/bare.rpm'],
  ])('%s', (value, expected) => {
    expect(absoluteCommaList(value, '/here', ['dud:', 'rpm:'])).toBe(expected);
  });
});

describe('readEnviron', () => {
  it('splits a comma list of NAME=value', () => {
    expect(readEnviron('A=b, C=d=e,,E=')).toEqual({ variables: { A: 'b', C: 'd=e', E: '' }, problems: [] });
  });

  it.each(['x', 'A=1,b c', '1A=2', 'A-B=1'])('refuses %j', (value) => {
    expect(readEnviron(value).problems).toHaveLength(1);
  });
});

describe('expandPattern', () => {
  const folder = useFolder();

  it('matches as a shell does', async () => {
    for (const name of ['ab', 'a.b', 'a+b', '.a', 'b]', 'sub/x1', 'sub/x2', 'tub/x1'])
      await folder.file(name);
    const expand = async (pattern: string) =>
      (await expandPattern(`${folder.path}/${pattern}`)).map((path) => path.slice(folder.path.length + 1));
    expect(await expand('a?b')).toEqual(['a+b', 'a.b']);
    expect(await expand('a.*')).toEqual(['a.b']);
    expect(await expand('.*')).toEqual(['.a']);
    expect(await expand('*ub/x[1-1]')).toEqual(['sub/x1', 'tub/x1']);
    expect(await expand('[^st]*')).toEqual(['a+b', 'a.b', 'ab', 'b]']);
    expect(await expand('*/none')).toEqual([]);
    expect(await expand('[z-a]')).toEqual([]);
    expect(await expand('b[]]')).toEqual(['b]']);
    expect(await expand('ab')).toEqual(['ab']);
  });
});

describe('pinKernel', () => {
  const origin = { file: 'a', line: 1 };
  const names = [
    'kernel',
    'kernel-headers',
    'kernel-devel',
    'kernel-bootwrapper',
    'kernel-tools',
    'kernel-core',
    'bash',
  ];
  const passes = [
    { install: names.map((name) => ({ name, origin })), removeBefore: [], removeAfter: [], environment: [] },
  ];
  const pinned = (kernelver?: string, krpmver?: string) =>
    pinKernel(passes, el, kernelver, krpmver)[0]
      ?.install.map((entry) => entry.name)
      .join(' ');

  it('changes nothing without kernelver', () => {
    expect(pinned(undefined, '2')).toBe(names.join(' '));
  });

  it('appends krpmver, else kernelver', () => {
    expect(pinned('1')).toBe(
      'kernel-1 kernel-headers-1 kernel-devel-1 kernel-bootwrapper-1 kernel-tools-1 kernel-core bash',
    );
    expect(pinned('1', '2')).toContain('kernel-2 kernel-headers-2');
  });
});

describe('findSumsKey', () => {
  const folder = useFolder();
  it('takes a public key in PEM form, and says what is wrong with anything else', async () => {
    const pem = (key: KeyObject) => key.export({ type: 'spki', format: 'pem' }).toString();
    const key = await folder.file(
      'key.pem',
      pem(generateKeyPairSync('ec', { namedCurve: 'P-256' }).publicKey),
    );
    expect(await findSumsKey('key.pem', folder.path)).toMatchObject({
      files: [{ path: key, role: 'sumskey' }],
      problems: [],
    });
    await folder.file('own.pem', '-----BEGIN PRIVATE KEY-----\n');
    await folder.file('bad.pem', '-----BEGIN PUBLIC KEY-----\nAA==\n-----END PUBLIC KEY-----\n');
    await folder.file('short.pem', pem(generateKeyPairSync('rsa', { modulusLength: 1024 }).publicKey));
    await folder.file('ed.pem', pem(generateKeyPairSync('ed25519').publicKey));
    execFileSync('mkfifo', [`${folder.path}/pipe`]);
    const wrong = ['own.pem', 'bad.pem', 'short.pem', 'ed.pem', 'none.pem', 'pipe', '.'].map((name) =>
      findSumsKey(name, folder.path),
    );
    expect((await Promise.all(wrong)).map(({ problems }) => problems[0]?.message)).toEqual([
      `${folder.path}/own.pem is not a public key in PEM form.`,
      `${folder.path}/bad.pem is not a public key that openssl can read.`,
      `${folder.path}/short.pem has 1024 bits, 2048 are needed.`,
      `${folder.path}/ed.pem is a key of kind ed25519: RSA or one on a NIST curve is needed.`,
      `The public key of --sumskey '${folder.path}/none.pem' cannot be read: it does not exist.`,
      `The public key of --sumskey '${folder.path}/pipe' cannot be read: it is not a regular file.`,
      `The public key of --sumskey '${folder.path}' cannot be read: it is a folder.`,
    ]);
  });
});
