import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, readdir, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { jobScript } from '../../../../src/remote/slurm/job-script.ts';
import { openJobsFolder, sumLine } from '../../../../src/remote/slurm/shared-folder.ts';

test('sha256sum reads the digests whatever the names are', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'rootimg-sums-'));
  try {
    const names = ['plan.json', 'a b', 'back\\slash', 'line\nbreak', '*star', 'ümlaut'];
    for (const name of names) await writeFile(join(folder, name), name);
    const sums = names.map((name) => sumLine(createHash('sha256').update(name).digest('hex'), name)).join('');
    execFileSync('sha256sum', ['-c', '--status', '--strict', '-'], { cwd: folder, input: sums });
    await writeFile(join(folder, 'line\nbreak'), 'other');
    expect(() => execFileSync('sha256sum', ['-c', '--status', '-'], { cwd: folder, input: sums })).toThrow();
  } finally {
    await rm(folder, { recursive: true });
  }
});

test('what lies there since a week without a job goes, and nothing else', async () => {
  const installdir = await mkdtemp(join(tmpdir(), 'rootimg-jobs-'));
  const old = new Date(Date.now() - 8 * 24 * 3_600_000);
  const folders = { 'rootimg-aa-0': old, 'rootimg-aa-12': old, 'rootimg-bb-0': new Date(), mine: old };
  try {
    const slurm = {
      stateOf: ({ index }: { index: number }) =>
        Promise.resolve(index === 12 ? { id: '1_12', state: 'PENDING', node: '', reason: '' } : undefined),
    };
    const jobs = await openJobsFolder(installdir, slurm);
    for (const [name, time] of Object.entries(folders)) {
      await mkdir(join(jobs, name, 'inputs'), { recursive: true });
      await utimes(join(jobs, name), time, time);
    }
    await openJobsFolder(installdir, slurm);
    expect((await readdir(jobs)).sort()).toEqual(['mine', 'rootimg-aa-12', 'rootimg-bb-0']);
  } finally {
    await rm(installdir, { recursive: true });
  }
});

test('the script is one that sh reads, whatever the folder is called', () => {
  const words = { sharedPrefix: "/install/o'neill $(x)/rootimg-1-", batch: 'rootimg-1', verbose: true };
  execFileSync('sh', ['-n'], { input: jobScript(words) });
});
