import { join } from 'node:path';
import { RootimgError } from '../base/errors.ts';
import { own } from '../base/own.ts';
import { quoteWord } from '../base/quote.ts';
import { readTextFile } from '../base/regular-file.ts';
import { anyExitCode, lastLines, run, type Running, start } from '../system/exec.ts';

/** A host to connect to, as the administrator names it. */
export interface SshTarget {
  /** What follows `ssh`: `n01`, `root@n01`, a name of the user's own configuration. */
  readonly host: string;
  /** Words after `-o`, such as `Port=2222`. */
  readonly options?: readonly string[];
  /** One of several that are tried: ssh asks nobody, and soon gives up. */
  readonly unattended?: boolean;
}

/** One connection to a host, shared by all that is done there. */
export interface Connection {
  readonly host: string;
  /** argv that runs a command there: words for the POSIX shell of the user. */
  argv(command: readonly string[]): string[];
  /** Starts a command there; it outlives a stop of ours, and ends with the connection. */
  start(command: readonly string[]): Running;
  /** Lets the host reach a socket of ours at its loopback; gives the port. Tries `ports` first. */
  forward(socket: string, ports: readonly number[]): Promise<number>;
  close(): Promise<void>;
}

/** Names of the environment that the user's ssh lives by. */
const sshNames = ['SSH_AUTH_SOCK', 'SSH_ASKPASS', 'SSH_ASKPASS_REQUIRE', 'DISPLAY', 'USER', 'LOGNAME'];

/** Exit status of ssh(1) when it is ssh itself that failed. */
const sshFailed = 255;

/**
 * Connects by the system's ssh, as the user would by hand: configuration, agent, jump hosts, known hosts and
 * questions are ssh's own, and nothing of it is made weaker. `folder` (0700) holds the socket of the
 * connection, which ends a minute after the last use where nobody closes it.
 */
export async function connect(
  { host, options = [], unattended = false }: SshTarget,
  folder: string,
  environment: Readonly<Record<string, string | undefined>>,
): Promise<Connection> {
  checkHost(host);
  const env = Object.fromEntries(sshNames.flatMap((name) => pair(name, own(environment, name))));
  const shared = [
    ...['ssh', '-T', '-o', `ControlPath=${join(folder, 'ssh')}`],
    ...['-o', 'ServerAliveInterval=15', '-o', 'ServerAliveCountMax=4', '-o', 'RemoteCommand=none'],
    ...options.flatMap((option) => ['-o', option]),
  ];
  const errors = join(folder, 'ssh-errors');
  const open = ['-o', 'ControlMaster=yes', '-o', 'ControlPersist=60', '-o', 'ClearAllForwardings=yes'];
  // What stays in the background would keep our own standard error open.
  const alone = unattended ? ['-o', 'BatchMode=yes', '-o', 'ConnectTimeout=10'] : [];
  const quiet = ['sh', '-c', 'exec "$@" 2>"$0" >/dev/null', errors];
  const { exitCode } = await run([...quiet, ...shared, ...open, ...alone, '--', host, 'true'], {
    ...{ env, input: 'inherit', okCodes: anyExitCode, action: `connect to ${host}` },
  });
  const said = lastLines(await readTextFile(errors).catch(() => ''));
  if (exitCode === sshFailed) throw notConnected(host, said);
  if (exitCode !== 0) throw noShell(host, said);
  const argv = (command: readonly string[]) => [
    ...shared,
    ...['-o', 'ControlMaster=no', '-o', 'BatchMode=yes', '-o', 'ClearAllForwardings=yes'],
    ...['--', host, command.map(quoteWord).join(' ')],
  ];
  const control = (words: readonly string[]) =>
    run([...shared, ...words, '--', host], { env, okCodes: anyExitCode, outlivesStop: true });
  return {
    host,
    argv,
    start: (command) => start(argv(command), { env, outlivesStop: true }),
    forward: async (socket, ports) => {
      for (const port of [...ports, 0]) {
        const { exitCode, stdout } = await control(['-O', 'forward', '-R', `127.0.0.1:${port}:${socket}`]);
        const given = port === 0 ? Number(stdout.trim()) : port;
        if (exitCode === 0 && given > 0) return given;
      }
      const { exitCode, stderr } = await control(['-O', 'check']);
      throw exitCode === 0 ? noForward(host) : connectionLost(host, stderr);
    },
    close: async () => void (await control(['-O', 'exit'])),
  };
}

function pair(name: string, value: string | undefined): [string, string][] {
  return value === undefined ? [] : [[name, value]];
}

/** It becomes a word of ssh's command line. */
function checkHost(host: string): void {
  if (/^[^\s\p{Cc}-][^\s\p{Cc}]*$/u.test(host)) return;
  throw new RootimgError('host-name', `'${host}' is not the name of a host.`);
}

/** What ssh says, by words that all its releases have; what to do about each. */
const reasons: readonly (readonly [RegExp, string])[] = [
  [
    /Host key for .* has changed/,
    'The host key is not the one that is known: was the node installed anew? Make sure, then: ssh-keygen -R HOST',
  ],
  [/Host key verification failed|authenticity of host/, 'Look at its key once: ssh HOST'],
  [/Permission denied/, 'Give it your key once: ssh-copy-id HOST'],
  [/Could not resolve/, 'Correct the name, or add it to /etc/hosts.'],
];

function notConnected(host: string, said: readonly string[]): RootimgError {
  const text = said.join('\n');
  const hint = reasons.find(([words]) => words.test(text))?.[1] ?? `What works by hand works here: ssh HOST`;
  return new RootimgError('ssh-failed', `There is no connection to ${host}.`, {
    details: said,
    hint: hint.replace('HOST', host),
  });
}

function noShell(host: string, said: readonly string[]): RootimgError {
  return new RootimgError('ssh-failed', `${host} lets us in, but runs no command.`, {
    details: said,
    hint: `This must work: ssh ${host} true`,
  });
}

/** Whether a command over the connection ended because that did, or ssh itself. */
export function isLost(exitCode: number | undefined): boolean {
  return exitCode === undefined || exitCode === sshFailed;
}

/** The connection ended before what was done over it did. */
export function connectionLost(host: string, stderr: string): RootimgError {
  return new RootimgError('connection-lost', `The connection to ${host} is lost.`, {
    details: lastLines(stderr),
    hint: 'Nothing here has changed. Try again.',
  });
}

function noForward(host: string): RootimgError {
  return new RootimgError('ssh-forward', `${host} does not let us forward a port.`, {
    hint: 'Allow it in its sshd_config (AllowTcpForwarding remote), or mount the installdir there.',
  });
}
