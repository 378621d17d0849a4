import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { expect, test, vi } from 'vitest';
import type { Repository } from '../../../src/plan/build-plan.ts';
import type { OpenNode } from '../../../src/remote/open-node.ts';
import type { InputFile, LocalRepository } from '../../../src/remote/plan-inputs.ts';
import { sendInputs } from '../../../src/remote/send-inputs.ts';
import { withScope } from '../../../src/system/scope.ts';
import { useFolder } from '../../lib/folder.ts';
import { aPlan } from '../genimage/a-plan.ts';

/** What the node has, by path. */
let there: string[];
let served: string[];
vi.mock('../../../src/remote/send.ts', () => ({
  sameThere: async (_: OpenNode, files: readonly InputFile[]) =>
    new Set(files.map(({ path }) => path).filter((path) => there.includes(path))),
  sendFiles: async (_: OpenNode, files: readonly InputFile[]) => files.length,
}));
vi.mock('../../../src/remote/serve-to-node.ts', () => ({
  serveToNode: async (_scope: unknown, _node: unknown, repositories: readonly LocalRepository[]) => {
    served = repositories.map(({ repository }) => repository.id);
    const addresses = repositories.map(({ repository: { url, id } }) => [url, `http://127.0.0.1:600/${id}`]);
    return { addresses, port: 600, sent: () => 0 };
  },
}));

const folder = useFolder();
const at = (name: string) => join(folder.path, name);
const repository = (id: string): Repository => ({ id, url: pathToFileURL(at(id)).href, from: 'otherpkgdir' });

test('repositories that the node has stay, folders of packages are sent, others are served', async () => {
  await folder.file('same/repodata/repomd.xml', 'same');
  await folder.file('other/repodata/repomd.xml', 'other');
  await folder.file('plain/a-1.rpm', 'a');
  await folder.file('key', 'key');
  await folder.file('known-key', 'key');
  there = [at('same/repodata/repomd.xml'), at('known-key')];
  const plan = aPlan({
    repositories: ['same', 'other', 'plain'].map(repository),
    keys: [at('key'), at('known-key')],
  });
  const isPackageFile = (name: string) => name.endsWith('.rpm');
  const inputs = '/var/lib/rootimg/remote/builds';
  const image = plan.image.name;
  await withScope(async (scope) => {
    const { files, bytes, places } = await sendInputs(scope, {} as OpenNode, plan, isPackageFile);
    expect(files.map(({ path }) => path)).toEqual([at('key'), at('plain/a-1.rpm')]);
    expect(bytes).toBe(2);
    expect(served).toEqual(['other']);
    expect(places).toEqual({
      files: [[at('key'), `${inputs}/${image}/inputs/0/key`]],
      repositories: [
        [repository('other').url, 'http://127.0.0.1:600/other'],
        [repository('plain').url, `file://${inputs}/${image}/inputs/packages/plain`],
      ],
      port: 600,
    });
  });
});
