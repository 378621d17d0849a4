import type { PackageId } from '../../plan/package-id.ts';
import type { ScriptletFailure } from '../manager.ts';
import type { XmlElement } from './zypper-xml.ts';

/** What zypper's output told so far. */
export interface ZypperReport {
  /** Names that no repository has, as zypper was given them. */
  readonly missing: string[];
  /** Conflicts that the solver met, each as zypper words it, with the ways out that it offers. */
  readonly conflicts: string[];
  /** Packages and metadata whose signature is absent, wrong, or by an unknown key. */
  readonly untrusted: string[];
  /** What rpm 6 says of a good signature was taken for none: libzypp knows the words of older ones alone. */
  misread: boolean;
  /** Ids of repositories whose metadata could not be had, with the reason. */
  readonly unreachable: Map<string, string>;
  /** Packages that could not be fetched whole, with the reason. */
  readonly undelivered: string[];
  /** Files that two packages have with different content. */
  readonly fileConflicts: string[];
  /** What was said so far of the conflict that is being told. */
  readonly inConflict: string[];
  /** Why the file system cannot take the packages. */
  readonly full: string[];
  /** Packages that ask to agree to a licence, with its text. */
  readonly licences: { readonly name: string; readonly text: string }[];
  /** Packages whose licences were agreed to, as the administrator said. */
  readonly agreed: string[];
  readonly scriptlets: ScriptletFailure[];
  /** What was said since the last package began to be put in: newer zypper tells it line by line. */
  readonly said: string[];
  /** Names of the packages that the run puts in, replaces or takes away. */
  readonly touched: Set<string>;
  /** What it puts in, and what it takes away. */
  readonly brings: SummedPackage[];
  readonly removes: SummedPackage[];
  /** Everything that zypper calls an error, for a failure that is none of the above. */
  readonly errors: string[];
}

/** A package of the summary; zypper does not tell of which repository. */
export type SummedPackage = Pick<PackageId, 'name' | 'version' | 'arch'>;

export function emptyZypperReport(): ZypperReport {
  return {
    ...{ missing: [], conflicts: [], untrusted: [], unreachable: new Map(), undelivered: [] },
    ...{
      fileConflicts: [],
      inConflict: [],
      full: [],
      licences: [],
      agreed: [],
      scriptlets: [],
      said: [],
      touched: new Set(),
      brings: [],
      removes: [],
    },
    errors: [],
    misread: false,
  };
}

/** One step of zypper's work, for a bar. */
export interface ZypperStep {
  readonly text: string;
  readonly done: number;
  readonly total: number;
}

/** Takes one element of zypper's output (in the C locale) into the report; gives the step when it is one. */
export function readZypperElement(element: XmlElement, report: ZypperReport): ZypperStep | undefined {
  const { name, attributes, text, within } = element;
  if (name === 'progress') {
    if (begins(attributes)) report.said.length = 0;
    return stepOf(attributes);
  }
  if (name === 'solvable' && within.includes('install-summary')) {
    readSummed(attributes, within.at(-1) ?? '', report);
  } else if (name === 'description' && within.at(-1) === 'prompt') {
    if (text.trim() !== '') report.conflicts.push(text.trim());
  } else if (within.includes('fileconflict') && (name === 'file' || name === 'name')) {
    report.inConflict.push(text.trim());
  } else if (name === 'fileconflict') {
    // <lhs><file/><solvable><name/>…</lhs><rhs>…</rhs>
    const [file = '', one = '', , other = ''] = report.inConflict.splice(0);
    add(report.fileConflicts, `${file} of ${one} and ${other}`);
  } else if (name === 'message') {
    return readMessage(attributes['type'] ?? '', text.trim(), report);
  }
  return undefined;
}

/** `part`: what happens to it, such as `to-install`; patterns and products are no packages. */
function readSummed(
  { type, name = '', edition = '', arch = '' }: XmlElement['attributes'],
  part: string,
  report: ZypperReport,
): void {
  report.touched.add(name);
  if (type !== 'package' || !part.startsWith('to-')) return;
  const list = part === 'to-remove' ? report.removes : report.brings;
  list.push({ name, version: edition.replace(/^0:/, ''), arch });
}

/** Whether a package, or with newer zypper all of them together, begin to be put in. */
function begins({ id = '', value, done }: XmlElement['attributes']): boolean {
  return /^(install-resolvable|transaction-prepare)$/.test(id) && value === undefined && done === undefined;
}

