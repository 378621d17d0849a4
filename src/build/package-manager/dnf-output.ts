/** What dnf's output told so far. */
export interface DnfReport {
  /** Packages that no repository has. */
  readonly missing: string[];
  /** Groups that no repository has, without the `@`. */
  readonly missingGroups: string[];
  /** Files of packages whose signature is absent or wrong. */
  readonly untrusted: string[];
  /** Ids of repositories whose metadata could not be had. */
  readonly unreachable: string[];
  /** Failed scriptlets, such as `%post of foo-1-1.noarch: exit status 1`. */
  readonly scriptlets: string[];
  /** True from the moment on that dnf changes the root. */
  changing: boolean;
}

export function emptyDnfReport(): DnfReport {
  return { missing: [], missingGroups: [], untrusted: [], unreachable: [], scriptlets: [], changing: false };
}

/** One step of dnf's work, for a bar. */
export interface DnfStep {
  readonly text: string;
  readonly done: number;
  readonly total: number;
}

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
  [/^Problem opening package (\S+)/, (report, match) => add(report.untrusted, match[1])],
  [
    /^Error: Failed to download metadata for repo '(.+?)'/,
    (report, match) => add(report.unreachable, match[1]),
  ],
  [/^Running transaction$/, (report) => void (report.changing = true)],
  [
    /^(?:warning|error): %(\w+)\((.+)\) scriptlet failed, (.+)$/,
    (report, m) => add(report.scriptlets, `%${m[1]} of ${m[2]}: ${m[3]}`),
  ],
];

function add(list: string[], value: string | undefined): void {
  if (value !== undefined && value !== '' && !list.includes(value)) list.push(value);
}

/** Takes one line of dnf's output (in the C locale) into the report; gives the step when the line is one. */
export function readDnfLine(line: string, report: DnfReport): DnfStep | undefined {
  const step = rpmStep.exec(line);
  if (step !== null) {
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
  return undefined;
}
