import { createHash, createSign, generateKeyPairSync, randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { release, tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { signedListText } from '../../src/plan/signed-list.ts';
import { amount } from '../lib/amount.ts';
import { type BadServer, badServer, type Behaviour, good, half } from './lib/bad-server.ts';
import { type InitrdRoom, openInitrdRoom, smallRoot } from './lib/initrd-room.ts';
import { type SampleImage, sampleImage } from './lib/sample-image.ts';

const readers: Readonly<Record<string, string>> = { zstd: 'zstd -dc', pigz: 'gzip -dc', gzip: 'gzip -dc' };
const path = '/rootimg.cpio.gz';
const key = generateKeyPairSync('rsa', { modulusLength: 2048 });

let admin: SampleImage;
/** The same initrd, with its key and without. */
let signedRoom: InitrdRoom;
let room: InitrdRoom;
let folder: string;
/** The packed root, the digest of the file in it, and the packed root with one byte changed. */
let bytes: Buffer;
let right: string;
let flipped: Buffer;
let digest: string;

const sha256 = (data: Uint8Array) => createHash('sha256').update(data).digest('hex');

beforeAll(async () => {
  const pem = key.publicKey.export({ type: 'spki', format: 'pem' }).toString();
  admin = await sampleImage('room', async ({ base }, sample) => {
    writeFileSync(join(base, 'sums.pem'), pem);
    writeFileSync(join(base, 'room.pkglist'), `${sample.pkglist.join('\n')}\nopenssl\n`);
    return [];
  });
  const built = await admin.type('genimage', '--sumskey', join(admin.base, 'sums.pem'), 'room');
  expect(built.status, built.stderr).toBe(0);
  const manifest = JSON.parse(await readFile(join(admin.rootimgdir, 'manifest.json'), 'utf8'));
  const reader = readers[manifest.build.initrd.compressor] ?? 'gzip -dc';
  const initrd = join(admin.rootimgdir, 'initrd-stateless.gz');
  signedRoom = openInitrdRoom(initrd, reader);
  room = openInitrdRoom(initrd, reader, ['lib/rootimg/sums.pem']);
  folder = mkdtempSync(join(tmpdir(), 'rootimg-bad-'));
  const payload = randomBytes(3_000_000);
  right = sha256(payload);
  bytes = smallRoot(folder, payload, release());
  digest = sha256(bytes);
  flipped = Buffer.from(bytes);
  flipped[1_000_000] = (flipped[1_000_000] ?? 0) ^ 1;
});
afterAll(async () => {
  room?.leave();
  signedRoom?.leave();
  if (folder !== undefined) rmSync(folder, { recursive: true, force: true });
  await admin?.leave();
});

/** Boots against a server that behaves so; gives what the initrd said and what the server was asked. */
async function bootFrom(
  behave: Behaviour,
  words: (server: BadServer) => string = () => '',
  where = room,
): Promise<{ said: string; requests: string[] }> {
  const server = await badServer(behave);
  try {
    const said = await where.boot(`imgurl=${server.origin}${path} nonodestatus ${words(server)}`);
    return { said, requests: server.requests };
  } finally {
    server.close();
  }
}

/** Behaves badly for the first requests. */
const first =
  (times: number, bad: Behaviour, then: Behaviour): Behaviour =>
  (request, response, count) =>
    (count <= times ? bad : then)(request, response, count);
const status =
  (code: number, headers: Record<string, string> = {}): Behaviour =>
  (_, response) =>
    void response.writeHead(code, headers).end();

/** Boots the room without a key, and resolves when it has met so many refusals; `said` is the promise of the rest. */
async function bootRefused(origin: string, times: number): Promise<{ said: Promise<string> }> {
  let heard = '';
  const said = room.boot(`imgurl=${origin}${path} nonodestatus ${pinned()}`, undefined, (so) => (heard = so));
  const refusals = () => heard.match(/warning: .*(refused|connect).*; next try in \d+ s/gi)?.length ?? 0;
  await vi.waitUntil(() => refusals() >= times, { timeout: 120_000 });
  return { said };
}

const pinned = () => `imgsha256=${digest}`;
const comesUp = (said: string) => {
  expect(said).toContain('rootimg: root is ready, cpio');
  expect(said).toContain(right);
  expect(said).not.toContain('half a root');
};
/** Every byte of the image came over the line once; the rest are headers. */
const sentOnce = (sent: number) => {
  expect(sent).toBeGreaterThanOrEqual(bytes.length);
  expect(sent).toBeLessThan(bytes.length + 4096);
};

describe.concurrent('the initrd with a server that', () => {
  it('is well', async () => {
    comesUp((await bootFrom(good(bytes), pinned)).said);
    // Without a digest it is unpacked while it comes.
    const { said } = await bootFrom(good(bytes));
    comesUp(said);
    expect(said).not.toContain('downloaded');
  });

  it('refuses for a while', async () => {
    const place = createServer();
    await new Promise<void>((resolve) => place.listen(0, '127.0.0.1', resolve));
    const { port } = place.address() as { port: number };
    await new Promise((resolve) => place.close(resolve));
    const boot = await bootRefused(`http://127.0.0.1:${port}`, amount(3, 6));
    const server = await badServer(good(bytes), port);
    const said = await boot.said;
    server.close();
    comesUp(said);
  });

  it('stalls', async () => {
    const stalls = first(1, half(bytes, 'stall'), good(bytes));
    const { said, requests } = await bootFrom(stalls, () => `${pinned()} imgslow=10/20`);
    expect(said).toMatch(/warning: .*(too slow|timed? ?out).*; next try/i);
    expect(requests[1]).toMatch(/bytes=[1-9]\d+-$/);
    comesUp(said);
  });

  it('sends half and hangs up', async () => {
    const server = await badServer(first(1, half(bytes, 'close'), good(bytes)));
    const said = await room.boot(`imgurl=${server.origin}${path} nonodestatus ${pinned()}`);
    server.close();
    expect(said).toMatch(/warning: .*(closed|reset|failure).*; next try/i);
    expect(server.requests).toEqual([`GET ${path}`, `GET ${path} bytes=${Math.floor(bytes.length / 2)}-`]);
    sentOnce(server.sent());
    comesUp(said);
  });

  it('sends half and hangs up, and then has no other half', async () => {
    const { said, requests } = await bootFrom(first(2, half(bytes, 'close'), good(bytes)), pinned);
    expect(requests[1]).toContain(`bytes=${Math.floor(bytes.length / 2)}-`);
    expect(requests[2]).toBe(`GET ${path}`);
    comesUp(said);
  });

  it('sends half, is away, is overloaded, and then sends the other half', async () => {
    const before = await badServer(half(bytes, 'close'));
    const boot = bootRefused(before.origin, 1);
    await vi.waitUntil(() => before.sent() > bytes.length / 2, { timeout: 60_000 });
    before.refuse();
    const { said: rest } = await boot;
    const after = await badServer(first(1, status(503), good(bytes)), Number(new URL(before.origin).port));
    const said = await rest;
    after.close();
    expect(said).toMatch(
      /warning: .*(refused|connect).*; next try[^]*warning: .*503.*; next try[^]*downloaded/,
    );
    const missing = `GET ${path} bytes=${Math.floor(bytes.length / 2)}-`;
    expect([...before.requests, ...after.requests]).toEqual([`GET ${path}`, missing, missing]);
    sentOnce(before.sent() + after.sent());
    comesUp(said);
  });

  it('sends half and hangs up, for an image without a digest', async () => {
    const { said } = await bootFrom(first(1, half(bytes, 'close'), good(bytes)));
    expect(said).toMatch(/error: .*; next try/);
    comesUp(said);
  });

  it('has another file when the transfer is taken up again', async () => {
    const other = good(bytes, '"2"');
    const { said } = await bootFrom(first(1, half(flipped, 'close'), other), pinned);
    comesUp(said);
  });

  it('sends a flipped byte', async () => {
    const { said } = await bootFrom(first(1, good(flipped), good(bytes)), pinned);
    expect(said).toMatch(
      new RegExp(`error: .* sha256 is ${sha256(flipped)}, but imgsha256= says ${digest}; next try`),
    );
    comesUp(said);
  });

  it('sends a flipped byte of an image without a digest', async () => {
    const { said } = await bootFrom(first(2, good(flipped), good(bytes)));
    expect(said.match(/error: .*; next try/g)).toHaveLength(2);
    comesUp(said);
  });

  it('answers 404 and 503, then 200', async () => {
    const server = first(1, status(404), first(2, status(503), good(bytes)));
    const { said } = await bootFrom(server, pinned);
    expect(said).toMatch(/warning: .*404.*; next try[^]*warning: .*503.*; next try/);
    comesUp(said);
  });

  it('redirects', async () => {
    const behave: Behaviour = (request, response, count) =>
      request.url === path
        ? status(count === 1 ? 302 : 307, { location: '/elsewhere' })(request, response, count)
        : good(bytes)(request, response, count);
    const { said, requests } = await bootFrom(behave, pinned);
    expect(requests).toContain('GET /elsewhere');
    comesUp(said);
  });

  it('redirects to a file of the node', async () => {
    const away = status(302, { location: 'file:///etc/passwd' });
    const { said } = await bootFrom(first(1, away, good(bytes)));
    expect(said).toMatch(/error: .*[Pp]rotocol.*; next try/);
    comesUp(said);
  });

  it('gives no Content-Length', async () => {
    const chunked: Behaviour = (_, response) => {
      response.writeHead(200);
      response.write(bytes.subarray(0, 1000));
      response.end(bytes.subarray(1000));
    };
    comesUp((await bootFrom(chunked, pinned)).said);
    // Cut short, and nothing but the archive itself tells.
    const short: Behaviour = (request, response) => {
      request.socket.end(
        Buffer.concat([Buffer.from('HTTP/1.0 200 OK\r\n\r\n'), bytes.subarray(0, bytes.length / 2)]),
      );
      response.detachSocket(request.socket);
    };
    const { said } = await bootFrom(first(1, short, chunked));
    expect(said).toMatch(/error: .*unexpected end of file; next try/);
    comesUp(said);
  });

  it('is one of two mirrors, the other being dead', async () => {
    const server = await badServer(good(bytes));
    const url = `http://127.0.0.1:9${path},${server.origin}${path}`;
    comesUp(await room.boot(`imgurl=${url} nonodestatus ${pinned()}`));
    server.close();
  });

  it('has a signed list of digests, first with a byte flipped in it', async () => {
    const list = (of: Buffer) =>
      Buffer.from(
        signedListText('room', {
          ...{
            file: 'rootimg.cpio.gz',
            sha256: sha256(of),
            size: of.length,
            finished: '2024-01-01T00:00:00Z',
          },
          generation: 3,
        }),
      );
    const [sums, lie] = [list(bytes), list(flipped)];
    const signature = createSign('sha256').update(sums).sign(key.privateKey);
    let asked = 0;
    const behave: Behaviour = (request, response, count) => {
      const send = (data: Buffer) => good(data)(request, response, count);
      if (request.url === '/rootimg.sums.sig') return send(signature);
      if (request.url === '/rootimg.sums') return send((asked += 1) === 1 ? lie : sums);
      return send(asked === 1 ? flipped : bytes);
    };
    // As xCAT's lines are: nothing but imgurl=.
    const { said, requests } = await bootFrom(behave, () => '', signedRoom);
    expect(said).toMatch(/error: .*rootimg\.sums is not signed by the key in this initrd; next try/);
    // What the lie names was never asked for.
    expect(requests.slice(0, 4)).toEqual([
      ...['GET /rootimg.sums', 'GET /rootimg.sums.sig'],
      ...['GET /rootimg.sums', 'GET /rootimg.sums.sig'],
    ]);
    comesUp(said);
  });

  it('has an image that nobody signed, for an initrd with a key', async () => {
    const server = first(1, status(404), (request, response, count) =>
      request.url === path ? good(bytes)(request, response, count) : status(404)(request, response, count),
    );
    const boot = await badServer(server);
    const running = signedRoom.boot(
      `imgurl=${boot.origin}${path} nonodestatus ${pinned()}`,
      /next try[^]*next try/,
    );
    expect(await running).not.toContain('root is ready');
    boot.close();
    expect(boot.requests).not.toContain(`GET ${path}`);
  });

  it('has an image that cannot fit', async () => {
    const { said, requests } = await bootFrom(good(bytes), () => `${pinned()} imgneed=100+99999999`);
    expect(said).toMatch(
      /error: the image needs \d+ MB \(100 packed, 99999999 unpacked\), but this node has/,
    );
    expect(requests).toEqual([]);
    const vast: Behaviour = (_, response) =>
      void response.writeHead(200, { 'content-length': '9'.repeat(15) }).write('x');
    expect((await bootFrom(vast, pinned)).said).toMatch(/the packed image is larger than this node's memory/);
  });

  it('has the root of another kernel', async () => {
    const other = mkdtempSync(join(folder, 'other-'));
    const { said } = await bootFrom(good(smallRoot(other, Buffer.from('x'), '5.14.0-1')));
    expect(said).toContain(`error: the image has no /lib/modules/${release()}`);
  });
});
