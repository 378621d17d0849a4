import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { createServer, type Server, type Socket } from 'node:net';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { serveFiles } from '../../src/boot/image-server.ts';
import { loadImage } from '../../src/boot/image.ts';
import { splitWords } from '../../src/netboot/definition-words.ts';
import { type SampleImage, sampleImage } from '../e2e/lib/sample-image.ts';
import { xcatLines, type XcatNode } from '../lib/xcat-lines.ts';
import { bootByHand } from './lib/boot-by-hand.ts';

/** The card that QEMU gives a machine. */
const mac = '52:54:00:12:34:56';
/** This host as the machine sees it. */
const here = '10.0.2.2';
/** The forms that xCAT packs in, each once before the first comes again. */
const forms = [
  ['cpio', 'gzip', 'tmpfs'],
  ['squashfs', 'zstd', 'overlay'],
  ['tar', 'xz', 'tmpfs'],
] as const;

let admin: SampleImage;
let folder: string;
let manager: Server;
let heard: string[] = [];

/** xCAT's daemon on its port for states: it says ready, hears the state, says done. */
function answer(socket: Socket): void {
  socket.on('error', () => {});
  socket.write('ready\n');
  socket.once('data', (data) => {
    heard.push(data.toString().trim());
    socket.end('done\n');
  });
}

beforeAll(async () => {
  admin = await sampleImage('lines');
  folder = await mkdtemp(join(tmpdir(), 'rootimg-lines-'));
  expect(await admin.type('genimage', 'lines')).toMatchObject({ status: 0 });
  manager = createServer(answer);
  await new Promise<void>((resolve) => manager.listen(0, '127.0.0.1', resolve));
});
afterAll(async () => {
  manager?.close();
  if (folder !== undefined) await rm(folder, { recursive: true, force: true });
  await admin?.leave();
});

test.each(forms.map((form, index) => [form, index] as const))(
  'nodes come up by the lines of xCAT with %j',
  { timeout: 3_600_000 },
  async ([method, compressor, rootType], index) => {
    const packed = await admin.type('packimage', '-m', method, '-c', compressor, 'lines');
    expect(packed, packed.stderr).toMatchObject({ status: 0 });
    const image = await loadImage(admin.rootimgdir, 'lines');
    const path = `/install/netboot/lines/${image.pack.file}`;
    // A web server as Apache: it takes several slashes for one.
    const web = await serveFiles(new Map(['', '/', '//'].map((more) => [`${more}${path}`, image.packed])));
    const { port: status } = manager.address() as AddressInfo;
    const where: XcatNode = {
      ...{ origin: `http://${here}:${web.port}`, mac, file: image.pack.file, master: here },
      folder: '/install/netboot/lines',
    };
    try {
      for (const { from, line } of xcatLines.filter((_, at) => at % forms.length === index)) {
        heard = [];
        const words = [...splitWords(line(where)), `XCATIPORT=${status}`];
        const node = await bootByHand({ name: 'lines', rootimgdir: admin.rootimgdir, folder, words });
        expect(node, from).toMatchObject({ rootType, uuid: image.pack.uuid, failedUnits: [] });
        const reports = words.includes('nonodestatus') ? [] : ['installstatus netbooting'];
        expect(heard, from).toEqual(reports);
        const said = await readFile(join(folder, 'console'), 'utf8');
        expect(said, from).not.toMatch(/rootimg: (warning|error)/);
      }
    } finally {
      await web.close();
    }
  },
);
