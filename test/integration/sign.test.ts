import { spawnSync } from 'node:child_process';
import { copyFileSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { bootFolders, buildVersion, publishedPack, sha256Of } from './pack/built-image.ts';
import { makePackWorld, makeSmallTree, type PackWorld, shell } from './pack/world.ts';

let world: PackWorld;

beforeEach(async () => {
  world = makePackWorld();
  makeSmallTree(`${world.rootimgdir}/rootimg`);
  await world.define({}, { tftpdir: `${world.base}/tftp` });
  mkdirSync(`${world.base}/home`, { recursive: true });
  shell(
    world.base,
    `openssl genpkey -quiet -algorithm RSA -pkeyopt rsa_keygen_bits:2048 -out home/sums.key
     openssl pkey -in home/sums.key -pubout -out home/sums.pem
     openssl genpkey -quiet -algorithm EC -pkeyopt ec_paramgen_curve:P-256 -out other.key
     openssl req -new -x509 -key home/sums.key -days 30 -subj /CN=site -addext extendedKeyUsage=codeSigning -out cert.pem
     openssl req -new -x509 -key home/sums.key -days 30 -subj /CN=site -out plain.pem`,
  );
  build('1.0');
});
afterEach(() => world.remove());

/** What genimage --sumskey leaves. */
function build(version: string, initrd: object = { signedFor: 'myimg' }): void {
  buildVersion(world, version);
  const path = `${world.rootimgdir}/manifest.json`;
  const manifest = JSON.parse(readFileSync(path, 'utf8'));
  const key = `${world.base}/home/sums.pem`;
  Object.assign(manifest.build.initrd, initrd);
  manifest.build.files = [{ path: key, sha256: sha256Of(key), role: 'sumskey' }];
  writeFileSync(path, JSON.stringify(manifest));
}
async function run(line: string, env: Record<string, string> = {}) {
  const answer = await world.run(line, env);
  expect(answer.code, answer.stderr).toBe(0);
  return answer;
}
const check = (folder: string) =>
  shell(
    folder,
    `openssl dgst -sha256 -verify ${world.base}/home/sums.pem -signature rootimg.sums.sig rootimg.sums
     sha256sum --check --quiet rootimg.sums`,
  );
const read = (path: string) => readFileSync(`${world.rootimgdir}/${path}`, 'utf8');

test('signs what is published, in place and in its generation, with the key beside config.yaml', async () => {
  const unsigned =
    /Warning: The image is not signed: nodes with a key wait until rootimg\.cpio\.gz is signed \(rootimg sign/;
  expect((await run('packimage -c gzip myimg')).stderr).toMatch(unsigned);
  const { stdout, stderr } = await run('rootimg sign myimg');
  expect(stdout).toContain('\nmyimg: signed (rootimg.sums, rootimg.sums.sig).\n');
  expect(stderr).not.toContain('Warning');
  check(world.rootimgdir);
  check(`${world.rootimgdir}/generations/1`);
  const { finished, size, sha256 } = publishedPack(world);
  expect(read('rootimg.sums')).toBe(
    `# rootimg signed list 2\n# image myimg\n# generation 1\n# time ${finished}\n# size ${size}\n${sha256}  rootimg.cpio.gz\n`,
  );
});

test('packimage --sign never leaves nodes without a list, and keeps it for a rollback', async () => {
  const key = `${world.base}/home/sums.key`;
  for (const generation of [1, 2]) {
    const { stderr } = await run(`packimage -c gzip --sign ${key} myimg`);
    expect(stderr).not.toMatch(/rootimg\.sums|not signed/);
    check(world.rootimgdir);
    check(`${world.rootimgdir}/generations/${generation}`);
  }
  await run('rootimg rollback myimg');
  check(world.rootimgdir);
  expect(read('rootimg.sums')).toContain('# generation 1\n');
});

test('a list names the image that the initrd was made for', async () => {
  build('1.0', { signedFor: 'asbuilt' });
  await run('packimage -c gzip myimg');
  await run('rootimg sign myimg');
  expect(read('rootimg.sums')).toContain('# image asbuilt\n');
});

test('kernel and initrd are signed for iPXE and GRUB wherever they lie; others take the signatures away', async () => {
  const gnupg = { GNUPGHOME: `${world.base}/gpg` };
  mkdirSync(gnupg.GNUPGHOME, { mode: 0o700 });
  shell(
    world.base,
    `export GNUPGHOME=${gnupg.GNUPGHOME}; gpg --batch -q --passphrase '' --quick-generate-key grub@site rsa2048 sign 1d`,
  );
  world.write('home/config.yaml', `signing:\n  certificate: ${world.base}/cert.pem\n  gpg: grub@site\n`);
  await run('packimage -c gzip myimg');
  expect((await run('rootimg sign myimg', gnupg)).stdout).toContain(
    'myimg: signed (rootimg.sums, rootimg.sums.sig, initrd-stateless.gz.cms, initrd-stateless.gz.sig, kernel.cms, kernel.sig).\n',
  );
  const signed = ['kernel', 'initrd-stateless.gz'];
  const places = [...bootFolders(world), `${world.rootimgdir}/generations/1`];
  for (const place of places) {
    for (const name of [...signed, ...(place === places[2] ? [] : ['initrd-statelite.gz'])]) {
      shell(
        place,
        `openssl cms -verify -binary -inform DER -in ${name}.cms -content ${name} -CAfile ${world.base}/cert.pem -purpose any -out /dev/null
         GNUPGHOME=${gnupg.GNUPGHOME} gpg --batch -q --verify ${name}.sig ${name}`,
      );
    }
  }
  // The entries have them checked, and are signed themselves.
  await run('rootimg netboot --server s myimg', gnupg);
  const entries = `${world.rootimgdir}/netboot`;
  expect(readFileSync(`${entries}/myimg.ipxe`, 'utf8')).toMatch(
    /^imgverify initrd http:.*1\/initrd-stateless\.gz\.cms$/m,
  );
  expect(readFileSync(`${entries}/myimg.grub`, 'utf8')).toContain('set check_signatures=enforce\n');
  shell(
    entries,
    `openssl cms -verify -binary -inform DER -in myimg.ipxe.cms -content myimg.ipxe -CAfile ${world.base}/cert.pem -purpose any -out /dev/null
     GNUPGHOME=${gnupg.GNUPGHOME} gpg --batch -q --verify myimg.grub.sig myimg.grub
     [ "$(ls | wc -l)" = 5 ]`,
  );
  // Unchanged boot files keep theirs with the next pack; another kernel's are gone until it is signed; a
  // rollback brings them back.
  await run('packimage -c gzip myimg');
  expect(existsSync(`${world.rootimgdir}/generations/2/kernel.cms`)).toBe(true);
  build('2.0');
  for (const place of bootFolders(world)) shell(place, 'rm -f *.cms *.sig');
  await run('packimage -c gzip myimg');
  await run('rootimg rollback myimg 1');
  for (const place of bootFolders(world)) {
    for (const end of ['cms', 'sig'])
      expect(existsSync(`${place}/kernel.${end}`), `${place} ${end}`).toBe(true);
  }
  await run('rootimg rollback myimg 3');
  for (const place of bootFolders(world)) expect(existsSync(`${place}/kernel.cms`)).toBe(false);
}, 60_000);

describe('is refused:', () => {
  beforeEach(() => run('packimage -c gzip myimg'));
  const refused = async (line: string, message: RegExp, code = 1) => {
    const answer = await world.run(line);
    expect(answer.code, answer.stderr).toBe(code);
    expect(answer.stderr).toMatch(message);
    expect(existsSync(`${world.rootimgdir}/rootimg.sums`)).toBe(false);
  };

  test('a key that the nodes do not have', () =>
    refused(
      'rootimg sign --key other.key myimg',
      /The initrd of myimg has another key than this: .*sums\.pem/,
    ));
  test('a public key', () =>
    refused('rootimg sign --key home/sums.pem myimg', /sums\.pem is not a private key/));
  test('a key that is not there', () =>
    refused('rootimg sign --key none myimg', /key .*none cannot be read/));
  test('a kind of key that nodes cannot check', async () => {
    shell(world.base, 'openssl genpkey -quiet -algorithm ED25519 -out ed.key');
    await refused('rootimg sign --key ed.key myimg', /could not be signed/);
  });
  test('a certificate for other purposes', () =>
    refused('rootimg sign --certificate plain.pem myimg', /plain\.pem is not for code signing/));
  test('a certificate that has expired, an issuer too', async () => {
    shell(
      world.base,
      `openssl req -new -key other.key -subj /CN=issuer -out issuer.csr
       openssl x509 -req -in issuer.csr -signkey other.key -days -1 -out issuer.pem
       cat cert.pem issuer.pem >chain.pem`,
    );
    await refused('rootimg sign --certificate chain.pem myimg', /CN=issuer of \S+chain\.pem has expired on/);
  });
  test('a packed file that somebody has changed', async () => {
    writeFileSync(`${world.rootimgdir}/rootimg.cpio.gz`, 'evil');
    await refused('rootimg sign myimg', /is not what packimage wrote/);
  });
  test('a kernel that somebody has changed', async () => {
    writeFileSync(`${world.rootimgdir}/kernel`, 'evil');
    const answer = await world.run('rootimg sign --certificate cert.pem myimg');
    expect(answer.stderr).toMatch(/kernel is not what the root was packed beside/);
    expect(existsSync(`${world.rootimgdir}/kernel.cms`)).toBe(false);
  });
  test('no key at all', async () => {
    shell(world.base, 'mv home/sums.key elsewhere');
    await refused('rootimg sign myimg', /There is no key to sign with/, 2);
  });
  test('a pack with a wrong key publishes nothing', async () => {
    const before = sha256Of(`${world.rootimgdir}/manifest.json`);
    await refused('packimage -c gzip --sign other.key myimg', /has another key than this/);
    expect(sha256Of(`${world.rootimgdir}/manifest.json`)).toBe(before);
    expect(existsSync(`${world.rootimgdir}/generations/2`)).toBe(false);
  });
});

test('says when nodes will not look at the signature, or when nobody knows', async () => {
  await run('packimage -c gzip myimg');
  copyFileSync(`${world.base}/plain.pem`, `${world.base}/home/sums.pem`);
  expect((await run('rootimg sign myimg')).stderr).toMatch(
    /Warning: Whether the nodes .* unknown: .*has changed/,
  );
  buildVersion(world, '1.0');
  await run('packimage -c gzip myimg');
  expect((await run('rootimg sign myimg')).stderr).toMatch(/Warning: The initrd of myimg has no key/);
});

const softhsm = '/usr/lib/softhsm/libsofthsm2.so';
const hasToken =
  existsSync(softhsm) &&
  spawnSync('softhsm2-util', ['--version']).status === 0 &&
  spawnSync('openssl', ['engine', '-t', 'pkcs11']).status === 0;

test.skipIf(!hasToken)('signs with a key that never leaves its token, and never shows its PIN', async () => {
  world.write('softhsm.conf', `directories.tokendir = ${world.base}/tokens\n`);
  mkdirSync(`${world.base}/tokens`);
  const env = { SOFTHSM2_CONF: `${world.base}/softhsm.conf`, PKCS11_MODULE_PATH: softhsm };
  shell(
    world.base,
    `export SOFTHSM2_CONF=${env.SOFTHSM2_CONF}
     softhsm2-util --init-token --free --label site --so-pin 8642 --pin 975310
     openssl pkcs8 -topk8 -nocrypt -in home/sums.key -out p8
     softhsm2-util --import p8 --token site --label sums --id 01 --pin 975310
     rm p8 home/sums.key; printf 975310 > pin`,
  );
  await run('packimage -c gzip myimg');
  const uri = `pkcs11:token=site;object=sums;type=private`;
  const line = `rootimg sign --key ${uri};pin-source=file:${world.base}/pin --certificate cert.pem myimg`;
  const { stdout, stderr } = await run(line, env);
  expect(stdout).toContain('kernel.cms');
  expect(stderr).not.toContain('Warning');
  check(world.rootimgdir);
  const wrong = await world.run(`rootimg sign --key ${uri};pin-value=111111 myimg`, env);
  expect(wrong.code).toBe(1);
  expect(wrong.stderr).toContain('pin-value=…');
  expect(wrong.stdout + wrong.stderr).not.toContain('111111');
  expect(wrong.stderr).toMatch(/Warning: pin-value= can be read by every user/);
});
