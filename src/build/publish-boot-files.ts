import { existsSync } from 'node:fs';
import { chmod, copyFile, constants, link, mkdir, rename } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { publishFile } from '../system/publish.ts';
import { temporaryPath } from '../system/temp.ts';
import type { Build } from './build-context.ts';
import { inStep } from './build-step.ts';
import type { Initrd } from './initrd/initrd.ts';
import { initrdName } from './initrd/initrd-reuse.ts';
import { copyKernel, type Kernel } from './initrd/kernel.ts';

/** xCAT: the two names of the initrd; ours are one file. */
const initrdNames = [initrdName, 'initrd-statelite.gz'] as const;
const kernelName = 'kernel';

/** What a build puts beside the tree. */
export const bootFileNames: readonly string[] = [kernelName, ...initrdNames];

/** Puts kernel and initrd under their final names, in the image folder and, on a management node, in the tftp folder. */
export async function publishBootFiles(build: Build, kernel: Kernel, initrd: Initrd): Promise<void> {
  await inStep(build, 'Publish kernel and initrd', async () => {
    const { folder, plan } = build;
    const kernelCopy = temporaryPath(folder, kernelName);
    await copyKernel(build, kernel, kernelCopy);
    await chmod(initrd.file, 0o644);
    await publish(folder, kernelCopy, initrd.file);
    const { tftpImageDir } = plan;
    // <tftpdir>/xcat/osimage/<image>
    if (tftpImageDir === undefined || !existsSync(dirname(dirname(dirname(tftpImageDir))))) return;
    await mkdir(tftpImageDir, { recursive: true });
    const copies = [];
    for (const name of [kernelName, initrdNames[0]]) {
      const copy = temporaryPath(tftpImageDir, name);
      await copyFile(join(folder, name), copy, constants.COPYFILE_FICLONE);
      copies.push(copy);
    }
    const [kernelThere = '', initrdThere = ''] = copies;
    await publish(tftpImageDir, kernelThere, initrdThere);
  });
}

async function publish(folder: string, kernel: string, initrd: string): Promise<void> {
  await chmod(kernel, 0o644);
  const second = temporaryPath(folder, 'initrd');
  // File systems without hard links exist.
  await link(initrd, second).catch(() => copyFile(initrd, second));
  await publishFile(kernel, join(folder, kernelName));
  await publishFile(initrd, join(folder, initrdNames[0]));
  await rename(second, join(folder, initrdNames[1]));
}
