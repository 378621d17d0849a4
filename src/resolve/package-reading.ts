import { formatOrigin, type Origin, type Problem } from '../base/errors.ts';
import type { PackagePass } from '../plan/build-plan.ts';
import type { PackageId } from '../plan/package-id.ts';
import type { ListFile, ListLine } from './list-file.ts';
import type { PackageListKind } from './package-entry.ts';

export interface PackageListContext {
  /** Names in the attribute are relative to it. */
  readonly cwd: string;
  /** For `$NAME` in includes. */
  readonly variables: Readonly<Record<string, string | undefined>>;
  /** Of the image; only entries and directives of deb packages are read by it. */
  readonly packageFormat?: PackageId['type'];
  /** Where the attribute stands. */
  readonly asked?: Origin | undefined;
}

/** What the reading of an attribute has found so far. */
export interface Reading {
  readonly kind: PackageListKind;
  readonly context: PackageListContext;
  readonly passes: PackagePass[];
  readonly files: Map<string, ListFile>;
  readonly problems: Problem[];
  readonly warnings: string[];
  /** Files with answers to questions of packages. */
  readonly answers: Map<string, ListFile>;
  /** Where each pass got what it has besides packages. */
  readonly optionLines: Map<PackagePass, ListLine[]>;
  reads: number;
}

/** Where in the reading of one file of the attribute we are. */
export interface Place {
  readonly top: string;
  /**
   * Index of the pass; counted anew in each file of the attribute, so that equal passes of all files go
   * together.
   */
  pass: number;
}

/** Keeps a warning of a line. */
export function warn(reading: Reading, { origin }: ListLine, message: string): void {
  reading.warnings.push(`${formatOrigin(origin)}: ${message}`);
}

/** The pass that the reading is in; made where it is the first of its number. */
export function passAt(reading: Reading, place: Place): PackagePass {
  while (reading.passes.length <= place.pass) {
    reading.passes.push({ install: [], removeBefore: [], removeAfter: [], environment: [] });
  }
  const pass = reading.passes[place.pass];
  if (pass === undefined) throw new Error('no such pass');
  return pass;
}

/** Keeps where a pass got what it has besides packages. */
export function keepLine(reading: Reading, pass: PackagePass, line: ListLine): void {
  reading.optionLines.set(pass, [...(reading.optionLines.get(pass) ?? []), line]);
}
