import { join } from 'node:path';
import * as z from 'zod';
import { readTextFile } from '../base/regular-file.ts';
import { bootReportName, machineWords } from '../boot/boot-report.ts';
import type { BootStory } from '../inspect/page/boot-section.ts';
import type { Manifest } from '../plan/manifest.ts';
import { parseJson } from '../plan/parse-json.ts';

/** What is read of boot.json again: a part of BootReport. */
const bootSchema = z.object({
  file: z.string(),
  ok: z.boolean(),
  problems: z.array(z.string()),
  sha256: z.string(),
  seconds: z.record(z.string(), z.number()),
  machine: z.object({
    arch: z.string(),
    firmware: z.enum(['bios', 'uefi']),
    pxe: z.boolean(),
    accelerator: z.enum(['kvm', 'tcg']),
    cpus: z.number(),
    memory: z.number(),
  }),
});

/** One boot, or with --all-formats one of each form. */
const storedSchema = z.union([
  bootSchema.transform((one) => [one]),
  z.object({ boots: z.array(bootSchema) }).transform(({ boots }) => boots),
]);

/** The last boot of the image in this folder, of the published form if there is one; undefined where none is told of. */
export async function bootStory(
  rootimgdir: string,
  published: Manifest['pack'],
): Promise<BootStory | undefined> {
  const text = await readTextFile(join(rootimgdir, bootReportName)).catch(() => '');
  const boots = storedSchema.safeParse(parseJson(text)).data ?? [];
  const boot = boots.find(({ file }) => file === published?.file) ?? boots[0];
  if (boot === undefined) return undefined;
  const { ok, problems, machine, seconds } = boot;
  return {
    ok,
    problems,
    machine: machineWords(machine).join(', '),
    steps: Object.entries(seconds).sort((a, b) => a[1] - b[1]),
    ofThisPack: boot.sha256 === published?.sha256,
  };
}
