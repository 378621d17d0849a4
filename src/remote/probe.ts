import type { HostTool } from '../base/host-tool.ts';
import { normaliseArch } from '../base/architecture.ts';
import type { Problem } from '../base/errors.ts';
import { visibleText } from '../base/visible-text.ts';
import { callPlain } from './node.ts';
import type { Connection } from './ssh.ts';

/** What one look at a node tells. */
export interface NodeFacts {
  /** Architecture, as definitions name it. */
  readonly arch: string;
  /** ID of os-release, such as `rocky`. */
  readonly id: string;
  /** First number of VERSION_ID. */
  readonly major: string;
  /** For people. */
  readonly name: string;
  readonly user: string;
  readonly root: 'yes' | 'sudo' | 'password' | 'no';
  /** Major version of its Node.js; undefined without one. */
  readonly nodejs: number | undefined;
  /** Programs that were looked for and are not there. */
  readonly missing: readonly string[];
  /** Bytes that are free where we build. */
  readonly free: number;
  /** Seconds that its clock is ahead of ours. */
  readonly ahead: number;
}

/** What our own part there needs, whatever is built. */
const ownTools: readonly HostTool[] = [
  { command: 'tar', from: 'tar', why: 'brings the kit there and the image back' },
  { command: 'flock', from: 'util-linux', why: 'keeps two builds of one image apart' },
  { command: 'setsid', from: 'util-linux', why: 'lets the build go on when the connection is cut' },
  { command: 'sha256sum', from: 'coreutils', why: 'compares what was sent' },
];

/** Bytes without which not even a small image fits. */
const leastSpace = 1024 * 1024 * 1024;

/** Seconds. Certificates of repositories and times of files go wrong beyond that. */
const mostAhead = 600;

/** The oldest Node.js that runs the kit. */
export const oldestNodejs = 20;

/** Sets of programs, of which a node needs any one whole. */
export type ToolSets = readonly (readonly HostTool[])[];

/** Looks at a node in one round trip, and for these programs. */
export async function probeNode(connection: Connection, tools: ToolSets): Promise<NodeFacts> {
  const names = new Set([...ownTools, ...tools.flat()].map(({ command }) => command));
  const lines = await callPlain(connection, 'probe', [[...names].join(' ')]);
  return readFacts(lines, Math.floor(Date.now() / 1000));
}

/** The facts of the probe's lines, fit to be shown; `now` in seconds. */
export function readFacts(lines: readonly string[], now: number): NodeFacts {
  const pairs = lines.map((line) => /^(\w+)=(.*)$/.exec(visibleText(line))?.slice(1) ?? []);
  const all = (key: string) => pairs.filter(([name]) => name === key).map(([, value = '']) => value);
  const one = (key: string) => all(key)[0] ?? '';
  const root = one('root');
  const nodejs = /^v(\d+)\./.exec(one('node'))?.[1];
  return {
    arch: normaliseArch(one('machine')),
    id: one('id') || 'unknown',
    major: /^\d+/.exec(one('version'))?.[0] ?? '',
    name: one('name') || one('id') || 'an unknown system',
    user: one('user'),
    root: root === 'yes' || root === 'sudo' || root === 'password' ? root : 'no',
    nodejs: nodejs === undefined ? undefined : Number(nodejs),
    missing: all('missing'),
    free: Number(one('free') || 0) * 1024,
    ahead: Number(one('time') || 0) - now,
  };
}

/**
 * What keeps a node from building an image of this architecture, or of any, with these programs: all of it.
 */
export function nodeProblems(
  host: string,
  facts: NodeFacts,
  arch: string | undefined,
  tools: ToolSets,
): Problem[] {
  const problems: Problem[] = [];
  const add = (code: string, message: string, hint: string) => problems.push({ code, message, hint });
  if (arch !== undefined && facts.arch !== normaliseArch(arch)) {
    add(
      'wrong-architecture',
      `${host} is ${facts.arch}, but the image is for ${arch}.`,
      'Name another host.',
    );
  }
  if (facts.root === 'no') {
    const hint = `Connect as root (--on root@HOST), or let ${facts.user} use sudo there.`;
    add('not-root', `${facts.user} cannot become root on ${host}: there is no sudo.`, hint);
  }
  if (facts.nodejs === undefined || facts.nodejs < oldestNodejs) {
    const found = facts.nodejs === undefined ? 'has no Node.js' : `has Node.js ${facts.nodejs}`;
    const hint = `Install Node.js ${oldestNodejs} or newer there.`;
    add('node-runtime', `${host} ${found}; genimage needs version ${oldestNodejs}.`, hint);
  }
  for (const { command, from, why } of [...missingOf(facts, ownTools), ...nearestMissing(facts, tools)]) {
    add('tool-missing', `${command} is not installed on ${host}; it ${why}.`, `Install the package ${from}.`);
  }
  if (facts.free < leastSpace) {
    const free = Math.floor(facts.free / 1024 / 1024);
    const hint = 'Make room below /var/lib, or let /var/lib/rootimg be a bigger disk.';
    add(
      'disk-full',
      `Only ${free} MiB are free in /var/lib/rootimg of ${host}; an image needs 1024 MiB.`,
      hint,
    );
  }
  if (Math.abs(facts.ahead) > mostAhead) {
    const where = facts.ahead > 0 ? 'ahead of' : 'behind';
    const seconds = Math.abs(facts.ahead);
    add('clock', `The clock of ${host} is ${seconds} s ${where} ours.`, 'Set it: chronyc makestep');
  }
  return problems;
}

/** What the node lacks of the set that it has most of; nothing where it has one whole. */
export function nearestMissing(facts: NodeFacts, sets: ToolSets): readonly HostTool[] {
  const lacking = sets.map((set) => missingOf(facts, set));
  return lacking.reduce((best, one) => (one.length < best.length ? one : best), lacking[0] ?? []);
}

function missingOf(facts: NodeFacts, tools: readonly HostTool[]): readonly HostTool[] {
  return tools.filter(({ command }) => facts.missing.includes(command));
}
