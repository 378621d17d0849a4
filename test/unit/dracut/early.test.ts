import { createHash, createSign, generateKeyPairSync } from 'node:crypto';
import { once } from 'node:events';
import { readdirSync } from 'node:fs';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { setTimeout } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { signedListText } from '../../../src/plan/signed-list.ts';
import { FakeNode, longShells } from './fake-node.ts';

type Answer = (response: ServerResponse, content: string, request: IncomingMessage) => void;

const digestOf = (text: string) => createHash('sha256').update(text).digest('hex');
const key = generateKeyPairSync('ec', { namedCurve: 'P-256' });

let node: FakeNode;
let server: Server;
/** What the server has, by name. */
let contents: Map<string, string>;
/** Names that it answers for in another way. */
let answers: Map<string, Answer>;
/** What it was asked for, each with the place of its connection among all. */
let asked: [name: string, connection: number][];
let connections: Socket[];
let list: string;

beforeEach(async () => {
  node = new FakeNode();
  node.card('eth0');
  node.online('eth0');
  node.tool(
    'mount',
    `case $1 in -a) sed 's/^/early /' "$3" >> "$NODE/calls"; [ ! -e "$NODE/no-table" ]; exit ;; esac
     echo "mount $*" >> "$NODE/calls"
     case $* in *overlay*) mkdir -p "$NODE/sysroot/lib/modules/6.1.0" "$NODE/sysroot/sbin"; : > "$NODE/sysroot/sbin/init" ;; esac`,
  );
  node.tool('umount', 'echo "umount $*" >> "$NODE/calls"');
  node.tool('modprobe', ':');
  node.tool('uname', 'echo 6.1.0');
  [contents, answers, asked, connections] = [new Map(), new Map(), [], []];
  list = '# rootimg layers 1\n';
  server = createServer(answer).listen(0, '127.0.0.1');
  server.keepAliveTimeout = 60_000;
  server.on('connection', (socket) => connections.push(socket));
  await once(server, 'listening');
});
afterEach(() => {
  server.closeAllConnections();
  server.close();
  node.remove();
});

function answer(request: IncomingMessage, response: ServerResponse): void {
  const name = request.url?.split('/').at(-1) ?? '';
  asked.push([name, connections.indexOf(request.socket)]);
  const content = contents.get(name);
  if (content === undefined) return void response.writeHead(404).end();
  const plain: Answer = () => response.end(content);
  (answers.get(name) ?? plain)(response, content, request);
}

function layer(content: string): string {
  const sha256 = digestOf(content);
  const name = `rootimg-${sha256.slice(0, 32)}.sfs`;
  contents.set(name, content);
  list += `${sha256} ${content.length} ${name}\n`;
  return name;
}

/** A base, and layers that are small beside it. */
function image(layers = 3): string[] {
  return [layer('base '.repeat(10_000)), ...Array.from({ length: layers }, (_, at) => layer(`layer ${at}`))];
}

const run = 'run/initramfs/rootimg';
const url = () => `http://127.0.0.1:${(server.address() as AddressInfo).port}/image/rootimg.layers`;
const askedFor = (name: string) => asked.filter(([one]) => one === name);
const calls = () => node.read('calls') ?? '';
const early = () => (calls().match(/^early .*/gm) ?? []).map((line) => line.split(' ')[2]?.split('/').at(-1));
/** What lies in the folder of the node: the files themselves. */
const files = () => readdirSync(`${node.root}/${run}/pack`).filter((name) => /sfs$|^early/.test(name));

