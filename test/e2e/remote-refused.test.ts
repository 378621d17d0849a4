// What a building node is, or sends, that is refused: each with its exact outcome, and nothing changed here.
import { afterAll, beforeAll, expect, test } from 'vitest';
import { remoteWorld, type RemoteWorld } from './lib/remote-world.ts';

let world: RemoteWorld;
let before: string;
const build = (words = '--on n1') => world.hosts.mgmt.type(`genimage ${words} there </dev/null`);

/** No build is needed: what is refused leaves whatever lies here. */
beforeAll(async () => {
  world = await remoteWorld();
  const files = 'kernel initrd-stateless.gz manifest.json';
  await world.must(`mkdir -p /install/netboot/there/rootimg; cd /install/netboot/there; touch ${files}`);
  before = await world.imageFolder();
});
afterAll(() => world?.hosts.leave());

/** Anna may log in to the node, and has a password. */
const anna = `useradd -m anna -s /bin/sh; echo 'anna:Gr8-geheim' | chpasswd; mkdir -p /home/anna/.ssh
cp /root/.ssh/authorized_keys /home/anna/.ssh; chown -R anna /home/anna`;

test('a user whom sudo refuses is told so, whether the password or the user is wrong', async () => {
  await world.onNode(anna);
  const typed = async (password: string) => {
    const answer = await world.typed(password, 'genimage --on anna@n1 there');
    await world.expectRefused(answer, before, /^Error: sudo on anna@n1 refuses anna\.$/m);
    expect(answer.stderr).not.toContain(password);
  };
  await typed('Gr8-geheim');
  await world.onNode("echo 'anna ALL=(ALL) ALL' >/etc/sudoers.d/anna; chmod 440 /etc/sudoers.d/anna");
  await typed('not-that');
  expect(await world.onNode('ls -A /var/lib/rootimg')).toBe('');
});

test('a disk of the node that is too small is told before anything is sent', async () => {
  await world.onNode('mount -t tmpfs -o size=500m tmpfs /var/lib/rootimg');
  const words = /^Error: Only \d+ MiB are free in \/var\/lib\/rootimg of n1; an image needs 1024 MiB\.$/m;
  await world.expectRefused(await build(), before, words);
  expect(await world.onNode('ls -A /var/lib/rootimg')).toBe('');
  await world.onNode('umount /var/lib/rootimg');
});

// A clock of its own is nothing that a namespace has: date(1) tells another time.
test.each([
  ['ahead of', '+31536000'],
  ['behind', '-31536000'],
])('a clock a year %s ours is told before anything is sent', async (_where, seconds) => {
  await world.onNode(
    `printf '#!/bin/sh\\n[ "$1" = +%%s ] || exec /bin/date "$@"\\necho $(($(/bin/date +%%s) ${seconds}))\\n' >/usr/local/bin/date; chmod +x /usr/local/bin/date`,
  );
  await world.expectRefused(
    await build(),
    before,
    /^Error: The clock of n1 is 315\d{5} s (ahead of|behind) ours\.$/m,
  );
  await world.onNode('rm /usr/local/bin/date');
});

/** Makes an archive that leads out of a folder: Python writes what tar(1) would not. */
const archive = (members: string) => `import tarfile, sys
def member(name, kind=b'0', link='', data=b''):
    one = tarfile.TarInfo(name)
    one.type, one.linkname, one.size, one.mode = kind, link, len(data), 0o777
    one.devmajor, one.devminor = 1, 3
    import io
    out.addfile(one, io.BytesIO(data))
with tarfile.open(fileobj=sys.stdout.buffer, mode='w|', format=tarfile.PAX_FORMAT) as out:
${members
  .split('; ')
  .map((line) => `    ${line}\n`)
  .join('')}`;

test.each([
  ['a name with ..', "member('../evil')"],
  ['an absolute name', "member('/install/netboot/evil')"],
  ['a name with .. inside', "member('rootimg', b'5'); member('rootimg/../../evil')"],
  [
    'a file below a link',
    "member('rootimg', b'5'); member('rootimg/out', b'2', '/install/netboot'); member('rootimg/out/evil')",
  ],
  ['the tree as a link', "member('rootimg', b'2', '/install/netboot'); member('rootimg/evil')"],
  ['a kernel that is a link', "member('kernel', b'2', '/etc/shadow')"],
  ['a hard link to a file here', "member('rootimg', b'5'); member('rootimg/shadow', b'1', '/etc/shadow')"],
  ['a device as the kernel', "member('kernel', b'3')"],
  ['a pipe as the manifest', "member('manifest.json', b'6')"],
  ['another file of the folder', "member('rootimg.sfs', data=b'evil')"],
  ['the lock of the folder', "member('.rootimg.lock', data=b'evil')"],
  ['a folder of logs below the logs', "member('logs', b'5'); member('logs/x', b'5'); member('logs/x/evil')"],
])('a node that sends %s is refused, and nothing is written', async (_what, members) => {
  const script = archive(members).replaceAll("'", '"');
  await world.onNode(`cat >/usr/local/bin/tar <<'END'
#!/bin/sh
case $* in *--create*) exec python3 -c '${script}';; esac
exec /bin/tar "$@"
END
chmod +x /usr/local/bin/tar`);
  const files = 'kernel initrd-stateless.gz initrd-statelite.gz manifest.json';
  await world.onNode(`mkdir -p /evil/rootimg; cd /evil; touch ${files}`);
  const answer = await world.hosts.mgmt.type('rootimg fetch n1:/evil there');
  await world.onNode('rm -r /usr/local/bin/tar /evil');
  await world.expectRefused(answer, before, 'What came from the node is refused: ');
  const places = 'ls -A / /etc /root /tmp /install /install/netboot /install/netboot/there';
  expect((await world.must(places)).stdout).not.toContain('evil');
});
