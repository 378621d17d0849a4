import { request } from 'node:http';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { beforeEach, expect, test } from 'vitest';
import type { OpenNode } from '../../../src/remote/open-node.ts';
import type { LocalRepository } from '../../../src/remote/plan-inputs.ts';
import { type ServedRepositories, serveToNode } from '../../../src/remote/serve-to-node.ts';
import { withScope } from '../../../src/system/scope.ts';
import { useFolder } from '../../lib/folder.ts';

const folder = useFolder();
let repositories: LocalRepository[];

beforeEach(async () => {
  await folder.file('os/Packages/a.rpm', 'package');
  await folder.file('site/b.rpm', 'other');
  repositories = ['os', 'site'].map((name) => {
    const path = join(folder.path, name);
    const repository = { id: `pkgdir-${name}`, url: pathToFileURL(path).href, from: 'pkgdir' as const };
    return { repository, folder: path, index: undefined };
  });
});

/** A node that gives the last of the ports that it is asked for, and what it was asked. */
function nodeOf(root: 'yes' | 'sudo') {
  const asked: { socket: string; ports: readonly number[] }[] = [];
  const connection = {
    forward: async (socket: string, ports: readonly number[]) => {
      asked.push({ socket, ports });
      return ports.at(-1) ?? 0;
    },
  };
  return { asked, node: { connection, folder: folder.path, facts: { root } } as unknown as OpenNode };
}

function ask(socketPath: string, path: string): Promise<string> {
  return new Promise((resolve, reject) => {
    request({ socketPath, path, agent: false }, (response) => {
      let body = '';
      response.on('data', (chunk) => (body += chunk)).on('end', () => resolve(body));
    })
      .on('error', reject)
      .end();
  });
}

test('each folder is served by its own address there, until the scope ends', async () => {
  const { node, asked } = nodeOf('yes');
  let served: ServedRepositories | undefined;
  await withScope(async (scope) => {
    served = await serveToNode(scope, node, repositories, 'compute');
    const [{ socket } = { socket: '' }] = asked;
    const [first, second] = served.addresses;
    expect(first).toEqual([repositories[0]?.repository.url, `http://127.0.0.1:${served.port}/pkgdir-os`]);
    expect(await ask(socket, `${new URL(first?.[1] ?? '').pathname}/Packages/a.rpm`)).toBe('package');
    expect(await ask(socket, `${new URL(second?.[1] ?? '').pathname}/b.rpm`)).toBe('other');
    expect(served.sent()).toBeGreaterThanOrEqual('packageother'.length);
  });
  await expect(ask(asked[0]?.socket ?? '', '/pkgdir-os/Packages/a.rpm')).rejects.toThrow(
    /ENOENT|ECONNREFUSED/,
  );
});

async function portsOf(root: 'yes' | 'sudo', image: string, again?: number): Promise<readonly number[]> {
  const { node, asked } = nodeOf(root);
  await withScope((scope) => serveToNode(scope, node, repositories, image, again));
  return asked[0]?.ports ?? [];
}

test('an image has the same ports in each build; those of root are out of the reach of other users', async () => {
  expect(await portsOf('yes', 'compute')).toEqual(await portsOf('yes', 'compute'));
  expect(await portsOf('yes', 'login')).not.toEqual(await portsOf('yes', 'compute'));
  for (const image of ['a', 'b', 'compute', 'login']) {
    const [own, others] = [await portsOf('yes', image), await portsOf('sudo', image)];
    expect(new Set(own).size).toBe(3);
    expect(own.every((port) => port > 0 && port < 1024)).toBe(true);
    expect(others.every((port) => port >= 1024 && port < 65536)).toBe(true);
  }
  expect(await portsOf('yes', 'compute', 777)).toEqual([777]);
});

test('where nothing is to be served nothing is opened', async () => {
  const { node, asked } = nodeOf('yes');
  const served = await withScope((scope) => serveToNode(scope, node, [], 'compute'));
  expect({ ...served, sent: served.sent() }).toEqual({ addresses: [], port: undefined, sent: 0 });
  expect(asked).toEqual([]);
});