describe.each(longShells)('layers that come in the background under %s', (shell) => {
  const attempt = (...parameters: string[]) => {
    contents.set('rootimg.layers', list);
    node.file(`${run}/imgurl`, `${url()}\n`);
    node.file(`${run}/next`, '0\n');
    node.kernelLine([`imgurl=${url()}`, ...parameters]);
    return node.runBeside(shell, `echo $$ > pid; exec ${shell} "$rootimg_lib/attempt.sh"`);
  };
  const vouched = () => `imgsha256=${digestOf(list)}`;

  it('come over one connection while the base comes, and are mounted', async () => {
    const [base = '', ...above] = image();
    const isMounted = async (response: ServerResponse, content: string) => {
      response.write(content.slice(0, 20_000));
      while (early().length < above.length) await setTimeout(20);
      response.end(content.slice(20_000));
    };
    answers.set(base, (response, content) => void isMounted(response, content));
    expect(await attempt(vouched())).toMatchObject({ status: 0, stderr: '' });
    expect(early()).toEqual(['lower1', 'lower2', 'lower3']);
    for (const name of above) expect(askedFor(name)).toHaveLength(1);
    expect(new Set(above.map((name) => askedFor(name)[0]?.[1])).size).toBe(1);
    expect(calls().match(/^mount -t squashfs/gm)).toHaveLength(1);
    expect(calls()).toContain('lowerdir=lower3:lower2:lower1:lower0,');
    expect(files().sort()).toEqual([base, ...above].sort());
  });

  it('are fetched by themselves where one is not what it should be, or is not there', async () => {
    const [base = '', spoilt = '', missing = '', good = ''] = image();
    answers.set(spoilt, (response, content) => response.end(content.replace('layer', 'other')));
    answers.set(missing, (response) => {
      if (askedFor(missing).length === 1) response.writeHead(404).end();
      else response.end(contents.get(missing));
    });
    expect((await attempt(vouched())).status).toBe(1);
    expect(early()).toEqual(['lower3']);
    expect(node.log).toContain(`rootimg.layers: ${spoilt}: sha256 is `);
    expect(calls()).toMatch(/umount .*lower3\n/);
    expect(files().sort()).toEqual([base, good].sort());
    answers.delete(spoilt);
    expect((await attempt(vouched())).status).toBe(0);
    expect([askedFor(base), askedFor(good)].map(({ length }) => length)).toEqual([1, 1]);
    for (const number of [0, 1, 2, 3])
      expect(calls()).toMatch(new RegExp(`(mount|early) .*lower${number}\\b`));
  });

  it('never have more bytes than the list says', async () => {
    const [, endless = '', other = ''] = image(2);
    let sent = 0;
    answers.set(endless, (response) => {
      const more = (): unknown => {
        sent += 65536;
        return response.destroyed || response.write('x'.repeat(65536), () => setImmediate(more));
      };
      if (askedFor(endless).length === 1) more();
      else response.end(contents.get(endless));
    });
    expect((await attempt(vouched())).status).toBe(0);
    // What lay in buffers between the two.
    expect(sent).toBeLessThan(8 * 1024 * 1024);
    expect(askedFor(endless)).toHaveLength(2);
    expect(files()).toContain(other);
  });

  it('are given up when a server falls silent, and fetched by themselves', async () => {
    const [, silent = '', other = ''] = image(2);
    answers.set(silent, (response, content) => {
      if (askedFor(silent).length === 1)
        response.writeHead(200, { 'content-length': content.length }).write('l');
      else response.end(content);
    });
    expect((await attempt(vouched(), 'imgslow=10/2')).status).toBe(0);
    expect(askedFor(silent)).toHaveLength(2);
    expect(files()).toContain(other);
  });

  it('do not outlive an attempt that fails over the base', async () => {
    const [base = '', silent = ''] = image(1);
    let closed: Promise<unknown> = Promise.resolve();
    answers.set(silent, (response, content, { socket }) => {
      closed = once(socket, 'close');
      response.writeHead(200, { 'content-length': content.length }).write('l');
    });
    // The base is refused when the layer has begun.
    answers.set(base, (response) => {
      const refuse = (): unknown =>
        askedFor(silent).length > 0 ? response.writeHead(503).end() : setImmediate(refuse);
      refuse();
    });
    expect((await attempt(vouched())).status).toBe(1);
    await closed;
    expect(node.read(`${run}/early`)).toBe('');
    // What curl makes before it has an answer.
    expect(files()).toEqual([base]);
  });

  it('do not outlive an attempt that is killed by more than the next one', async () => {
    const [base = '', silent = ''] = image(1);
    const begun = new Map<string, ServerResponse>();
    const silence = (name: string) => (response: ServerResponse, content: string) => {
      begun.set(name, response);
      response.writeHead(200, { 'content-length': content.length }).write(content.slice(0, 2));
    };
    for (const name of [base, silent]) answers.set(name, silence(name));
    const killed = attempt(vouched());
    while (begun.size < 2) await setTimeout(20);
    const closed = once(begun.get(silent) ?? server, 'close');
    process.kill(Number(node.read('pid')), 'SIGKILL');
    begun.get(base)?.destroy();
    answers.clear();
    const next = attempt(vouched());
    await closed;
    expect((await next).status).toBe(0);
    await killed;
    expect(files().sort()).toEqual([base, silent].sort());
  });

  it('are mounted one by one where mount has no table', async () => {
    const above = image().slice(1);
    node.file('no-table', '');
    expect((await attempt(vouched())).status).toBe(0);
    expect(calls().match(/^mount -t squashfs/gm)).toHaveLength(1 + above.length);
    for (const name of above) expect(askedFor(name)).toHaveLength(1);
  });

  it('are those of the list of this try', async () => {
    const [base = ''] = image(2);
    answers.set(base, (response) => {
      if (askedFor(base).length === 1) response.writeHead(503).end();
      else response.end(contents.get(base));
    });
    expect((await attempt(vouched())).status).toBe(1);
    const [title, first] = list.split('\n');
    list = `${title}\n${first}\n`;
    const only = layer('another layer');
    expect((await attempt(vouched())).status).toBe(0);
    expect(files().sort()).toEqual([base, only].sort());
    expect(calls()).toContain('lowerdir=lower1:lower0,');
  });

  it('larger than they are on the average come by themselves', async () => {
    const [base = '', large = '', small = ''] = [layer('base'), layer('large '.repeat(100)), layer('small')];
    expect((await attempt(vouched())).status).toBe(0);
    expect(early()).toEqual(['lower2']);
    expect([base, large, small].map((name) => askedFor(name).length)).toEqual([1, 1, 1]);
  });

  it.each([1, 0])(
    'of a list that came while it was asked which is right; spoilt at first: %i',
    async (bad) => {
      image(1);
      node.file('lib/rootimg/sums.pem', key.publicKey.export({ type: 'spki', format: 'pem' }).toString());
      node.file('lib/rootimg/image', 'img\n');
      const pack = { file: 'rootimg.layers', finished: '2024-01-01T00:00:00Z', generation: 7 };
      const sums = signedListText('img', { ...pack, sha256: digestOf(list), size: list.length });
      contents.set('rootimg.sums', sums);
      contents.set('rootimg.sums.sig', '');
      const signature = createSign('sha256').update(sums).sign(key.privateKey);
      answers.set('rootimg.sums.sig', (response) => response.end(signature));
      answers.set('rootimg.layers', (response, content) => {
        response.end(askedFor('rootimg.layers').length > bad ? content : content.replace('1', '2'));
      });
      expect(await attempt()).toMatchObject({ status: 0, stderr: '' });
      expect(askedFor('rootimg.layers')).toHaveLength(1 + bad);
      expect(node.read(`${run}/sha256`)).toBe(`${digestOf(list)}\n`);
    },
  );
});
