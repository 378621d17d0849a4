import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as wait } from 'node:timers/promises';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { bootFolders, buildVersion } from '../integration/pack/built-image.ts';
import { makePackWorld, makeSmallTree, type PackWorld, shell } from '../integration/pack/world.ts';
import { tinyKernel } from './lib/tiny-kernel.ts';

/*
 * A machine whose GRUB has our key (`grub-mkimage --pubkey`), started over PXE: it refuses an entry, a kernel and an
 * initrd that were changed under their signatures, and starts what `rootimg sign` and `rootimg netboot` wrote.
 */

let world: PackWorld;
beforeEach(async () => {
  world = makePackWorld();
  makeSmallTree(`${world.rootimgdir}/rootimg`);
  await world.define({}, { tftpdir: `${world.base}/tftp` });
  buildVersion(world, '1.0');
  for (const folder of bootFolders(world)) writeFileSync(`${folder}/kernel`, tinyKernel());
});
afterEach(() => world.remove());

/** Serves all files of the world by their paths; what has `evil` in its name is the real one with more at its end. */
async function serveWorld() {
  const server = createServer((request, response) => {
    const path = request.url ?? '';
    const real = path.replace('evil-', '');
    if (!real.startsWith(world.base) || !existsSync(real)) return void response.writeHead(404).end();
    const isChanged = real !== path && !path.endsWith('.sig');
    // With its length, as web servers send files.
    response.end(Buffer.concat([readFileSync(real), Buffer.from(isChanged ? '\necho EVIL\n' : '')]));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return { port: (server.address() as AddressInfo).port, close: () => server.close() };
}

const modules =
  'pxe http net pgp gcry_rsa gcry_sha256 gcry_sha512 linux serial terminal normal configfile echo';

/** Starts a machine that loads `file` of `folder` over PXE; gives its console up to `end`. */
async function consoleOf(folder: string, file: string, end: string): Promise<string> {
  const machine = ['-machine', 'accel=tcg,graphics=off', '-m', '256', '-no-reboot'];
  const ways = ['-display', 'none', '-monitor', 'none', '-serial', 'stdio', '-boot', 'n'];
  const net = ['-netdev', `user,id=n,tftp=${folder},bootfile=${file}`, '-device', 'e1000,netdev=n'];
  const qemu = spawn('qemu-system-x86_64', [...machine, ...ways, ...net]);
  let text = '';
  for (const stream of [qemu.stdout, qemu.stderr]) stream.on('data', (bytes: Buffer) => (text += bytes));
  try {
    for (let tenth = 0; tenth < 900 && !text.includes(end); tenth += 1) await wait(100);
    return text;
  } finally {
    qemu.kill('SIGKILL');
  }
}

test.skipIf(!existsSync('/usr/lib/grub/i386-pc/pxe.mod'))(
  'GRUB starts what is signed, and nothing that was changed',
  async () => {
    const env = { GNUPGHOME: `${world.base}/gpg` };
    mkdirSync(env.GNUPGHOME, { mode: 0o700 });
    shell(
      world.base,
      `export GNUPGHOME=${env.GNUPGHOME}
       gpg --batch -q --passphrase '' --quick-generate-key grub@site rsa2048 sign 1d; gpg --export grub@site >boot.pub
       mkdir -p boot home; openssl genpkey -quiet -algorithm RSA -out home/sums.key`,
    );
    world.write('home/config.yaml', 'signing:\n  gpg: grub@site\n');
    const server = await serveWorld();
    try {
      const host = `10.0.2.2:${server.port}`;
      for (const line of [
        'packimage -c gzip myimg',
        'rootimg sign myimg',
        `rootimg netboot --server ${host} myimg`,
      ]) {
        expect(await world.run(line, env)).toMatchObject({ code: 0 });
      }
      const at = (path: string) => `(http,${host})${world.rootimgdir}/${path}`;
      const first = `serial
terminal_output serial
echo '1: entry'
source ${at('netboot/evil-myimg.grub')}
echo '2: kernel'
linux ${at('generations/1/evil-kernel')}
echo '3: initrd'
linux ${at('generations/1/kernel')}
initrd ${at('generations/1/evil-initrd-stateless.gz')}
echo '4: signed'
set timeout=0
set default=0
export timeout default
configfile ${at('netboot/myimg.grub')}
`;
      world.write('first.cfg', first);
      shell(
        world.base,
        `grub-mkimage -O i386-pc-pxe -p '(pxe)/grub' --pubkey boot.pub -c first.cfg -o boot/core.pxe ${modules}`,
      );
      const text = await consoleOf(`${world.base}/boot`, 'core.pxe', 'initrd 1.0');
      expect(text).not.toContain('EVIL');
      expect(text).toMatch(
        /2: kernel\s+error: bad signature\.\s+3: initrd\s+error: bad signature\.\s+4: signed/,
      );
      expect(text).toMatch(/STARTED initrd 1\.0/);
    } finally {
      server.close();
      shell(world.base, `gpgconf --homedir ${env.GNUPGHOME} --kill all`);
    }
  },
);
