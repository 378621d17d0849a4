import { RootimgError } from '../base/errors.ts';
import { fingerprintOf, readFingerprints } from './fingerprint.ts';
import { openFolder } from './folder.ts';
import type { Medium, MediumFacts, Recognised } from './medium.ts';
import { readFacts } from './open-medium.ts';
import { recognise } from './recognise.ts';

/** A folder that discs were copied to before. */
export interface WhatLiesThere {
  readonly path: string;
  readonly names: ReadonlySet<string>;
  /** Folders among the names. */
  readonly folders: ReadonlySet<string>;
  readonly facts: MediumFacts;
  readonly found: Recognised | undefined;
  readonly fingerprints: readonly string[];
}

/** One disc as it is compared with what lies there. */
export interface NewDisc {
  readonly medium: Medium;
  readonly facts: MediumFacts;
  readonly found: Recognised | undefined;
}

/** What a folder holds; undefined when it is not there or empty. */
export async function readWhatLiesThere(path: string): Promise<WhatLiesThere | undefined> {
  const medium = await openFolder(path).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined;
    throw error;
  });
  if (medium === undefined || medium.entries.length === 0) return undefined;
  const facts = await readFacts(medium);
  const folders = medium.entries.filter(({ type }) => type === 'folder').map((entry) => entry.path);
  return {
    path,
    names: facts.names,
    folders: new Set(folders),
    facts,
    found: recognise(facts, path),
    fingerprints: (await readFingerprints(path)) ?? [],
  };
}

/** Position of a disc in its set: the first number it tells; 1 for one that tells none, or `ALL`. */
export function discNumber(found: Recognised | undefined): number {
  return Number(/^\d+/.exec(found?.disc ?? '')?.[0] ?? 1);
}

/**
 * True when the files of a disc take the place of those of the same name: it is the disc that lies there
 * already, or comes before it in its set. Any other disc (a later one, an add-on, debug packages) is added,
 * and nothing is lost by it.
 */
export function replaces(disc: NewDisc, there: WhatLiesThere): boolean {
  if (isSameDisc(disc, there)) return true;
  if (there.found === undefined || disc.found === undefined) return false;
  return discNumber(disc.found) < discNumber(there.found);
}

/**
 * True when the files that say what a medium is are the same; for a medium without any: when nothing else was
 * copied there.
 */
export function isSameDisc({ medium, facts }: NewDisc, there: WhatLiesThere): boolean {
  if (facts.texts.size > 0 || there.facts.texts.size > 0) {
    return (
      facts.texts.size === there.facts.texts.size &&
      [...facts.texts].every(([name, text]) => there.facts.texts.get(name) === text)
    );
  }
  return there.fingerprints.length === 1 && there.fingerprints[0] === fingerprintOf(medium);
}

/**
 * Two releases never share a folder, whatever -n and -p say: the packages of one would be offered with the
 * lists of the other.
 */
export function refuseOtherRelease({ medium, found }: NewDisc, there: WhatLiesThere): void {
  if (found === undefined || there.found === undefined) return;
  const [here, before] = [releaseOf(found), releaseOf(there.found)];
  if (here === before) return;
  throw new RootimgError('other-release', `${there.path} holds ${before}, and ${medium.path} is ${here}.`, {
    hint: `Name another folder with -p or another distribution with -n, or remove ${there.path} first.`,
  });
}

function releaseOf({ osvers, release }: Recognised): string {
  return release === undefined ? osvers : `${osvers} (${release})`;
}
