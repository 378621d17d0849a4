import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readPublicKeys } from '../../src/base/openpgp.ts';
import { checkBuildFiles } from '../../src/genimage/preflight/build-files.ts';
import type { BuildPlan } from '../../src/plan/build-plan.ts';
import type { Manifest } from '../../src/plan/manifest.ts';
import { keyNews, rememberedFiles, whyUnfit } from '../../src/plan/public-keys.ts';
import { fitKeyFiles } from '../../src/resolve/fit-keys.ts';
import { planFile } from '../../src/resolve/plan-files.ts';
import { aPlan } from '../unit/genimage/a-plan.ts';

const dir = mkdtempSync(join(tmpdir(), 'rootimg-keys-'));
const at = (name: string) => join(dir, name);

function gpg(...argv: string[]): Buffer {
  const usual = ['--homedir', dir, '--batch', '--quiet', '--pinentry-mode', 'loopback', '--passphrase', ''];
  return execFileSync('gpg', [...usual, ...argv], { stdio: ['ignore', 'pipe', 'pipe'] });
}

/** Of the first key with that name. */
function fingerprint(name: string): string {
  return /^fpr:+([0-9A-F]+)/m.exec(gpg('--with-colons', '--list-keys', name).toString())?.[1] ?? '';
}

/** Those whose subkeys alone sign, by what became of the subkeys. */
const subkeysOnly = ['sub-good', 'sub-old', 'sub-two', 'sub-gone', 'sub-mixed', 'sub-primary', 'sub-lame'];
const names = ['plain', 'curve', 'expired', 'renewed', 'dsa', 'subkeys', 'revoked', ...subkeysOnly];

beforeAll(() => {
  const past = ['--faked-system-time', '20200101T000000'];
  const make = (name: string, kind: string, life: string, clock: readonly string[] = []) =>
    gpg(...clock, '--quick-gen-key', `${name} <${name}@site>`, kind, 'sign', life);
  make('plain', 'rsa2048', 'never');
  make('curve', 'ed25519', '2y');
  make('expired', 'ed25519', '1y', past);
  make('renewed', 'rsa2048', '1y', past);
  make('dsa', 'dsa2048', 'never');
  make('subkeys', 'ed25519', '3y');
  gpg('--quick-add-key', fingerprint('subkeys'), 'ed25519', 'sign', '1y');
  gpg('--quick-add-uid', fingerprint('subkeys'), 'second name ü');
  writeFileSync(at('renewed-before'), gpg('--export', '--armor', 'renewed'));
  gpg('--quick-set-expire', fingerprint('renewed'), '20y');
  make('revoked', 'ed25519', 'never');
  const certificate = readFileSync(at(`openpgp-revocs.d/${fingerprint('revoked')}.rev`), 'utf8');
  writeFileSync(at('certificate'), certificate.replace(/^:---/gm, '---'));
  gpg('--import', at('certificate'));
  makeSubkeys(past, ['--faked-system-time', '20200102T000000']);
  for (const name of names) {
    writeFileSync(at(name), gpg('--export', '--armor', name));
    writeFileSync(at(`${name}.gpg`), gpg('--export', name));
  }
  writeFileSync(at('all.gpg'), gpg('--export'));
  writeFileSync(at('all'), gpg('--export', '--armor'));
  const two = [readFileSync(at('plain')), Buffer.from('\nuid of the next\n'), readFileSync(at('expired'))];
  writeFileSync(at('two'), Buffer.concat([Buffer.from('pub  rsa2048\r\n'), ...two]));
});

function makeSubkeys(past: readonly string[], later: readonly string[]): void {
  const add = (name: string, kind: string, use: string, life: string, clock: readonly string[] = []) =>
    gpg(...clock, '--quick-add-key', fingerprint(name), kind, use, life);
  const revoke = (name: string, number: number) => {
    const words = ['--homedir', dir, '--no-tty', '--command-fd', '0', '--pinentry-mode', 'loopback'];
    const input = `key ${number}\nrevkey\ny\n0\n\ny\nsave\n`;
    execFileSync('gpg', [...words, '--passphrase', '', '--edit-key', name], { input, stdio: 'pipe' });
  };
  for (const name of subkeysOnly) {
    const life = name === 'sub-primary' ? '2y' : 'never';
    gpg(...past, '--quick-gen-key', `${name} <${name}@site>`, 'ed25519', 'cert', life);
  }
  add('sub-good', 'ed25519', 'sign', '20y', later);
  add('sub-old', 'ed25519', 'sign', '1y', later);
  add('sub-old', 'cv25519', 'encr', '20y', later);
  add('sub-two', 'ed25519', 'sign', '1y', later);
  add('sub-two', 'rsa2048', 'sign', '2y');
  add('sub-gone', 'ed25519', 'sign', 'never', later);
  revoke('sub-gone', 1);
  add('sub-mixed', 'ed25519', 'sign', '1y', later);
  add('sub-mixed', 'ed25519', 'sign', 'never', later);
  revoke('sub-mixed', 2);
  add('sub-primary', 'ed25519', 'sign', '1y', later);
  add('sub-lame', 'cv25519', 'encr', '1y', later);
}
afterAll(() => {
  execFileSync('gpgconf', ['--homedir', dir, '--kill', 'all']);
  rmSync(dir, { recursive: true });
});

