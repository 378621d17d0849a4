import { dirname } from 'node:path';
import type { PlanFile } from '../plan/build-plan.ts';
import { isRenewed, keyWords, whyUnfit } from '../plan/public-keys.ts';

export interface FitKeys {
  readonly files: readonly PlanFile[];
  readonly warnings: readonly string[];
}

/**
 * The key files that a build takes. An old copy of a key that was renewed is passed over, as a medium has one.
 * What lies in the folders `others` (of the building host, at the top of a medium) is there for other purposes
 * too: a file of which nothing counts any more is passed over with a warning. All others stay, and preflight
 * refuses what does not count. `now`: milliseconds.
 */
export function fitKeyFiles(files: readonly PlanFile[], others: readonly string[], now: number): FitKeys {
  const warnings: string[] = [];
  const fit = files.filter(({ path, publicKeys = [] }) => {
    const isOthers = others.includes(dirname(path));
    if (publicKeys.length === 0 && !isOthers) warnings.push(`${path} holds no public key of OpenPGP.`);
    const unfit = publicKeys.filter((key) => whyUnfit(key, now) !== undefined);
    if (unfit.length === 0 || unfit.length < publicKeys.length) return true;
    if (unfit.every((key) => isRenewed(key, files, now))) return false;
    if (!isOthers) return true;
    const why = unfit.map((key) => `${keyWords(key)} ${whyUnfit(key, now)}`);
    warnings.push(`${path} is not used: ${why.join(', ')}.`);
    return false;
  });
  return { files: fit, warnings };
}
