import { machineOf } from '../base/architecture.ts';
import type { Build } from './build-context.ts';
import { findKernels, newestKernel } from './initrd/kernel.ts';
import type { ImageUname } from '../sandbox/sandbox.ts';

/**
 * What `uname` inside the image answers: its machine, and the kernel that the image will boot once it has
 * one.
 */
export async function imageUname(build: Build, cover: boolean): Promise<ImageUname> {
  const { image, request } = build.plan;
  const release = request.kernelver ?? newestKernel(await findKernels(build.root))?.version;
  return { machine: machineOf(image.arch), cover, ...(release === undefined ? {} : { release }) };
}
