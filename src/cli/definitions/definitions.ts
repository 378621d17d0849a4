import { resolve } from 'node:path';
import { type Config, configFile, readConfig } from '../../definition/config.ts';
import { openStore, type Store, storeHome, type StoreLock } from '../../definition/store.ts';
import { RootimgError } from '../../base/errors.ts';
import { requireSafeFolder } from '../../base/safe-folder.ts';
import { trustFolders } from '../../base/folder-trust.ts';
import { problemLines } from '../print-error.ts';
import { hintAtXcat } from './hint-at-xcat.ts';
import type { CommandIo } from '../io.ts';
import { xcatCallMark } from './xcat-call-mark.ts';

/** Where the command line says that definitions are. */
export interface DefinitionOptions {
  /** `--store`: a folder instead of $ROOTIMG_HOME or /etc/rootimg. */
  readonly store?: string | undefined;
  /** `--def`: a stanza file for this run alone. */
  readonly def?: string | undefined;
}

/** A store, and the configuration that chose it. */
export interface Definitions {
  readonly store: Store;
  readonly config: Config;
  /** The folder that config.yaml is in. */
  readonly home: string;
}

/**
 * The definitions that a command works with, and their configuration: the store of ROOTIMG_STORE, else of
 * config.yaml, else our own files; `--def` puts one stanza file in front. xCAT is never switched to by
 * itself. Throws what is wrong with the configuration.
 */
export async function openConfigured(io: CommandIo, options: DefinitionOptions = {}): Promise<Definitions> {
  refuseOwnCall(io.env);
  const home = storeHome(options.store, io.env, io.cwd);
  const config = await readTrusted(io, home);
  const chosen = kindFromEnvironment(io.env) ?? config.store;
  const root = xcatRoot(config, io.env);
  const store =
    chosen === 'xcat'
      ? await openXcat(root, io.env)
      : chosen === 'files'
        ? openStore(home, lockStore)
        : hintAtXcat(openStore(home, lockStore), { home, root, tell: (text) => io.stderr(text) });
  if (options.def === undefined) return { store, config, home };
  const { oneFileStore } = await import('../../definition/one-file-store.ts');
  return { store: oneFileStore(resolve(io.cwd, options.def), store), config, home };
}

/**
 * Reads the configuration, and sets which folders are trusted from now on. Root takes no definitions that
 * anybody could exchange.
 */
export async function readTrusted(io: Pick<CommandIo, 'stderr'>, home: string): Promise<Config> {
  const config = await readConfig(home);
  const { groupwritable = 'warn', owners = [] } = config.folders ?? {};
  trustFolders({
    groupWritable: groupwritable,
    owners,
    warn: ({ path, reason }) => {
      const message = `${path} ${reason}: its members could exchange what root works with there.`;
      io.stderr(problemLines({ code: 'folder-group', message }, 'Warning'));
    },
  });
  if (process.geteuid?.() === 0) await requireSafeFolder(home);
  return config;
}

const lockStore: StoreLock = async (home) => {
  const { waitForFolder } = await import('../../system/flock.ts');
  return waitForFolder(home);
};

/** The store of openConfigured, for commands that need no more of the configuration. */
export async function openDefinitions(io: CommandIo, options: DefinitionOptions = {}): Promise<Store> {
  return (await openConfigured(io, options)).store;
}

/**
 * Throws when our own xcat store started us in the place of xCAT's command: it would take our answers for
 * those of xCAT.
 */
function refuseOwnCall(env: CommandIo['env']): void {
  if (env[xcatCallMark] === undefined) return;
  throw new RootimgError('xcat-is-ours', "This command is rootimg's own, not xCAT's.", {
    hint: 'Set xcat.root in config.yaml to the folder of the live xCAT, or store: files.',
  });
}

function kindFromEnvironment(env: CommandIo['env']): Config['store'] {
  const kind = env['ROOTIMG_STORE'] || undefined;
  if (kind === undefined || kind === 'files' || kind === 'xcat') return kind;
  throw new RootimgError('store-kind', `ROOTIMG_STORE is '${kind}': files or xcat was expected.`, {
    hint: `Unset, ${configFile('/etc/rootimg')} decides.`,
  });
}

/** The folder of xCAT: the configured one, else XCATROOT, else xCAT's own. */
export function xcatRoot(config: Config, env: CommandIo['env']): string {
  return config.xcat?.root ?? (env['XCATROOT'] || '/opt/xcat');
}

async function openXcat(root: string, env: CommandIo['env']): Promise<Store> {
  const { xcatRunner } = await import('./xcat-runner.ts');
  const { xcatStore } = await import('../../definition/xcat-store.ts');
  return xcatStore(xcatRunner(root, env));
}
