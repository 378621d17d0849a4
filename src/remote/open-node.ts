import { rm } from 'node:fs/promises';
import { type Problem, RootimgError, throwProblems } from '../base/errors.ts';
import type { Scope } from '../system/scope.ts';
import { workDir } from '../system/work-dir.ts';
import { type Rights, type RootNode, takesPassword } from './node.ts';
import { type NodeFacts, nodeProblems, probeNode, type ToolSets } from './probe.ts';
import { connect, type Connection, type SshTarget } from './ssh.ts';

/** Who asks, and how. */
export interface Asker {
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Asks at the terminal without showing what is typed; undefined where there is no terminal. */
  readonly askPassword: (question: string) => Promise<string | undefined>;
}

/** A node that has been looked at and found fit. */
export interface OpenNode extends RootNode {
  readonly facts: NodeFacts;
  /** A temporary folder here, of this connection alone. */
  readonly folder: string;
}

/** What a node must have. */
export interface WantedNode {
  /** Undefined: any. */
  readonly arch: string | undefined;
  readonly tools: ToolSets;
}

/** Connects to a host, until the scope ends. */
export async function openConnection(
  scope: Scope,
  target: SshTarget,
  { env }: Pick<Asker, 'env'>,
): Promise<{ readonly connection: Connection; readonly folder: string }> {
  const folder = await workDir('remote');
  scope.defer(folder, () => rm(folder, { recursive: true, force: true }));
  const connection = await connect(target, folder, env);
  scope.defer(`the connection to ${target.host}`, () => connection.close());
  return { connection, folder };
}

/** Connects to a node and looks whether it can build an image; throws all that is wrong in one error. */
export async function openNode(
  scope: Scope,
  target: SshTarget,
  asker: Asker,
  wanted: WantedNode,
): Promise<OpenNode> {
  const { connection, folder } = await openConnection(scope, target, asker);
  const facts = await probeNode(connection, wanted.tools);
  const problems: Problem[] = nodeProblems(target.host, facts, wanted.arch, wanted.tools);
  throwProblems(problems);
  return { connection, folder, facts, rights: await rightsOn(connection, facts, asker) };
}

/** Connects to a host that an image lies on, which need not be fit to build one. */
export async function openHost(scope: Scope, target: SshTarget, asker: Asker): Promise<RootNode> {
  const { connection } = await openConnection(scope, target, asker);
  const facts = await probeNode(connection, []);
  return { connection, rights: await rightsOn(connection, facts, asker) };
}

/** Root's rights on a node; asks for the password of sudo where it wants one. */
async function rightsOn(
  connection: Connection,
  { root, user }: NodeFacts,
  { askPassword }: Asker,
): Promise<Rights> {
  const { host } = connection;
  if (root !== 'password') return { by: root === 'yes' ? 'root' : 'sudo' };
  const password = await askPassword(`Password of ${user} for sudo on ${host}: `);
  if (password === undefined) {
    throw new RootimgError(
      'sudo-password',
      `sudo on ${host} asks for a password, and there is no terminal.`,
      {
        hint: `Start this at a terminal, connect as root (--on root@${host.replace(/^.*@/, '')}), or let ${user} use sudo without one.`,
      },
    );
  }
  if (await takesPassword(connection, password)) return { by: 'password', password };
  throw new RootimgError('sudo-refused', `sudo on ${host} refuses ${user}.`, {
    hint: 'The password is wrong, or sudoers does not let this user become root.',
  });
}
