import type { ScriptletFailure } from '../manager.ts';

/** What dnf's output told so far. */
export interface DnfReport {
  /** Packages that no repository has. */
  readonly missing: string[];
  /** Groups that no repository has, without the `@`. */
  readonly missingGroups: string[];
  /**
   * Names that only module streams have, where those cannot be installed; streams themselves with their `@`.
   */
  readonly modular: string[];
  /** Files of packages whose signature is absent or wrong. */
  readonly untrusted: string[];
  /** Ids of repositories whose metadata could not be had. */
  readonly unreachable: string[];
  /** Packages that could not be fetched whole, with the reason. */
  readonly undelivered: string[];
  /** Packages of a group that no repository has. */
  readonly missingMembers: string[];
  /** Files that two packages own with different content. */
  readonly conflicts: string[];
  /** Why the file system cannot take the packages. */
  readonly full: string[];
  readonly scriptlets: ScriptletFailure[];
  /** Lines since the last step: what a scriptlet prints comes before the line that tells of its failure. */
  recent: string[];
  /** Names of the packages that the transaction puts in, replaces or takes away. */
  readonly touched: Set<string>;
  /** True from the moment on that dnf changes the root. */
  changing: boolean;
}

export function emptyDnfReport(): DnfReport {
  return {
    ...{ missing: [], missingGroups: [], missingMembers: [], modular: [], untrusted: [], unreachable: [] },
    ...{
      undelivered: [],
      conflicts: [],
      full: [],
      scriptlets: [],
      recent: [],
      touched: new Set(),
      changing: false,
    },
  };
}

/** One step of dnf's work, for a bar. */
export interface DnfStep {
  readonly text: string;
  readonly done: number;
  readonly total: number;
}

/** Lines of a scriptlet's output that are kept. */
const keptLines = 12;

const rpmStep = /^ {2}([A-Z][a-z ]+?)\s*: (\S+)\s+(\d+)\/(\d+)\s*$/;
const downloadStep = /^\((\d+)\/(\d+)\): (\S+)/;

const facts: readonly [RegExp, (report: DnfReport, match: RegExpMatchArray) => void][] = [
  [/^No match for argument: (.+)$/, (report, match) => add(report.missing, match[1])],
  [
    /^Module or Group '(.+)' (?:is not available|does not exist)/,
    (report, m) => add(report.missingGroups, m[1]),
  ],
  [/^Package (\S+) is not signed/, (report, match) => add(report.untrusted, match[1])],
  [/Failing package is: (\S+)/, (report, match) => add(report.untrusted, match[1])],
  [
    /^You have enabled checking of packages via GPG keys/,
    (report) => add(report.untrusted, 'a repository has no key'),
  ],
  [/^Problem opening package (\S+)/, (report, match) => add(report.untrusted, match[1])],
  [
    /^Error: Failed to download metadata for repo '(.+?)'/,
    (report, match) => add(report.unreachable, match[1]),
  ],
  [/^Running transaction$/, (report) => void (report.changing = true)],
  [/^Can not load RPM file: (.+?)\.?$/, (report, match) => add(report.missing, match[1])],
  [/^No match for group package "(.+)"/, (report, match) => add(report.missingMembers, match[1])],
  [/^ {2}(\S+): (Cannot download, .+)$/, (report, m) => add(report.undelivered, `${m[1]}: ${m[2]}`)],
  [
    /^(.*(?:more space needed on|needs \S+ more space on) the .+ filesystem.*)$/,
    (report, match) => add(report.full, match[1]?.trim()),
  ],
  [/^(.*No space left on device.*)/, (report, match) => add(report.full, match[1])],
  [
    /^ {2}(file \S+ (?:from install of .+ )?conflicts .+)$/,
    (report, match) => add(report.conflicts, match[1]),
  ],
  [/^ (\S+)(?:\s|$)/, (report, match) => void report.touched.add(match[1] ?? '')],
  [/^ {5}replacing {2}(\S+)\.[^.\s]+ /, (report, match) => void report.touched.add(match[1] ?? '')],
  [
    /^(?:warning|error): %(\w+)\((.+)\) scriptlet failed, (.+)$/,
    (report, m) => {
      report.scriptlets.push({ what: `%${m[1]} of ${m[2]}: ${m[3]}`, output: report.recent });
      report.recent = [];
    },
  ],
];

/** Adds a value that is not in the list yet. */
export function add(list: string[], value: string | undefined): void {
  if (value !== undefined && value !== '' && !list.includes(value)) list.push(value);
}

/** Takes one line of dnf's output (in the C locale) into the report; gives the step when the line is one. */
export function readDnfLine(line: string, report: DnfReport): DnfStep | undefined {
  const step = rpmStep.exec(line);
  if (step !== null) {
    report.recent = [];
    return { text: `${step[1]} ${step[2]}`, done: Number(step[3]), total: Number(step[4]) };
  }
  const download = downloadStep.exec(line);
  if (download !== null) {
    return { text: `Downloading ${download[3]}`, done: Number(download[1]), total: Number(download[2]) };
  }
  for (const [pattern, take] of facts) {
    const match = line.match(pattern);
    if (match !== null) take(report, match);
  }
  if (report.changing && line.trim() !== '' && !line.startsWith('warning: %')) {
    report.recent = [...report.recent.slice(1 - keptLines), line];
  }
  return undefined;
}
