import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type RepositoryServer, serveRepositories } from '../../../src/remote/repository-server.ts';

let base: string;
let server: RepositoryServer;
beforeAll(async () => {
  base = await mkdtemp(join(tmpdir(), 'rootimg-served-'));
  const repository = join(base, 'repository');
  await mkdir(join(repository, 'Packages/a b+c'), { recursive: true });
  await writeFile(join(repository, 'Packages/a b+c/x~1.rpm'), 'package');
  await writeFile(join(repository, 'empty'), '');
  await writeFile(join(base, 'secret'), 'secret');
  await mkdir(join(base, 'repository-of-others'));
  await writeFile(join(base, 'repository-of-others/x'), 'secret');
  await symlink('../secret', join(repository, 'out'));
  await symlink('..', join(repository, 'up'));
  await symlink('Packages', join(repository, 'in'));
  await symlink('repository', join(base, 'linked'));
  server = await serveRepositories(new Map([['r', join(base, 'linked')]]), join(base, 'socket'));
});
afterAll(async () => {
  await server.close();
  await rm(base, { recursive: true });
});

const ask = (path: string, method = 'GET') =>
  new Promise<{ status: number | undefined; body: string }>((resolve, reject) => {
    request({ socketPath: join(base, 'socket'), path, method }, (response) => {
      let body = '';
      response
        .on('data', (chunk) => (body += chunk))
        .on('end', () => resolve({ status: response.statusCode, body }));
    })
      .on('error', reject)
      .end();
  });

test.each(['/r/Packages/a%20b+c/x~1.rpm', '/r/Packages/a%20b%2Bc/x~1.rpm?x=y', '/r/in/a%20b+c/x~1.rpm'])(
  'serves %s',
  async (path) => expect(await ask(path)).toEqual({ status: 200, body: 'package' }),
);

test('serves empty files, and answers HEAD without content', async () => {
  expect(await ask('/r/empty')).toEqual({ status: 200, body: '' });
  expect(await ask('/r/in/a%20b+c/x~1.rpm', 'HEAD')).toEqual({ status: 200, body: '' });
});

test.each([
  ...['/', '/r', '/r/', '/r/Packages', '/other/x', '/r/../secret', '/r/%2e%2e/secret', '/r/..%2fsecret'],
  ...['/r/out', '/r/up/secret', '/r/../repository-of-others/x', '/r/%00', '/r/%', '//r/empty', '/r/gone'],
])('does not serve %s', async (path) => expect(await ask(path)).toEqual({ status: 404, body: '' }));

test('takes nothing', async () => expect((await ask('/r/empty', 'PUT')).status).toBe(405));
