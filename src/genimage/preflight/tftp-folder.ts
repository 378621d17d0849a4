import { existsSync } from 'node:fs';
import { dirname } from 'node:path';
import type { BuildPlan } from '../../plan/build-plan.ts';

/**
 * The site's tftpdir, which kernel and initrd are copied into, where it exists; undefined where it does not,
 * and on nodes, which have none.
 */
export function findTftpdir({ tftpImageDir }: BuildPlan): string | undefined {
  const tftpdir = tftpdirOf(tftpImageDir);
  return tftpdir !== undefined && existsSync(tftpdir) ? tftpdir : undefined;
}

/** A management node without its tftpdir: no node finds this kernel over TFTP. */
export function tftpWarnings(plan: BuildPlan): string[] {
  const tftpdir = tftpdirOf(plan.tftpImageDir);
  if (tftpdir === undefined || findTftpdir(plan) !== undefined) return [];
  return [`There is no ${tftpdir} (tftpdir of the site): kernel and initrd are not copied there.`];
}

/** `<tftpdir>/xcat/osimage/<image>` */
function tftpdirOf(tftpImageDir: string | undefined): string | undefined {
  return tftpImageDir === undefined ? undefined : dirname(dirname(dirname(tftpImageDir)));
}
