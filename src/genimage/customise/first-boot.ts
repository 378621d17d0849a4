import type { Build } from '../build-context.ts';
import { linkInTree } from '../../system/tree-file.ts';
import { hasUnit } from './systemd.ts';

/** Asks questions on the console of a node that nobody watches, at every boot of a stateless one. */
const wizard = 'systemd-firstboot.service';

/** Masks the first-boot wizard. */
export async function maskFirstBoot(build: Build): Promise<void> {
  if (await hasUnit(build.root, wizard)) {
    await linkInTree(build.root, `etc/systemd/system/${wizard}`, '/dev/null');
  }
}