interface GpgKey {
  readonly fingerprint: string;
  readonly userIds: readonly string[];
  readonly created: string;
  readonly expires: string | undefined;
  readonly isRevoked: boolean;
  /** gpg would take a signature of today: undefined where the key never signs. */
  readonly signs: boolean | undefined;
}

const time = (seconds: number) => new Date(seconds * 1000).toISOString();

/** A public key of version 3 with a name: RSA, a modulus of 1024 bits, exponent 17. */
function oldKey(userId: string): Buffer {
  const modulus = Buffer.concat([Buffer.alloc(120, 0xc5), Buffer.from('a1a2a3a4a5a6a7a8', 'hex')]);
  const body = [Buffer.from('03 2b000000 0000 01 0400'.replaceAll(' ', ''), 'hex'), modulus];
  const key = Buffer.concat([...body, Buffer.from('000511', 'hex')]);
  const name = Buffer.from(userId);
  return Buffer.concat([Buffer.from([0x98, key.length]), key, Buffer.from([0xb4, name.length]), name]);
}

/** What gpg says of the file. Of keys whose subkeys alone sign it tells the terms apart; ours is one of both. */
function asGpg(path: string): GpgKey[] {
  const lines = gpg('--show-keys', '--with-colons', path).toString();
  return lines.split(/^(?=pub:)/m).map((text) => {
    const rows = text.split('\n').map((line) => line.split(':'));
    const row = (kind: string) => rows.filter(([first]) => first === kind);
    const [[, validity, , , , made = '', ends = '', , , , , may = ''] = []] = row('pub');
    const end = (one: string) => (one === '' ? Infinity : Number(one));
    const subkeys = row('sub').filter((one) => one[11]?.includes('s'));
    const left = subkeys.filter(([, state]) => state !== 'r');
    const isOnlySub = !may.includes('s') && subkeys.length > 0;
    const latest = Math.max(...left.map((one) => end(one[6] ?? '')));
    const last = isOnlySub && left.length > 0 ? Math.min(end(ends), latest) : end(ends);
    return {
      fingerprint: row('fpr')[0]?.[9] ?? '',
      userIds: row('uid')
        .map((one) => one[9] ?? '')
        .sort(),
      created: time(Number(made)),
      expires: last === Infinity ? undefined : time(last),
      isRevoked: validity === 'r' || (isOnlySub && left.length === 0),
      signs: !may.includes('s') && subkeys.length === 0 ? undefined : may.includes('S'),
    };
  });
}

describe('public keys of a file', () => {
  it.each([...names, ...names.map((name) => `${name}.gpg`), 'renewed-before', 'all', 'all.gpg', 'two'])(
    '%s: as gpg says',
    (name) => {
      const theirs = asGpg(at(name));
      const ours = readPublicKeys(readFileSync(at(name))).map(({ revoked, bySubkeys: _, ...key }, index) => ({
        ...{ expires: undefined, ...key },
        userIds: key.userIds.toSorted(),
        isRevoked: revoked !== undefined,
        signs:
          theirs[index]?.signs && whyUnfit({ ...key, ...(revoked && { revoked }) }, Date.now()) === undefined,
      }));
      expect(theirs.length).toBeGreaterThan(0);
      expect(ours).toEqual(theirs);
    },
  );

  it('names are fit to be shown', () => {
    expect(readPublicKeys(oldKey('\x1b[2J a\nb'))[0]?.userIds).toEqual(['\\x1b[2J a\\nb']);
  });

  it('none in what is no key, whatever was cut off', () => {
    expect(readPublicKeys(Buffer.from('key'))).toEqual([]);
    const whole = readFileSync(at('plain.gpg'));
    for (let length = 0; length < whole.length; length += 1) readPublicKeys(whole.subarray(0, length));
  });
});

const key = (name: string) => planFile(at(name), 'key');

async function problems(files: BuildPlan['files'], changes: Partial<BuildPlan> = {}) {
  const plan = aPlan({
    files,
    keys: files.map(({ path }) => path),
    repositories: [{ id: 'pkgdir-0', url: 'file:///r', from: 'pkgdir' }],
    ...changes,
  });
  const found = await checkBuildFiles(plan, {
    dracutModuleDir: 'share/xcat/netboot/common/dracut/97rootimg',
  } as never);
  return found.map(({ message }) => message);
}

