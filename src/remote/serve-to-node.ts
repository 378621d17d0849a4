import { createHash } from 'node:crypto';
import { join } from 'node:path';
import type { Scope } from '../system/scope.ts';
import type { OpenNode } from './open-node.ts';
import type { LocalRepository } from './plan-inputs.ts';
import { serveRepositories } from './repository-server.ts';

/** Repositories of this host that a node reaches over its connection. */
export interface ServedRepositories {
  /** Address here and there. */
  readonly addresses: [string, string][];
  /** At the node's loopback; none where nothing is served. */
  readonly port: number | undefined;
  readonly sent: () => number;
}

/**
 * Serves repositories to a node until the scope ends. An image has the same port in each build, where it is
 * free, so that what the node keeps of earlier builds is found again. Root's is one that no other user of the
 * node can take when the connection is cut. `again`: the port of a build that goes on.
 */
export async function serveToNode(
  scope: Scope,
  node: OpenNode,
  repositories: readonly LocalRepository[],
  image: string,
  again?: number,
): Promise<ServedRepositories> {
  if (repositories.length === 0) return { addresses: [], port: undefined, sent: () => 0 };
  const names = repositories.map(({ repository }) => repository.id);
  const folders = new Map(repositories.map(({ folder }, index) => [names[index] ?? '', folder]));
  const socket = join(node.folder, 'repositories');
  const server = await serveRepositories(folders, socket);
  scope.defer('the repository server', () => server.close());
  const ports = again === undefined ? usualPorts(image, node.facts.root === 'yes') : [again];
  const port = await node.connection.forward(socket, ports);
  const addresses = repositories.map(({ repository }, index): [string, string] => [
    repository.url,
    `http://127.0.0.1:${port}/${names[index]}`,
  ]);
  return { addresses, port, sent: server.sent };
}

/** Three that follow from the name. */
function usualPorts(image: string, isRoot: boolean): number[] {
  const number = createHash('sha256').update(image).digest().readUInt16BE(0);
  const [first, count] = isRoot ? [600, 400] : [20_000, 10_000];
  return [0, 1, 2].map((step) => first + ((number + step * 7) % count));
}
