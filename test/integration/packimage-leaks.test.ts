import { afterEach, beforeEach, expect, test } from 'vitest';
import { makePackWorld, makeSmallTree, type PackWorld, shell } from './pack/world.ts';

let world: PackWorld;

beforeEach(async () => {
  world = makePackWorld();
  const root = `${world.rootimgdir}/rootimg`;
  makeSmallTree(root);
  shell(
    root,
    `mkdir -p root/.ssh etc/pki/tls/private etc/pki/tls/certs etc/yum.repos.d etc/munge home/u1/.aws usr/share/doc/x etc/ssh
echo '-----BEGIN OPENSSH PRIVATE KEY-----' >root/.ssh/id_ed25519; echo 'ssh-ed25519 AAA' >root/.ssh/id_ed25519.pub
echo '-----BEGIN RSA PRIVATE KEY-----' >etc/pki/tls/private/web.key; echo '-----BEGIN CERTIFICATE-----' >etc/pki/tls/certs/ca.pem
printf '[r]\nbaseurl=https://u:pw@host/\n' >etc/yum.repos.d/a.repo; printf '[r]\nbaseurl=https://host/\n' >etc/yum.repos.d/b.repo
printf '[r]\nusername=u\npassword = x\n' >etc/yum.repos.d/c.repo
echo ls >root/.bash_history; : >home/u1/.bash_history; head -c 32 /dev/urandom >etc/munge/munge.key
printf '[default]\naws_secret_access_key = abc\n' >home/u1/.aws/credentials; echo '//r/:_authToken=abc' >root/.npmrc
echo '-----BEGIN PRIVATE KEY-----' >etc/ssh/ssh_host_rsa_key; echo 'a key' >usr/share/doc/x/readme.key
printf 'root:$6$x$y:1::::::\nop:$6$a$b:1::::::\nbin:*:1::::::\nlp:!!:1::::::\n' >etc/shadow; echo token >usr/share/doc/x/config`,
  );
  await world.define();
});
afterEach(() => world.remove());

const leaking = [
  ...['etc/munge/munge.key', 'etc/pki/tls/private/web.key', 'etc/shadow', 'etc/yum.repos.d/a.repo'],
  ...[
    'etc/yum.repos.d/c.repo',
    'home/u1/.aws/credentials',
    'root/.bash_history',
    'root/.npmrc',
    'root/.ssh/id_ed25519',
  ],
];

/** Paths of the findings in what was printed. */
const found = (stderr: string) =>
  [...stderr.matchAll(/^(?:Warning|Error): (\S+) in the image is (.*?): whoever/gm)].map(([, path]) => path);

test('secrets are warned of, with what to do; what only looks like one is not', async () => {
  const { code, stderr } = await world.run('packimage -c gzip myimg');
  expect(code).toBe(0);
  expect(found(stderr)).toEqual(leaking);
  expect(stderr).toContain('etc/shadow in the image is where the password hashes of op stand');
  expect(stderr).toContain('root/.ssh/id_ed25519 in the image is a private key');
  expect(stderr).toContain('write ./root/.npmrc into the allow-list');
});

test('--strict ends the pack with all of them; the allow-list silences; what the exlist leaves out is no leak', async () => {
  const strict = await world.run('packimage -c gzip --strict myimg');
  expect(strict.code).toBe(1);
  expect(found(strict.stderr)).toEqual(leaking);
  expect(world.published()).toEqual(['rootimg']);
  const allow = world.write('allow', './etc/*\n./home/*.aws/*\n./nowhere # comment\n');
  world.write('home/config.yaml', `packimage:\n  allow: ${allow}\n`);
  await world.define({ exlist: world.write('x', './root/*\n') });
  const { code, stderr } = await world.run('packimage -c gzip --strict myimg');
  expect(stderr).toContain(`${allow}:3: the pattern './nowhere' matched nothing.`);
  expect(found(stderr)).toEqual([]);
  expect(code).toBe(0);
});
