/** A spec file in data. Texts are taken as they are, with `%` escaped. */
export interface Spec {
  readonly name: string;
  readonly epoch?: string;
  readonly version: string;
  readonly release: string;
  readonly summary: string;
  readonly vendor?: string;
  readonly noarch: boolean;
  readonly provides: readonly string[];
  readonly requires: readonly string[];
  /** Packages that must be there before the files of this one. */
  readonly requiresBefore: readonly string[];
  /** Packages that must be there before `post` runs. */
  readonly requiresPost: readonly string[];
  readonly post?: string;
  readonly postTransaction?: string;
  /** Lines of the %files section. */
  readonly files: readonly string[];
}

const percent = (text: string) => text.replaceAll('%', '%%');

/** Renders a spec for a build that only packs an existing build root. */
export function renderSpec(spec: Spec): string {
  const lines = [
    `Name: ${spec.name}`,
    ...(spec.epoch === undefined ? [] : [`Epoch: ${spec.epoch}`]),
    `Version: ${spec.version}`,
    `Release: ${spec.release}`,
    `Summary: ${percent(spec.summary)}`,
    'License: Distributable',
    ...(spec.vendor === undefined ? [] : [`Vendor: ${spec.vendor}`]),
    ...(spec.noarch ? ['BuildArch: noarch'] : []),
    // The dependencies are the distribution's own words; scanning the files would give names that nobody
    // provides.
    'AutoReqProv: no',
    ...[...new Set(spec.provides)].map((text) => `Provides: ${text}`),
    ...[...new Set(spec.requires)].map((text) => `Requires: ${text}`),
    ...[...new Set(spec.requiresBefore)].map((text) => `Requires(pre): ${text}`),
    ...[...new Set(spec.requiresPost)].map((text) => `Requires(post): ${text}`),
    '',
    '%description',
    percent(spec.summary),
    ...(spec.post === undefined ? [] : ['', '%post', percent(spec.post)]),
    ...(spec.postTransaction === undefined ? [] : ['', '%posttrans', percent(spec.postTransaction)]),
    '',
    '%files',
    ...spec.files,
  ];
  return `${lines.join('\n')}\n`;
}

export type FileKind = 'folder' | 'config' | 'file';

export interface FileMarks {
  /** User and group; rpmbuild takes root for both, whatever the file says. */
  readonly owner?: readonly [string, string];
  /** As in chmod; the file's own when there is none. */
  readonly mode?: string;
  /** As in setcap. */
  readonly capabilities?: string;
}

/**
 * A line of %files for a path from the root. rpm reads glob characters and macros in it, so they are escaped.
 */
export function filesLine(path: string, kind: FileKind, marks: FileMarks = {}): string {
  // rpm takes escapes out only of what it takes for a pattern.
  const isPattern = /[*?]|\[.*\]|\{.*\}/.test(path);
  const escaped = isPattern ? percent(path).replace(/[\\*?[\]{}]/g, '\\$&') : percent(path);
  const words = [
    ...(kind === 'folder' ? ['%dir'] : []),
    ...(kind === 'config' ? ['%config(noreplace)'] : []),
    ...(marks.owner === undefined ? [] : [`%attr(${[marks.mode ?? '-', ...marks.owner].join(', ')})`]),
    ...(marks.capabilities === undefined ? [] : [`%caps(${marks.capabilities})`]),
  ];
  return [...words, `"/${escaped}"`].join(' ');
}

/**
 * argv that makes an RPM of `spec`, whose files lie in `root`, below `rpms`. `scratch` is a folder of this
 * build alone.
 */
export function rpmbuildArgv(options: {
  spec: string;
  root: string;
  rpms: string;
  scratch: string;
  arch: string;
}): string[] {
  const macros = [
    `_topdir ${options.scratch}`,
    `_rpmdir ${options.rpms}`,
    '_rpmfilename %%{NAME}-%%{VERSION}-%%{RELEASE}.%%{ARCH}.rpm',
    '_buildhost sample-repository',
    '_binary_payload w3.zstdio',
    '_build_id_links none',
    'debug_package %{nil}',
    '__os_install_post %{nil}',
    '__check_files %{nil}',
  ];
  return [
    ...['rpmbuild', '-bb', '--quiet', '--noclean', '--target', options.arch, '--buildroot', options.root],
    ...macros.flatMap((macro) => ['--define', macro]),
    options.spec,
  ];
}
