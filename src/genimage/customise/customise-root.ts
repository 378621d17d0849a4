import { familyOf } from '../../family/families.ts';
import type { Build } from '../build-context.ts';
import { inStep } from '../build-step.ts';
import { makeDeviceNodes } from './device-nodes.ts';
import { maskFirstBoot } from './first-boot.ts';
import { writeFstab } from './fstab.ts';
import { settleHostKeys } from './host-keys.ts';
import { nameLocalhost } from './hosts.ts';
import { forgetBuilder, forgetIdentity } from './identity.ts';
import { disableInternetRepositories } from '../../packages/internet-repositories.ts';
import { writeNetwork } from './network.ts';
import { installPostinit } from './postinit.ts';
import { copySkeleton, shadowRootPassword } from './root-account.ts';
import { allowSerialConsoles } from './securetty.ts';
import { enableServices } from './services.ts';
import { writeSysconfig } from './sysconfig.ts';
import { clearTemporaryFolders } from './temporary-files.ts';

/**
 * What xCAT does to a tree after its packages, so that it boots as a node; what we do besides is said in each
 * file.
 */
export async function customiseRoot(build: Build): Promise<void> {
  await inStep(build, 'Customise the tree', async () => {
    await writeFstab(build);
    await writeNetwork(build);
    await writeSysconfig(build);
    await enableServices(build);
    await nameLocalhost(build);
    await allowSerialConsoles(build);
    await shadowRootPassword(build);
    await copySkeleton(build);
    await makeDeviceNodes(build);
    await installPostinit(build);
    await leaveInternetRepositories(build);
    await maskFirstBoot(build);
    await settleHostKeys(build);
    await forgetBuilder(build);
    await forgetIdentity(build);
    await clearTemporaryFolders(build);
  });
}

async function leaveInternetRepositories({ root, plan, reporter }: Build): Promise<void> {
  const repositories = familyOf(plan.image.family).filling?.repositories;
  if (repositories === undefined) return;
  for (const path of await disableInternetRepositories(root, repositories)) {
    reporter.detail(`The internet repositories of ${path} are disabled.`);
  }
}
