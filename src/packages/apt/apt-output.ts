import { own } from '../../base/own.ts';

/** What apt's output, and that of the dpkg it runs, told so far. */
export interface AptReport {
  /** Words that no repository has, with apt's sentence. */
  readonly missing: Map<string, string>;
  /** apt's words on dependencies that cannot be had. */
  readonly unmet: string[];
  /** What could not be fetched, with the reason. */
  readonly undelivered: string[];
  /** Repositories that cannot be used: address and suite → the reason. */
  readonly refused: Map<string, string>;
  /** Files that two packages have. */
  readonly conflicts: string[];
  /** Scripts of packages that failed. */
  readonly scripts: ScriptFailure[];
  /** Packages that cannot be read. */
  readonly damaged: string[];
  /** Why the disk cannot take them. */
  readonly full: string[];
  /** All that apt itself calls an error. */
  readonly errors: string[];
  /** Names of the packages that a simulated run puts in, replaces or takes away. */
  readonly touched: Set<string>;
  /** Lines since the last step: what a script prints comes before the line that tells of its failure. */
  recent: string[];
  /** Which kind of lines follow. */
  block: { readonly kind: 'unmet' | 'dpkg' | 'gpg'; readonly of: string } | undefined;
}

export interface ScriptFailure {
  /** Such as `postinst`. */
  readonly script: string;
  readonly package: string;
  readonly reason: string;
  readonly output: readonly string[];
}

export function emptyAptReport(): AptReport {
  return {
    missing: new Map(),
    refused: new Map(),
    touched: new Set(),
    ...{ unmet: [], undelivered: [], conflicts: [], scripts: [], damaged: [], full: [], errors: [] },
    recent: [],
    block: undefined,
  };
}

/** One step, for a bar; percent. */
export interface AptStep {
  readonly text: string;
  readonly percent: number;
}

/** Lines of a script's output that are kept. */
const keptLines = 12;

const status = /(pm|dl)(status|error|conffile):([^:]*):([\d.]+):(.*)$/;

/** Names of the scripts in the words of dpkg. */
const scriptNames: Readonly<Record<string, string>> = {
  'pre-installation': 'preinst',
  'post-installation': 'postinst',
  'pre-removal': 'prerm',
  'post-removal': 'postrm',
};

const failedScript =
  /^\s*(?:new|old|installed) (\S+) package (pre-installation|post-installation|pre-removal|post-removal) script subprocess (.+)$/;

type Take = (report: AptReport, match: readonly string[]) => void;

const missing: Take = (report, [line = '', word = '']) => {
  report.missing.set(word, line.replace(/^E: /, ''));
};

/** Address and suite of what apt calls a repository or the file that describes one. */
const refused: Take = (report, [, address = '', reason = '']) => {
  const place = placeOf(address.replace(/ (In)?Release$/, ''));
  if (!report.refused.has(place)) report.refused.set(place, reasonWords(reason.trim()));
};

/** `http://h/debian trixie` of `http://h/debian/dists/trixie/InRelease`. */
function placeOf(address: string): string {
  const folder = address.replace(/\/(In)?Release$/, '');
  const at = folder.indexOf('/dists/');
  if (folder === address || at === -1) return address;
  return `${folder.slice(0, at)} ${folder.slice(at + '/dists/'.length)}`;
}

/** gpg's words for signatures that do not count. */
const invalidWords: Readonly<Record<string, string>> = {
  EXPKEYSIG: 'it is signed with a key that has expired',
  REVKEYSIG: 'it is signed with a key that has been revoked',
  EXPSIG: 'its signature has expired',
  BADSIG: 'its Release file is not the one that was signed',
};

/** Beginning of the reason where a suite lacks a component. */
export const noComponent = 'it has no component';

/** What apt says of a repository, as a sentence about it. */
function reasonWords(reason: string): string {
  const key = /^The following signatures couldn't be verified .*: NO_PUBKEY (\w+)/.exec(reason)?.[1];
  if (key !== undefined) return `it is signed with a key that is none of ours (${key})`;
  const [, invalid = '', of] = /^The following signatures were invalid: (\w+) (\w+)/.exec(reason) ?? [];
  const words = own(invalidWords, invalid);
  if (words !== undefined) return `${words} (${of})`;
  const component = /^doesn't have the component '(.+)'/.exec(reason)?.[1];
  if (component !== undefined) return `${noComponent} '${component}'`;
  const architecture = /^doesn't support architecture '(.+)'/.exec(reason)?.[1];
  if (architecture !== undefined) return `it has no packages for ${architecture}`;
  if (/^invalid since/.test(reason)) return `its Release file has expired (${reason})`;
  if (/^not valid yet/.test(reason)) return `its Release file is ${reason}`;
  if (/^does not have a Release file/.test(reason)) return 'it has no Release file for this suite';
  return /^(is|no longer|does|doesn)/.test(reason) ? `it ${reason}` : reason;
}

