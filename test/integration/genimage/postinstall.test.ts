import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Build } from '../../../src/genimage/build-context.ts';
import { openLogs } from '../../../src/genimage/logs.ts';
import { runPostinstall } from '../../../src/genimage/postinstall.ts';
import { silentReporter } from '../../../src/report/silent.ts';
import { aPlan } from '../../unit/genimage/a-plan.ts';
import { makeTinyRoot } from './tiny-root.ts';
import { plainTreePlace } from '../../../src/system/tree/tree-place.ts';

const kernel = { version: '5.14', file: 'boot/vmlinuz-5.14' };
let root: string;
let folder: string;
let infos: string[];

beforeEach(async () => {
  root = await makeTinyRoot([]);
  folder = dirname(root);
  infos = [];
  await mkdir(join(root, 'mnt'));
  await mkdir(join(folder, 'tmp'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

/** Runs a script as a build does. */
async function runScript(body: string, postinstallTimeout?: string, nonetwork = false): Promise<void> {
  const path = join(folder, 'post.sh');
  await writeFile(path, `#!/bin/sh\n${body}\n`, { mode: 0o755 });
  const plan = aPlan({ postinstall: [{ path, args: [] }] });
  const temporary = join(folder, 'tmp');
  await runPostinstall(
    {
      ...{
        plan: { ...plan, request: { ...plan.request, postinstallTimeout, nonetwork } },
        folder,
        root,
        place: plainTreePlace(folder),
        temporary,
        treeTemporary: temporary,
      },
      ...{
        context: {} as Build['context'],
        reporter: { ...silentReporter(), info: (text) => infos.push(text) },
      },
      ...{ logs: openLogs(join(temporary, 'logs'), join(folder, 'logs')), warnings: [], times: {} },
      tree: { isNew: true, marked: false, changed: true },
    },
    kernel,
  );
}

/** Processes of this machine whose command line names the folder. */
const processes = () =>
  readdirSync('/proc').filter((pid) => {
    try {
      return /^\d+$/.test(pid) && readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes(folder);
    } catch {
      return false;
    }
  });

test('a script over its time limit ends with all that it has started', async () => {
  const started = `setsid sh -c 'while :; do echo x >>${folder}/beat; sleep 0.1; done' & sh -c 'sleep 600; : ${folder}' & echo begun; wait`;
  await expect(runScript(started, '1')).rejects.toThrow('took longer than 1 s');
  expect(infos).toContain('post.sh: begun');
  await expect.poll(processes, { timeout: 10_000 }).toEqual([]);
  const beats = readFileSync(join(folder, 'beat'), 'utf8');
  await new Promise((resolve) => setTimeout(resolve, 500));
  expect(readFileSync(join(folder, 'beat'), 'utf8')).toBe(beats);
});

test('a mount that a script forgot is gone, with what was written there', async () => {
  await runScript('mount -t tmpfs none "$1/mnt"; touch "$1/mnt/inside" "$1/outside"');
  expect(readdirSync(join(root, 'mnt'))).toEqual([]);
  expect(existsSync(join(root, 'outside'))).toBe(true);
  expect(readFileSync('/proc/self/mounts', 'utf8')).not.toContain(folder);
});

test('each line is shown with the name of the script while it runs', async () => {
  await runScript('echo one; echo two >&2; printf three');
  expect(infos.sort()).toEqual(['post.sh: one', 'post.sh: three', 'post.sh: two']);
});

test('a script has the network of the host, and none with --no-network', async () => {
  const count = 'grep -c : /proc/self/net/dev';
  await runScript(count);
  await runScript(count, undefined, true);
  const host = readFileSync('/proc/self/net/dev', 'utf8').match(/:/g)?.length ?? 0;
  expect(infos).toEqual([`post.sh: ${host}`, 'post.sh: 1']);
});
