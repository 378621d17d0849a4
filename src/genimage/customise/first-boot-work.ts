import { own } from '../../base/own.ts';
import { RootimgError } from '../../base/errors.ts';
import { type Build, warn } from '../build-context.ts';
import { inStep } from '../build-step.ts';
import { hasSystemd, hasUnit } from './systemd.ts';
import { runInRoot } from '../../sandbox/sandbox.ts';
import { readTreeFile, treeNames, writeTreeFile } from '../../system/tree-file.ts';

/**
 * Units that run where /usr is younger than the stamps, and what they do (ConditionNeedsUpdate= in
 * systemd.unit(5)).
 */
const updates: Readonly<Record<string, readonly string[]>> = {
  'ldconfig.service': ['ldconfig', '-X'],
  'systemd-sysusers.service': ['systemd-sysusers'],
  'systemd-hwdb-update.service': ['systemd-hwdb', 'update'],
  'systemd-journal-catalog-update.service': ['journalctl', '--update-catalog'],
};

/** Writes the stamps when the others have run. */
const stampUnit = 'systemd-update-done.service';

const stamps = ['etc/.updated', 'var/.updated'];

/**
 * Does now what systemd does when it finds a new /usr. To a node that runs from memory every boot is such a
 * boot: without this, hundreds of them would each make users, the hardware database and the linker's cache
 * again, into memory. Where it fails, or where a package brings a unit of the kind that is not known here,
 * there is no stamp and the nodes do it as before.
 */
export async function doFirstBootWork(build: Build): Promise<void> {
  const { root } = build;
  if (!(await hasSystemd(root))) return;
  const unknown = (await updateUnits(root)).filter((name) => own(updates, name) === undefined);
  await inStep(build, 'Do the work of the first boot', async () => {
    let done = unknown.length === 0;
    for (const [unit, argv] of Object.entries(updates)) {
      if (await hasUnit(root, unit)) done = (await succeeds(build, argv)) && done;
    }
    if (!done) return;
    for (const path of stamps)
      await writeTreeFile(root, path, '# Its time says up to when /usr was looked at.\n');
  });
}

/** Units of the packages that wait for a new /usr. */
async function updateUnits(root: string): Promise<string[]> {
  const folder = 'usr/lib/systemd/system';
  const names = (await treeNames(root, folder)).filter(
    (name) => name.endsWith('.service') && name !== stampUnit,
  );
  const texts = await Promise.all(
    names.map((name) => readTreeFile(root, `${folder}/${name}`).catch(() => '')),
  );
  return names.filter((_, index) => /^ConditionNeedsUpdate=\s*\S/m.test(texts[index] ?? ''));
}

async function succeeds(build: Build, argv: readonly string[]): Promise<boolean> {
  try {
    await runInRoot(build.root, argv, {}, { action: 'do the work of the first boot' });
    return true;
  } catch (error) {
    if (!(error instanceof RootimgError) || error.code !== 'command-failed') throw error;
    warn(
      build,
      `${argv.join(' ')} failed in the image; the nodes do its work at each boot: ${error.details.at(-1) ?? ''}`,
    );
    return false;
  }
}
