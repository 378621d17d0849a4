import { type Tree } from '../../system/tree/open-tree.ts';
import { toBinary } from '../../base/bytes.ts';
import { fileType } from '../members/mode.ts';
import { type Override, rootOwned } from '../members/override.ts';
import { placeInTree } from '../../system/tree/place-in-tree.ts';
import { lookAt } from '../members/tree-entry.ts';

const zones = 'usr/share/zoneinfo';

/**
 * /etc/localtime for the site's timezone: a link to the zone's file, as timedatectl wants it. `kept` holds
 * the file and every link on the way to it, which survive any exlist. A zone that the image does not have is
 * warned of (xCAT's words), and the link made all the same.
 */
export function timezoneOverride(
  root: Tree,
  timezone: string | undefined,
  warn: (message: string) => void,
): { override: Override | undefined; kept: ReadonlySet<string> } {
  const kept = new Set<string>();
  if (timezone === undefined || timezone === '') return { override: undefined, kept };
  const zone = toBinary(timezone);
  const isName = /^[^/]+(?:\/[^/]+)*$/.test(zone) && !zone.split('/').includes('..');
  const links: string[] = [];
  const file = isName ? placeInTree(root, `${zones}/${zone}`, { followLast: true, seen: links }) : undefined;
  if (file === undefined || !lookAt(root, file)?.isFile()) {
    warn(`Unable to set timezone to '${timezone}', check this is a valid timezone`);
    if (!isName) return { override: undefined, kept };
  } else {
    for (const path of [...links, file]) kept.add(path);
  }
  const override: Override = {
    path: placeInTree(root, 'etc/localtime'),
    mode: fileType.symlink | 0o777,
    ...rootOwned,
    target: `../${zones}/${zone}`,
  };
  return { override, kept };
}
