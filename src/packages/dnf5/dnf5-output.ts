import { add, type DnfReport, type DnfStep } from '../dnf/dnf-output.ts';

/** Lines of a scriptlet's output that are kept. */
const keptLines = 12;

/** `[3/7] Installing bash-0:5.2-1.x86_64 100% | …`: what is done of a download or of the transaction. */
const step = /^\[\s*(\d+)\/(\d+)\] (.+?)\s+\d+% \|/;

const facts: readonly [RegExp, (report: DnfReport, match: RegExpMatchArray) => void][] = [
  [/^No match for argument: (.+)$/, (report, match) => add(report.missing, match[1])],
  [/^Argument '(.+)' matches only excluded packages/, (report, match) => add(report.modular, match[1])],
  [/^Failed to access RPM "(.+?)":/, (report, match) => add(report.missing, match[1])],
  [/^No match for group package: (.+)$/, (report, match) => add(report.missingMembers, match[1])],
  [/^OpenPGP check for package "(.+?)" .*has failed/, (report, match) => add(report.untrusted, match[1])],
  [
    /^Failed to download metadata .*for repository "(.+?)"/,
    (report, match) => add(report.unreachable, match[1]),
  ],
  [/^ *Librepo error: (Cannot download .+)$/, (report, match) => add(report.undelivered, match[1])],
  [
    /^(.*(?:more space needed on|needs \S+ more space on) the .+ filesystem.*)$/,
    (report, match) => add(report.full, match[1]?.replace(/^ *(?:- )?/, '')),
  ],
  [/^(.*No space left on device.*)/, (report, match) => add(report.full, match[1])],
  [
    /^ *- (file \S+ (?:from install of .+ )?conflicts .+)$/,
    (report, match) => add(report.conflicts, match[1]),
  ],
  [/^ (\S+) +\S+ +\S+:/, (report, match) => void report.touched.add(match[1] ?? '')],
  [/^ {3}replacing (\S+) /, (report, match) => void report.touched.add(match[1] ?? '')],
  [/^>>> Running /, (report) => void ([report.changing, report.recent] = [true, []])],
  [
    /^>>> (?:Finished|Non-critical error in|Error in|Scriptlet output)\b/,
    (report) => void (report.recent = []),
  ],
  [
    /^>>> \[RPM\] %(\w+)\((.+)\) scriptlet failed, (.+)$/,
    (report, match) => {
      report.scriptlets.push({ what: `%${match[1]} of ${match[2]}: ${match[3]}`, output: report.recent });
      report.recent = [];
    },
  ],
];

/** Takes one line of dnf5's output (in the C locale) into the report; gives the step when the line is one. */
export function readDnf5Line(line: string, report: DnfReport): DnfStep | undefined {
  const match = step.exec(line);
  if (match !== null) {
    const [, done, total, what = ''] = match;
    if (what === 'Total') return undefined;
    const isDownload = !what.includes(' ');
    // Keys, signatures and conflicts are looked at before; the root is as it was until then.
    if (!isDownload && what !== 'Verify package files') report.changing = true;
    return { text: isDownload ? `Downloading ${what}` : what, done: Number(done), total: Number(total) };
  }
  for (const [pattern, take] of facts) {
    const found = line.match(pattern);
    if (found !== null) return void take(report, found);
  }
  const said = /^>>> (.*\S)/.exec(line)?.[1];
  if (said !== undefined) report.recent = [...report.recent.slice(1 - keptLines), said];
  return undefined;
}

/**
 * dnf5 ends with 1 where rpm (from 6 on) does so for any script that failed; rpm tells those that keep a
 * package out by `Error in`.
 */
export function onlyScriptsFailed(report: DnfReport, output: string): boolean {
  const told = /^>>> Non-critical error in /m.test(output) && !/^>>> Error in /m.test(output);
  return (
    report.scriptlets.length > 0 &&
    told &&
    /^Transaction failed: Rpm transaction failed\.\s*$/m.test(output) &&
    output.trimEnd().endsWith('Transaction failed: Rpm transaction failed.')
  );
}

/** The names behind `Mandatory packages   :` of `dnf5 group info`, one a line. */
export function mandatoryMembers(output: string): string[] {
  const section = /^Mandatory packages +: (.*(?:\n +: .*)*)/m.exec(output)?.[1] ?? '';
  return section.split('\n').flatMap((line) => line.replace(/^ +: /, '').trim() || []);
}