describe('keys that count no more', () => {
  it('an expired or revoked one is refused by file, fingerprint, name and day', async () => {
    expect(await problems([await key('expired'), await key('plain')])).toEqual([
      `The key ${fingerprint('expired')} (expired <expired@site>) of ${at('expired')} has expired on 2020-12-31.`,
    ]);
    expect(await problems([await key('revoked.gpg')])).toEqual([
      expect.stringMatching(/\(revoked <revoked@site>\) of \S+ was revoked by its owner on 20\d\d-/),
    ]);
    expect(await problems([await key('two')])).toHaveLength(1);
  });

  it('one of which only subkeys sign, and none any more, is refused so', async () => {
    expect(await problems([await key('sub-old')])).toEqual([
      expect.stringMatching(
        /\(sub-old <\S+ of \S+ has no subkey left that signs: the last has expired on 2021-01-01\.$/,
      ),
    ]);
    expect(await problems([await key('sub-gone')])).toEqual([
      expect.stringMatching(/has no subkey left that signs: the last was revoked by its owner on /),
    ]);
    expect(await problems([await key('sub-primary')])).toEqual([
      expect.stringMatching(/last has expired on 2021-01-01/),
    ]);
    for (const name of ['sub-good', 'sub-two']) expect(await problems([await key(name)])).toEqual([]);
  });

  it('one of version 3 is refused by name; gpg takes none', async () => {
    writeFileSync(at('old-pgp'), oldKey('1993 <old@site>'));
    expect(await problems([await key('old-pgp')])).toEqual([
      `The key A1A2A3A4A5A6A7A8 (1993 <old@site>) of ${at('old-pgp')} is of version 3 (PGP 2), which no package manager takes any more.`,
    ]);
    expect(gpg('--show-keys', '--with-colons', at('old-pgp')).toString()).not.toMatch(/^pub/m);
    const { files, warnings } = fitKeyFiles([await key('old-pgp'), await key('plain')], [dir], Date.now());
    expect(files).toHaveLength(1);
    expect(warnings).toEqual([expect.stringContaining('is of version 3 (PGP 2)')]);
  });

  it('not where no signature is checked, nor where a renewed copy is there', async () => {
    const unchecked = {
      id: 'pkgdir-0',
      url: 'file:///r',
      from: 'pkgdir',
      unchecked: '--no-gpgcheck',
    } as const;
    expect(await problems([await key('expired')], { repositories: [unchecked] })).toEqual([]);
    const files = [await key('renewed-before'), await key('renewed')];
    expect(await problems(files)).toEqual([]);
    expect(fitKeyFiles(files, [], Date.now()).files).toEqual([files[1]]);
  });

  it('the building host may have old ones: they are passed over and named', async () => {
    const files = [await key('expired'), await key('plain')];
    const { files: fit, warnings } = fitKeyFiles(files, [dir], Date.now());
    expect(fit).toEqual([files[1]]);
    expect(warnings).toEqual([expect.stringContaining('expired <expired@site>')]);
  });
});

describe('keys are remembered with the image', () => {
  const built = (files: BuildPlan['files']) => ({ build: { files } }) as unknown as Manifest;
  const all = { onlyinitrd: false };

  it('the first build shows each in a line, one with the same says nothing', async () => {
    const files = [await key('plain'), await key('curve')];
    expect(keyNews(files, undefined, all)).toEqual({
      first: [
        `Packages may be signed by ${fingerprint('plain')} plain`,
        `Packages may be signed by ${fingerprint('curve')} curve`,
      ],
      warnings: [],
    });
    expect(keyNews(files, built(files), all)).toEqual({ first: [], warnings: [] });
    for (const line of keyNews([await key('all')], undefined, all).first)
      expect(line.length).toBeLessThan(100);
  });

  it('another key is told with both fingerprints, also added or gone', async () => {
    const [plain, curve] = [await key('plain'), await key('curve')];
    const [other] = keyNews([curve], built([plain]), all).warnings;
    expect(other).toContain(
      `new ${fingerprint('curve')} (curve <curve@site>) of ${at('curve')}; gone ${fingerprint('plain')}`,
    );
    expect(keyNews([plain, curve], built([plain]), all).warnings[0]).not.toContain('gone');
    expect(keyNews([plain], built([plain, curve]), all).warnings[0]).not.toContain('new ');
  });

  it('--onlyinitrd looks at none and forgets none', async () => {
    const plain = await key('plain');
    expect(keyNews([], built([plain]), { onlyinitrd: true })).toEqual({
      first: [],
      warnings: [],
    });
    expect(rememberedFiles([], [plain], { onlyinitrd: true })).toEqual([plain]);
    expect(rememberedFiles([], [plain], all)).toEqual([]);
  });

  it('so is the key that nodes check images with', () => {
    const file = (fingerprint: string): BuildPlan['files'][number] => ({
      ...{ path: '/k', sha256: '', role: 'sumskey', publicKeys: [{ fingerprint, userIds: [] }] },
    });
    expect(keyNews([file('b')], built([file('a')]), all).warnings).toEqual([
      'The key that nodes check this image with is not that of its last build: new b of /k; gone a of /k.',
    ]);
    expect(keyNews([], built([file('a')]), { onlyinitrd: true }).warnings).toHaveLength(1);
    expect(keyNews([file('a')], undefined, all).warnings).toEqual([]);
  });
});