const facts: readonly [RegExp, Take][] = [
  [/^E: Unable to locate package (\S+)$/, missing],
  [
    /^E: Couldn't find task '(.+)'$/,
    (report, [line = '', name = '']) => report.missing.set(`${name}^`, line),
  ],
  [
    /^E: Version '(.+)' for '(.+)' was not found$/,
    (report, [line = '', version, name]) => missing(report, [line, `${name}=${version}`]),
  ],
  [
    /^E: Release '(.+)' for '(.+)' was not found$/,
    (report, [line = '', suite, name]) => missing(report, [line, `${name}/${suite}`]),
  ],
  [/^E: Package '(.+)' has no installation candidate$/, missing],
  [/^E: Unsupported file (\S+) given/, missing],
  [/^(?:Inst|Remv|Purg) (\S+)/, (report, [, name = '']) => void report.touched.add(name)],
  [
    /^(?:E|W): Failed to fetch (\S+)\s+(.*)$/,
    (report, m) => add(report.undelivered, `${m[1]}: ${m[2]?.trim()}`),
  ],
  [/^E: The repository '(.+?)(?: (?:In)?Release)?' (.+?)\.?$/, refused],
  [/^W: GPG error: (.+?) (?:In)?Release: (.+)$/, refused],
  [/^E: Release file for (\S+) is expired \((.*)\)/, refused],
  [/^E: Release file for (\S+) is (not valid yet.*)$/, refused],
  [/^W: Skipping acquire of configured file '.+' as repository '(.+?)' (.*)$/, refused],
  [/^(?:E|W|N|dpkg)?:? ?.*(No space left on device)/, (report, m) => add(report.full, m[1])],
  [/^E: (You don't have enough free space in .*)$/, (report, m) => add(report.full, m[1])],
  [
    /trying to overwrite (?:shared )?'(.+)', which is also in package (\S+)/,
    (report, m) => {
      add(report.conflicts, `${m[1]} of ${report.block?.of ?? 'a package'} is also in ${m[2]}`);
    },
  ],
  [/^dpkg-deb: error: (.+)$/, (report, m) => add(report.damaged, m[1])],
];

/** Adds a value that is not in the list yet. */
export function add(list: string[], value: string | undefined): void {
  if (value !== undefined && value !== '' && !list.includes(value)) list.push(value);
}

/** Takes one line of the output (in the C locale) into the report; gives the step when the line is one. */
export function readAptLine(line: string, report: AptReport): AptStep | undefined {
  const step = status.exec(line);
  if (step !== null) return readStatus(line, step, report);
  if (line.startsWith('E: ')) add(report.errors, line.slice(3));
  for (const [pattern, take] of facts) {
    const match = pattern.exec(line);
    if (match !== null) take(report, match);
  }
  readBlock(line, report);
  if (line.trim() !== '') report.recent = [...report.recent.slice(1 - keptLines), line];
  return undefined;
}

/** A line that apt writes for programs; what a script printed without an end of line stands before it. */
function readStatus(line: string, match: RegExpExecArray, report: AptReport): AptStep | undefined {
  const [, , kind, name = '', percent = '', text = ''] = match;
  const before = line.slice(0, match.index);
  if (before.trim() !== '') report.recent.push(before);
  if (kind !== 'status') return undefined;
  // The step that fails is told again behind its output.
  if (!/^(Running dpkg|.* exit-code)$/.test(text) && name !== '') report.recent = [];
  return { text, percent: Number(percent) };
}

/** Lines that say by their place what they are: below a line that ends in a colon. */
function readBlock(line: string, report: AptReport): void {
  if (/^The following packages have unmet dependencies:$/.test(line)) {
    report.block = { kind: 'unmet', of: '' };
    return;
  }
  const dpkg = /^dpkg: error processing (?:package|archive) (\S+) \(--?[\w-]+\):$/.exec(line);
  if (dpkg !== null) {
    report.block = { kind: 'dpkg', of: packageOf(dpkg[1] ?? '') };
    report.recent = report.recent.filter((one) => !one.startsWith('dpkg: error processing'));
    return;
  }
  if (report.block === undefined) return;
  if (!line.startsWith(' ')) {
    report.block = undefined;
    return;
  }
  if (report.block.kind === 'unmet') add(report.unmet, line.trim());
  else readScriptFailure(line, report);
}

function readScriptFailure(line: string, report: AptReport): void {
  const [, name, words = '', reason] = failedScript.exec(line) ?? [];
  if (name === undefined) return;
  const output = report.recent.filter(
    (one) =>
      !/^(dpkg: error processing|Setting up|Preparing to unpack|Removing|Purging|Unpacking|Selecting previously|\(Reading database) /.test(
        one,
      ),
  );
  report.scripts.push({
    ...{ script: own(scriptNames, words) ?? words, package: name },
    reason: (reason ?? '').replace('returned error ', ''),
    output,
  });
  report.recent = [];
}

/** `foo` of `/…/archives/foo_1.0_all.deb`. */
function packageOf(path: string): string {
  const name = path.slice(path.lastIndexOf('/') + 1);
  return /^([^_]+)_.*\.deb$/.exec(name)?.[1] ?? path;
}