function stepOf({ name = '', done }: XmlElement['attributes']): ZypperStep | undefined {
  const [, at, total, what] = /^\((\d+)\/(\d+)\) (.+)$/.exec(name) ?? [];
  // Its end is told with the number of the step, its beginning and middle too: it counts when it ends.
  if (at === undefined || done === undefined) return undefined;
  return { text: (what ?? '').replace(/^(\w+):? /, '$1 '), done: Number(at), total: Number(total) };
}

const facts: readonly [RegExp, (report: ZypperReport, match: RegExpMatchArray, text: string) => void][] = [
  [/^No provider of '(.+)' found\.$/s, (report, match) => add(report.missing, match[1])],
  [/^Package '(.+)' not found\.$/s, (report, match) => add(report.missing, match[1])],
  [
    /^(\S+) \(([a-z0-9-]+)\): (Signature verification failed.*)$/s,
    (report, match) => add(report.untrusted, `${match[1]}: ${oneLine(match[3] ?? '')}`),
  ],
  [
    /In order to install '(.+?)'(?: \(.*?\))?, you must agree to terms of the following license agreement:\s*(.*)$/s,
    (report, match) => void report.licences.push({ name: match[1] ?? '', text: match[2]?.trim() ?? '' }),
  ],
  [/^Automatically agreeing with (\S+) (?:\S+ )?license\.$/, (report, match) => add(report.agreed, match[1])],
  [
    /(needs \S+ more space on the .+ filesystem|No space left on device|Not enough space.*|not enough (?:disk )?space.*)/i,
    (report, match, text) => add(report.full, oneLine(lineWith(text, match[1] ?? ''))),
  ],
  [/\[([a-z0-9-]+)\|[^\]]*\]\s*(.*)$/s, (report, match) => unreachable(report, match)],
  [
    /^(?:Failed to provide Package|Failed to download|Can't provide|Package )\s*(\S.*)$/s,
    (report, match) => add(report.undelivered, oneLine(match[1] ?? '')),
  ],
];

const goodSignatureOfRpm6 = /^ +(?:Header )?OpenPGP V\d .*signature, key fingerprint: \w+: OK$/m;

function readMessage(type: string, text: string, report: ZypperReport): ZypperStep | undefined {
  if (type === 'error') report.errors.push(text);
  const [, what, at, total] =
    /^Retrieving(?: package)?:? (\S+?)(?:\.rpm)? .*\((\d+)\/(\d+)\)/.exec(text) ?? [];
  if (what !== undefined) return { text: `Retrieving ${what}`, done: Number(at), total: Number(total) };
  if (goodSignatureOfRpm6.test(text) && /is not signed!/.test(text)) report.misread = true;
  readScripts(text, report);
  for (const [pattern, take] of facts) {
    const match = text.match(pattern);
    if (match !== null && (type === 'error' || /license|licence/.test(text))) take(report, match, text);
  }
  return undefined;
}

/** What rpm said while it put a package in: the words of its scripts, and which of them failed. */
function readScripts(text: string, { said, scriptlets }: ZypperReport): void {
  for (const line of text.split('\n')) {
    const [, kind, of, how] = /^(?:warning|error): %(\w+)\((.+)\) scriptlet failed, (.+)$/.exec(line) ?? [];
    if (kind !== undefined) {
      scriptlets.push({ what: `%${kind} of ${of}: ${how}`, output: said.splice(0).slice(-keptLines) });
    } else if (line.trim() !== '' && !noise.test(line)) said.push(line);
  }
}

/** Lines of a scriptlet's output that are kept. */
const keptLines = 12;

/** What zypper and a Debian host's rpm say around them. */
const noise =
  /^(Additional rpm output:|Output of |rpm: (RPM should not be used|However assuming)|warning: private mounts in chroot)/;

/** `[id|address] reason`, with what libzypp tried before. */
function unreachable(report: ZypperReport, [, id = '', reason = '']: RegExpMatchArray): void {
  const history = reason.split('\n').flatMap((line) => /^ - (.*)$/.exec(line)?.[1] ?? []);
  const [first = ''] = reason.split('\n');
  const words = history.filter((line) => !/^Can't provide \/?(repodata|content|media)/.test(line));
  const told = oneLine(words.join('; ') || first || 'unknown reason');
  if (/signature/i.test(`${reason}`)) add(report.untrusted, `metadata of ${id}: ${told}`);
  else report.unreachable.set(id, told);
}

function lineWith(text: string, words: string): string {
  return text.split('\n').find((line) => line.includes(words)) ?? words;
}

function oneLine(text: string): string {
  return text.replace(/\s+/g, ' ').trim();
}

/** Adds a value that is not in the list yet. */
function add(list: string[], value: string | undefined): void {
  if (value !== undefined && value !== '' && !list.includes(value)) list.push(value);
}
