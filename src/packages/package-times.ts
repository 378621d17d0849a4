import { settleDnfTimes } from './dnf/dnf-history.ts';
import { packageFormatOf } from './package-format.ts';
import { settleRpmTimes } from './rpm/rpm-times.ts';
import { settleZypperTimes } from './zypper/zypper-times.ts';

/**
 * Takes out of a tree's package databases when its packages came: `epoch` (seconds since 1970) stands there
 * instead. dpkg keeps no times. Gives what could not be done, in sentences.
 */
export async function settlePackageTimes(
  root: string,
  folders: { readonly temporary: string; readonly treeTemporary: string },
  epoch: number,
): Promise<string[]> {
  if (packageFormatOf(root) === 'deb') return [];
  settleZypperTimes(root, epoch);
  const reasons = [await settleRpmTimes(root, folders, epoch), await settleDnfTimes(root, epoch)];
  const [rpm, dnf] = reasons;
  return [
    ...(rpm === undefined ? [] : [`The times in the image's rpm database stay, because ${rpm}.`]),
    ...(dnf === undefined ? [] : [`The times in the image's history of dnf stay: ${dnf}`]),
  ];
}
