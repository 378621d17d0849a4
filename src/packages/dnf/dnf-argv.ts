/** What stays the same for all runs of one build. */
export interface DnfSession {
  readonly configFile: string;
  readonly root: string;
  /** Such as `9`. */
  readonly releasever: string;
  /** Such as `platform:el9`; absent where the release knows no modules. */
  readonly platform?: string;
  /** The person at the terminal answers dnf's questions. */
  readonly interactive: boolean;
}

/** One run of dnf. */
export interface DnfTask {
  readonly command: 'install' | 'remove' | 'upgrade' | 'group' | 'repoquery' | 'makecache';
  readonly names: readonly string[];
  /** Ids of the repositories that this run may use. */
  readonly repositories: readonly string[];
  /** Patterns of packages that stay as they are. */
  readonly exclude?: readonly string[];
}

/** argv of one run of dnf; both generations know these words. */
export function dnfArgv(program: 'dnf' | 'dnf5', session: DnfSession, task: DnfTask): string[] {
  return [
    program,
    `--config=${session.configFile}`,
    `--installroot=${session.root}`,
    `--releasever=${session.releasever}`,
    ...(session.platform === undefined ? [] : [`--setopt=module_platform_id=${session.platform}`]),
    ...(session.interactive ? [] : ['-y']),
    ...task.repositories.map((id) => `--repo=${id}`),
    ...(task.exclude ?? []).map((pattern) => `--exclude=${pattern}`),
    task.command,
    ...task.names,
  ];
}
