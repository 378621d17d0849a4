/** What stays the same for all runs of one build. */
export interface ZypperSession {
  readonly root: string;
  /** Such as `15.6`. */
  readonly releasever: string;
  /** Configuration of zypper itself. */
  readonly configFile: string;
  /** The person at the terminal answers zypper's questions. */
  readonly interactive: boolean;
  /** Licences are agreed to, as the administrator said. */
  readonly acceptLicenses: boolean;
  /** Packages may be replaced by those of another vendor, as the administrator said. */
  readonly allowVendorChange: boolean;
}

export type ZypperCommand = 'refresh' | 'install' | 'remove' | 'update' | 'addlock' | 'licenses';

/** One run of zypper. */
export interface ZypperTask {
  readonly command: ZypperCommand;
  readonly names: readonly string[];
  /** Ids of the repositories that this run may use. */
  readonly repositories: readonly string[];
  readonly options?: readonly string[];
}

/** Commands that choose packages. */
const choosing: readonly ZypperCommand[] = ['install', 'update'];

/** argv of one run of zypper. Repositories are read anew by `refresh` alone. */
export function zypperArgv(session: ZypperSession, task: ZypperTask): string[] {
  const { command, names, options = [] } = task;
  return [
    'zypper',
    ...(session.interactive ? [] : ['--xmlout', '--non-interactive']),
    `--config=${session.configFile}`,
    `--root=${session.root}`,
    `--releasever=${session.releasever}`,
    ...(command === 'refresh' ? [] : ['--no-refresh']),
    command,
    ...(choosing.includes(command) ? choiceOptions(session, task) : []),
    ...options,
    ...names,
  ];
}

function choiceOptions(session: ZypperSession, { repositories }: ZypperTask): string[] {
  return [
    '--no-recommends',
    session.allowVendorChange ? '--allow-vendor-change' : '--no-allow-vendor-change',
    ...(session.acceptLicenses ? ['--auto-agree-with-licenses'] : []),
    ...repositories.map((id) => `--repo=${id}`),
  ];
}
