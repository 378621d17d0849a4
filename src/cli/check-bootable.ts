import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { findQemu } from '../boot/accelerator.ts';
import { machineFor } from '../boot/machine.ts';
import { type Problem, problemsOf, RootimgError, throwProblems } from '../base/errors.ts';
import { readManifest } from '../pack/publish/generations.ts';
import { initrdName, kernelName } from '../plan/generation.ts';
import type { PackPlan } from '../plan/pack-plan.ts';
import { initrdKey } from '../plan/signed-list.ts';

/**
 * Throws all that keeps an image from being booted on this host, before it is packed only for that: no
 * kernel, no initrd, no emulator, an initrd that wants a signature that the pack will not have.
 */
export async function checkBootable(
  { name, rootimgdir, arch }: PackPlan['image'],
  isSigned: boolean,
): Promise<void> {
  const problems: Problem[] = [];
  for (const file of [kernelName, initrdName]) {
    const path = join(rootimgdir, file);
    if ((await stat(path).catch(() => undefined)) !== undefined) continue;
    const hint = `Run genimage ${name}.`;
    problems.push({ code: 'boot-file-missing', message: `${path} is not there.`, hint });
  }
  if (!isSigned && initrdKey(await readManifest(rootimgdir)) !== undefined) {
    const message = `The initrd of ${name} boots signed images only, and this one would not be signed.`;
    problems.push({ code: 'boot-unsigned', message, hint: `packimage --gate boot --sign KEY ${name}` });
  }
  try {
    await findQemu(machineFor(arch));
  } catch (error) {
    if (!(error instanceof RootimgError)) throw error;
    problems.push(...problemsOf(error));
  }
  throwProblems(problems);
}
