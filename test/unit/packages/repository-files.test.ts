import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { digestOfFile, unreachableProblem, whyUnreachable } from '../../../src/packages/repository-files.ts';
import { useFolder } from '../../lib/folder.ts';
import { aPlan } from '../genimage/a-plan.ts';

const folder = useFolder();
let server: Server;
let address: string;

/** Answers with the status that the path begins with. */
beforeAll(async () => {
  server = createServer(({ url = '' }, response) => {
    const status = Number(/^\/(\d+)/.exec(url)?.[1] ?? 200);
    response.writeHead(status).end(`body of ${url}`);
  });
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
  address = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => void server.close());

const repository = (url: string) => ({ id: 'pkgdir-0', url, from: 'pkgdir' }) as const;
const why = (url: string) => whyUnreachable(aPlan(), repository(url), 'Release');

describe('whyUnreachable', () => {
  it.each(['/200', '/405', '/501', '/403?token=x'])('%s says nothing against the file', async (path) => {
    expect(await why(`${address}${path}`)).toBeUndefined();
  });

  it.each([
    ['/404', 'answers 404'],
    ['/403', 'answers 403'],
    ['/401', 'answers 401 (it wants a user and a password, or others)'],
    ['/500', 'answers 500'],
  ])('%s: %s', async (path, words) => {
    expect(await why(`${address}${path}`)).toContain(words);
  });

  it('a server that is not there is told', async () => {
    const { port } = server.address() as AddressInfo;
    expect(await why(`http://127.0.0.1:${port === 65_535 ? port - 1 : 1}`)).toMatch(/ECONNREFUSED|refused/);
  });

  it('a folder of this host must have the file', async () => {
    await folder.file('Release');
    expect(await why(`file://${folder.path}`)).toBeUndefined();
    expect(await why('file:///none')).toBe('there is no /none/Release');
    expect(await why('file://server/x')).toBe('it is not a path of this host');
  });

  it('what is no URL is told how it is written; of other schemes the manager alone knows', async () => {
    expect(await why('http://user:p/ss@host/x')).toMatch(/^it is not a URL/);
    expect(await why('ftp://host/x')).toBeUndefined();
  });
});

it('digestOfFile is the digest of what is there now, or undefined', async () => {
  const digest = (url: string) => digestOfFile(aPlan(), repository(url), 'Release');
  await folder.file('Release', 'body of /a/Release');
  const ofFile = await digest(`file://${folder.path}`);
  expect(ofFile).toMatch(/^[0-9a-f]{64}$/);
  expect(await digest(`${address}/a`)).toBe(ofFile);
  expect([await digest(`${address}/404`), await digest('file:///none'), await digest('ftp://x')]).toEqual([
    ...[undefined, undefined, undefined],
  ]);
});

it('unreachableProblem names the attribute', () => {
  expect(unreachableProblem(repository('http://m'), 'why').message).toBe(
    'The repository http://m (pkgdir) cannot be read: why.',
  );
});
