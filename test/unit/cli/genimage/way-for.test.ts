import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { SentJob } from '../../../../src/cli/genimage/sending-way.ts';
import { wayFor } from '../../../../src/cli/genimage/way-for.ts';
import { rememberBuild } from '../../../../src/remote/remembered-build.ts';
import { silentReporter } from '../../../../src/report/silent.ts';
import { withScope } from '../../../../src/system/scope.ts';
import { aPlan } from '../../genimage/a-plan.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'rootimg-way-'));
});
afterEach(() => rm(folder, { recursive: true }));

const words = { on: undefined, slurm: undefined, onLost: 'keep', verbose: false } as const;
const resume = () => {
  const plan = aPlan({});
  const image = { ...plan.image, rootimgdir: folder };
  const sent = { io: { env: {} }, job: { config: {} }, plan: { ...plan, image }, reporter: silentReporter() };
  const elsewhere = { ...words, resume: true };
  return withScope((scope) => wayFor(elsewhere)(scope, { ...sent, elsewhere } as unknown as SentJob));
};
const remembered = { schema: 1 as const, image: aPlan({}).image.name, files: [], repositories: [] };

test('a build that is resumed is looked for where it was begun', async () => {
  await expect(resume()).rejects.toMatchObject({ code: 'build-gone' });
  const host = { host: '-x', options: [], owner: 'o', familyDir: '/kit' };
  await rememberBuild(folder, { ...remembered, ...host });
  await expect(resume()).rejects.toMatchObject({ code: 'host-name' });
  await rememberBuild(folder, { ...remembered, batch: 'rootimg-1', index: 0, folder });
  const taken = await resume().catch((error: Error) => error);
  // Where there is a Slurm it is ready; where there is none that is told.
  expect(taken instanceof Error ? taken.message : taken.place).toMatch(/^(sbatch is not installed\.|slurm)$/);
});
