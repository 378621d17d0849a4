import type { Build } from './build-context.ts';
import { inStep } from './build-step.ts';
import { makeDeviceNodes } from './customise/device-nodes.ts';
import { maskFirstBoot } from './customise/first-boot.ts';
import { writeFstab } from './customise/fstab.ts';
import { forgetHostKeys, forgetIdentity } from './customise/identity.ts';
import { disableInternetRepositories } from './customise/internet-repositories.ts';
import { writeNetwork } from './customise/network.ts';
import { installPostinit } from './customise/postinit.ts';
import { copySkeleton, shadowRootPassword } from './customise/root-account.ts';
import { allowSerialConsoles } from './customise/securetty.ts';
import { clearTemporaryFolders } from './customise/temporary-files.ts';

/** What xCAT does to a tree after its packages, so that it boots as a node; what we do besides is said in each file. */
export async function customiseRoot(build: Build): Promise<void> {
  await inStep(build, 'Customise the tree', async () => {
    await writeFstab(build);
    await writeNetwork(build);
    await allowSerialConsoles(build);
    await shadowRootPassword(build);
    await copySkeleton(build);
    await makeDeviceNodes(build);
    await installPostinit(build);
    await disableInternetRepositories(build);
    await maskFirstBoot(build);
    await forgetHostKeys(build);
    await forgetIdentity(build);
    await clearTemporaryFolders(build);
  });
}
