import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { jobScript } from '../../../../src/remote/slurm/job-script.ts';
import { sumLine } from '../../../../src/remote/slurm/shared-folder.ts';

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

test('the script is one that sh reads, whatever the folder is called', () => {
  const words = { sharedPrefix: "/install/o'neill $(x)/rootimg-1-", batch: 'rootimg-1', verbose: true };
  execFileSync('sh', ['-n'], { input: jobScript(words) });
});
