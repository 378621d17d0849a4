import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { copyFile, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { type BadServer, type Behaviour, badServer, good, half } from '../e2e/lib/bad-server.ts';
import { loadImage } from '../../src/boot/image.ts';
import { serveFiles } from '../../src/boot/image-server.ts';
import { namespaceArgv } from '../../src/system/namespace.ts';
import { type SampleImage, sampleImage } from '../e2e/lib/sample-image.ts';
import { bootByHand } from './lib/boot-by-hand.ts';

let admin: SampleImage;
let folder: string;
let server: ChildProcess;
let port: number;

async function freePort(): Promise<number> {
  const place = createServer();
  await new Promise<void>((resolve) => place.listen(0, '127.0.0.1', resolve));
  const { port: free } = place.address() as { port: number };
  await new Promise((resolve) => place.close(resolve));
  return free;
}

/** An NFS server in user space, with states of its own. */
const serve = `mount -t tmpfs state /run
mount -t tmpfs state /var/lib/nfs
mkdir -p /var/lib/nfs/ganesha /run/ganesha
exec ganesha.nfsd -F -L "$1/log" -f "$1/conf" -p /run/ganesha/pid`;

const configuration = (path: string, where: number) => `
NFS_CORE_PARAM { NFS_Port = ${where}; Bind_addr = 127.0.0.1; Protocols = 4; Enable_NLM = false; Enable_RQUOTA = false; }
NFSv4 { Graceless = true; RecoveryBackend = fs; Only_Numeric_Owners = true; }
EXPORT { Export_Id = 1; Path = ${path}; Pseudo = /export; Access_Type = RO; Squash = No_Root_Squash; SecType = sys;
  PrivilegedPort = false; Protocols = 4; Transports = TCP; FSAL { Name = VFS; } }
`;

beforeAll(async () => {
  admin = await sampleImage('nfs', async ({ base }, sample) => {
    await writeFile(join(base, 'nfs.pkglist'), `${sample.pkglist.join('\n')}\nnfs-utils\n`);
    return [];
  });
  expect(await admin.type('genimage', 'nfs')).toMatchObject({ status: 0 });
  expect(await admin.type('packimage', '-m', 'squashfs', 'nfs')).toMatchObject({ status: 0 });
  folder = await mkdtemp(join(tmpdir(), 'rootimg-nfs-'));
  await mkdir(join(folder, 'export'));
  await copyFile(join(admin.rootimgdir, 'rootimg.sfs'), join(folder, 'export/rootimg.sfs'));
  port = await freePort();
  await writeFile(join(folder, 'conf'), configuration(join(folder, 'export'), port));
  const words = ['--pdeathsig', 'KILL', '--', ...namespaceArgv(['sh', '-c', serve, 'sh', folder])];
  server = spawn('setpriv', words, { stdio: 'ignore' });
  for (let tries = 0; ; tries += 1) {
    const socket = connect(port, '127.0.0.1');
    const open = await once(socket, 'connect').then(
      () => true,
      () => false,
    );
    socket.destroy();
    if (open) break;
    if (tries > 300) throw new Error(`no NFS server: ${await readFile(join(folder, 'log'), 'utf8')}`);
    await wait(200);
  }
});
afterAll(async () => {
  server?.kill('SIGKILL');
  if (folder !== undefined) await rm(folder, { recursive: true, force: true });
  await admin?.leave();
});

test('a node takes its root from an NFS server', async () => {
  const { pack } = await loadImage(admin.rootimgdir, 'nfs');
  const node = await bootByHand({
    ...{ name: 'nfs', rootimgdir: admin.rootimgdir, folder },
    words: [`imgurl=nfs://10.0.2.2:${port}/export/rootimg.sfs`, `imgsha256=${pack.sha256}`],
  });
  expect(node).toMatchObject({ rootType: 'overlay', uuid: pack.uuid, failedUnits: [] });
});

test('a node with two cards, the first of which leads nowhere, finds its server through the second', async () => {
  const { pack, packed } = await loadImage(admin.rootimgdir, 'nfs');
  const web = await serveFiles(new Map([['/rootimg.sfs', packed]]));
  try {
    const node = await bootByHand({
      ...{ name: 'nfs', rootimgdir: admin.rootimgdir, folder },
      words: [`imgurl=http://10.0.2.2:${web.port}/rootimg.sfs`, `imgsha256=${pack.sha256}`],
      // Its network gives out addresses of the same kind, and lets nothing out.
      cards: ['-netdev', 'user,id=dead,restrict=on', '-device', 'virtio-net-pci,romfile=,netdev=dead'],
    });
    expect(node).toMatchObject({ rootType: 'overlay', uuid: pack.uuid, failedUnits: [] });
    expect(await readFile(join(folder, 'console'), 'utf8')).toMatch(/rootimg: warning: http.*; next try in/);
  } finally {
    await web.close();
  }
});

test('a node comes up with the right image after a server that refused, failed and hung', async () => {
  const { pack, packed } = await loadImage(admin.rootimgdir, 'nfs');
  const bytes = await readFile(packed);
  const withoutLength: Behaviour = (_, response) => {
    response.writeHead(200).end(bytes);
  };
  const misdeeds: Behaviour[] = [
    (_, response) => void response.writeHead(404).end(),
    (_, response) => void response.writeHead(302, { location: '/elsewhere' }).end(),
    half(bytes, 'close'),
    (_, response) => void response.writeHead(503).end(),
    // All of it, although only the rest was asked for: what was begun cannot be completed.
    good(bytes, '"2"'),
    half(bytes, 'stall'),
    good(bytes, '"2"'),
  ];
  const path = join(folder, 'console');
  const place = await freePort();
  await rm(path, { force: true });
  let server: BadServer | undefined;
  const node = bootByHand({
    ...{ name: 'nfs', rootimgdir: admin.rootimgdir, folder },
    words: [`imgurl=http://10.0.2.2:${place}/rootimg.sfs`, `imgsha256=${pack.sha256}`, 'nonodestatus'],
  });
  node.catch(() => {});
  const console = () => readFile(path, 'utf8');
  try {
    await vi.waitFor(async () => expect(await console()).toContain('next try in'), 300_000);
    server = await badServer((...call) => (misdeeds.shift() ?? withoutLength)(...call), place);
    expect(await node).toMatchObject({ rootType: 'overlay', uuid: pack.uuid, failedUnits: [] });
  } finally {
    server?.close();
  }
  const said = await console();
  for (const cause of [/onnect|refused/, /404/, /503/]) expect(said).toMatch(cause);
  expect(misdeeds).toEqual([]);
});

test('a node refuses an image with a wrong byte, and says so', async () => {
  const { pack, packed } = await loadImage(admin.rootimgdir, 'nfs');
  const bytes = await readFile(packed);
  const middle = Math.floor(bytes.length / 2);
  bytes[middle] = (bytes[middle] ?? 0) ^ 1;
  const server = await badServer(good(bytes));
  try {
    const words = [
      `imgurl=${server.origin.replace('127.0.0.1', '10.0.2.2')}/rootimg.sfs`,
      `imgsha256=${pack.sha256}`,
    ];
    const node = bootByHand({ ...{ name: 'nfs', rootimgdir: admin.rootimgdir, folder }, words });
    await expect(node).rejects.toThrow(/sha256 is [0-9a-f]{64}, but imgsha256= says/);
  } finally {
    server.close();
  }
});
