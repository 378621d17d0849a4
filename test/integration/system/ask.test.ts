import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import * as http from 'node:http';
import * as https from 'node:https';
import { type AddressInfo, connect, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { ask, UnknownProxy } from '../../../src/system/http/ask.ts';

let folder: string;
let key: string;
let ca: string;
const open: (Server | http.Server)[] = [];

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'rootimg-ask-'));
  const files = ['-keyout', `${folder}/key`, '-out', `${folder}/cert`];
  const names = ['-subj', '/CN=localhost', '-addext', 'subjectAltName=DNS:localhost,IP:127.0.0.1'];
  execFileSync(
    'openssl',
    ['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-days', '2', ...files, ...names],
    {
      stdio: 'ignore',
    },
  );
  [key, ca] = [readFileSync(`${folder}/key`, 'utf8'), readFileSync(`${folder}/cert`, 'utf8')];
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));
afterEach(() => {
  for (const server of open.splice(0)) server.close();
});

async function listening(server: http.Server): Promise<number> {
  open.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return (server.address() as AddressInfo).port;
}

/** Gives `hello` to who:p@ss alone, at /file; /moved points there. */
const wanted = `Basic ${Buffer.from('who:p@ss').toString('base64')}`;
const answer: http.RequestListener = (request, response) => {
  if (request.url === '/moved') return void response.writeHead(302, { location: '/file' }).end();
  if (request.url === '/away') return void response.writeHead(302, { location: 'http://localhost:1/' }).end();
  if (request.headers.authorization !== wanted) return void response.writeHead(401).end();
  response.end('hello');
};

const plain = { method: 'GET', environment: {}, patience: 5000 } as const;

test('user and password of an address are told, on redirects to the same host too', async () => {
  const port = await listening(http.createServer(answer));
  expect(await ask(`http://127.0.0.1:${port}/file`, plain)).toMatchObject({ status: 401 });
  for (const path of ['file', 'moved']) {
    const { status, body } = await ask(`http://who:p%40ss@127.0.0.1:${port}/${path}`, plain);
    expect([status, body.toString()]).toEqual([200, 'hello']);
  }
  const head = await ask(`http://who:p%40ss@127.0.0.1:${port}/file`, { ...plain, method: 'HEAD' });
  expect([head.status, head.body.length]).toEqual([200, 0]);
});

test('a proxy with a password is asked for the whole address, for https as a tunnel', async () => {
  const target = await listening(https.createServer({ key, cert: ca }, answer));
  const asked: string[] = [];
  const proxy = http.createServer((request, response) => {
    asked.push(`${request.url} ${request.headers['proxy-authorization']} ${request.headers.authorization}`);
    response.end('through');
  });
  proxy.on('connect', (request: http.IncomingMessage, socket, head: Buffer) => {
    asked.push(`${request.url} ${request.headers['proxy-authorization']} ${request.headers.authorization}`);
    const there = connect(target, '127.0.0.1', () => {
      socket.write('HTTP/1.1 200 OK\r\n\r\n');
      there.write(head);
      there.pipe(socket).pipe(there);
    });
    for (const end of [socket, there]) end.on('error', () => {});
  });
  const port = await listening(proxy);
  const environment = {
    http_proxy: `me:s%2F@127.0.0.1:${port}`,
    HTTPS_PROXY: `http://me:s%2F@127.0.0.1:${port}/`,
  };
  const options = { ...plain, environment, ca };
  expect((await ask('http://nowhere.invalid/a?b=1', options)).body.toString()).toBe('through');
  expect((await ask(`https://who:p%40ss@localhost:${target}/file`, options)).body.toString()).toBe('hello');
  expect((await ask(`https://127.0.0.1:${target}/file`, options)).status).toBe(401);
  const me = `Basic ${Buffer.from('me:s/').toString('base64')}`;
  expect(asked).toEqual([
    `http://nowhere.invalid/a?b=1 ${me} undefined`,
    `localhost:${target} ${me} undefined`,
    `127.0.0.1:${target} ${me} undefined`,
  ]);
  await expect(ask(`https://localhost:${target}/file`, { ...options, ca: undefined })).rejects.toMatchObject({
    code: expect.stringMatching(/CERT|SIGN/),
  });
});

test('an answer without an end is given up', async () => {
  const endless = http.createServer((_, response) => {
    const more = () =>
      void (response.write(Buffer.alloc(1 << 20)) ? setImmediate(more) : response.once('drain', more));
    more();
  });
  const port = await listening(endless);
  await expect(ask(`http://127.0.0.1:${port}/`, plain)).rejects.toThrow('more than');
});

test('who does not answer in time, answers no tunnel, or is no http proxy is told apart', async () => {
  const silent = await listening(http.createServer(() => {}));
  await expect(ask(`http://127.0.0.1:${silent}/`, { ...plain, patience: 100 })).rejects.toMatchObject({
    name: 'TimeoutError',
  });
  const refusing = http.createServer().on('connect', (_, socket) => socket.end('HTTP/1.1 407 No\r\n\r\n'));
  const https_proxy = `http://127.0.0.1:${await listening(refusing)}`;
  await expect(ask('https://h.invalid/', { ...plain, environment: { https_proxy } })).rejects.toThrow('407');
  const all_proxy = 'socks5h://127.0.0.1:1';
  await expect(ask('http://h.invalid/', { ...plain, environment: { all_proxy } })).rejects.toThrow(
    UnknownProxy,
  );
});

test.each(['http', 'https'])('a proxy that refuses is named, for %s', async (scheme) => {
  const port = await listening(http.createServer());
  open.splice(0).forEach((server) => server.close());
  const environment = { [`${scheme}_proxy`]: `http://who:secret@127.0.0.1:${port}` };
  const asked = ask(`${scheme}://server.invalid/`, { ...plain, environment });
  await expect(asked).rejects.toThrow(`the proxy 127.0.0.1:${port} cannot be reached: connect ECONNREFUSED`);
  await expect(asked).rejects.not.toThrow('secret');
});
