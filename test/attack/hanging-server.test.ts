import { spawnSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import { useFolder } from '../lib/folder.ts';

/*
 * Files on a server that falls silent: a FUSE file system whose program is stopped. A read of it can neither be
 * taken back nor ended, but by SIGKILL; the command says which file it is, does its own work to the end, and ends.
 */

const folder = useFolder();
const preload = join(process.cwd(), 'test/attack/lib/short-patience.mjs');

/** What of the home is on the server, and the command that reads it. */
const readers = [
  ['config.yaml', 'lsdef -t osimage'],
  ['site/clustersite.stanza', 'packimage img'],
  ['osimage/img.stanza', 'lsdef -t osimage -o img'],
  ['pkglist', 'rootimg show pkglist img'],
] as const;

test.each(readers)('%s on a server that is silent ends %s with its name', (file, command) => {
  const home = join(folder.path, 'home');
  const image = `img:
    objtype=osimage
    imagetype=linux
    osarch=x86_64
    osname=Linux
    osvers=rocky9.4
    profile=compute
    provmethod=netboot
    pkglist=${home}/pkglist
    rootimgdir=${folder.path}/image
`;
  const files = {
    'config.yaml': '',
    'site/clustersite.stanza': 'clustersite:\n    objtype=site\n',
    'osimage/img.stanza': image,
    pkglist: 'bash\n',
  };
  for (const [name, text] of Object.entries(files)) {
    for (const path of [join(home, name), join(folder.path, 'server', name)]) {
      mkdirSync(dirname(path), { recursive: true });
      writeFileSync(path, text);
    }
  }
  // The server holds that one file; what is mounted on a path of it is open to nobody else.
  const script = `set -e
mkdir mnt
bindfs -f "$PWD/server" mnt & server=$!
until mountpoint -q mnt; do sleep 0.1; done
mount --bind "mnt/${file}" "home/${file}"
kill -STOP $server
NODE_OPTIONS=--import=${preload} ROOTIMG_HOME=$PWD/home timeout -s KILL 60 ${process.cwd()}/bin/${command} || echo "status $?"
kill -KILL $server`;
  const namespaces = ['--mount', '--pid', '--fork', '--kill-child=SIGKILL', '--propagation', 'private'];
  const answer = spawnSync('unshare', [...namespaces, 'bash', '-c', script], {
    ...{ cwd: folder.path, encoding: 'utf8', timeout: 120_000, killSignal: 'SIGKILL' },
  });
  expect(answer.stderr).toContain(`${home}/${file}`);
  expect(answer.stderr).toContain('its file server does not answer');
  expect(answer.stdout).toMatch(/status 137\n$/);
});
