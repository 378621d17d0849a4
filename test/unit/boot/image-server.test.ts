import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type ImageServer, parseRange, serveFiles } from '../../../src/boot/image-server.ts';

let folder: string;
let server: ImageServer;
const path = '/rootimg.sfs';
const get = (path: string, headers: Record<string, string> = {}) =>
  fetch(`http://127.0.0.1:${server.port}${path}`, { headers });

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'rootimg-test-'));
  await writeFile(join(folder, 'rootimg.sfs'), '0123456789');
  await writeFile(join(folder, 'manifest.json'), 'secret');
  server = await serveFiles(new Map([[path, join(folder, 'rootimg.sfs')]]));
});
afterEach(async () => {
  await server.close();
  await rm(folder, { recursive: true });
});

describe('serveFiles', () => {
  it('serves the whole file and counts its bytes', async () => {
    const answer = await get(path);
    expect(answer.status).toBe(200);
    expect(answer.headers.get('content-length')).toBe('10');
    expect(await answer.text()).toBe('0123456789');
    expect(server.sent()).toBe(10);
  });

  it('serves a part', async () => {
    const answer = await get(path, { range: 'bytes=7-' });
    expect(answer.status).toBe(206);
    expect(answer.headers.get('content-range')).toBe('bytes 7-9/10');
    expect(await answer.text()).toBe('789');
  });

  it('serves the whole file to who has begun with another one', async () => {
    const tag = (await get(path)).headers.get('etag') ?? '';
    const same = await get(path, { range: 'bytes=7-', 'if-range': tag });
    expect(same.status).toBe(206);
    const other = await get(path, { range: 'bytes=7-', 'if-range': '"other"' });
    expect(other.status).toBe(200);
    expect(await other.text()).toBe('0123456789');
  });

  it('serves nothing else', async () => {
    for (const other of ['/', '/manifest.json', '/../manifest.json', `${path}/x`, '/%2e%2e/manifest.json']) {
      expect((await get(other)).status, other).toBe(404);
    }
  });

  it('refuses a range behind the end', async () => {
    expect((await get(path, { range: 'bytes=10-' })).status).toBe(416);
  });
});

describe('parseRange', () => {
  it.each([
    [undefined, undefined],
    ['bytes=-', undefined],
    ['lines=1-2', undefined],
    ['bytes=0-0', { first: 0, last: 0 }],
    ['bytes=5-', { first: 5, last: 9 }],
    ['bytes=5-100', { first: 5, last: 9 }],
    ['bytes=-3', { first: 7, last: 9 }],
    ['bytes=-30', { first: 0, last: 9 }],
    ['bytes=8-7', null],
  ])('%s of 10 bytes', (header, range) => {
    expect(parseRange(header, 10)).toEqual(range);
  });
});
