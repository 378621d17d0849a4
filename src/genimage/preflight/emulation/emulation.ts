import { chmod, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { type Problem, RootimgError } from '../../../base/errors.ts';
import { writeFile } from '../../../base/write-file.ts';
import { lastLines, run } from '../../../system/exec.ts';
import { throwIfStopped } from '../../../system/signals.ts';
import { workDir } from '../../../system/work-dir.ts';
import { type HostRelease, readHostRelease } from '../release.ts';
import { type Binfmt, type BinfmtEntry, binfmtFolder, entryFor, readBinfmt } from './binfmt.ts';
import { installEmulators } from './emulator-packages.ts';
import { trialProgram } from './trial-program.ts';

/** What runs the image's programs on a host of another architecture. */
export interface Emulation {
  /** Name of the entry of binfmt_misc. */
  readonly entry: string;
  /** Path on the host. */
  readonly interpreter: string;
}

/** Milliseconds; the program takes some. */
const patience = 60_000;

/**
 * Whether this host runs programs of another architecture inside an image: one of ours is run where nothing
 * else is. Where it does not run, the problem says what is missing. `emulation` is absent, too, where the
 * processor itself runs them (x86 on x86_64).
 */
export async function checkEmulation(
  arch: string,
  folder = binfmtFolder,
): Promise<{ emulation?: Emulation; problems: Problem[] }> {
  const program = trialProgram(arch);
  if (program === undefined) {
    const message = `Programs of ${arch} cannot be tried here, so nothing is built with --emulate for it.`;
    return { problems: [{ code: 'no-emulation', message }] };
  }
  const failure = await tryProgram(program);
  const binfmt = await readBinfmt(folder);
  const entry = entryFor(binfmt, program);
  if (failure === undefined) {
    const runs = binfmt.enabled && entry?.enabled;
    return {
      problems: [],
      ...(runs && { emulation: { entry: entry.name, interpreter: entry.interpreter } }),
    };
  }
  const interpreterThere = entry !== undefined && (await isThere(entry.interpreter));
  const found = { arch, binfmt, entry, interpreterThere, failure };
  return { problems: [emulationProblem(found, await readHostRelease())] };
}

/**
 * Runs the program with nothing but itself in its root, as only root can; else just so. Undefined when it
 * ran, else why not.
 */
async function tryProgram(program: Buffer): Promise<string | undefined> {
  const folder = await workDir('emulate');
  const path = join(folder, 'trial');
  try {
    await writeFile(path, program);
    await chmod(path, 0o755);
    await run(process.geteuid?.() === 0 ? ['chroot', folder, '/trial'] : [path], { timeout: patience });
    return undefined;
  } catch (error) {
    throwIfStopped();
    if (!(error instanceof RootimgError)) throw error;
    return lastLines([error.message, ...error.details].join('\n'), 1)[0] ?? '';
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** What was found where the program did not run. */
export interface FailedEmulation {
  readonly arch: string;
  readonly binfmt: Binfmt;
  readonly entry: BinfmtEntry | undefined;
  readonly interpreterThere: boolean;
  /** What the trial said. */
  readonly failure: string;
}

/** Says what keeps this host from running programs of an architecture, and the command that mends it. */
export function emulationProblem(found: FailedEmulation, host: Pick<HostRelease, 'id' | 'like'>): Problem {
  const { reason, hint } = explain(found, installEmulators(host));
  return {
    code: 'no-emulation',
    message: `This host does not run programs of ${found.arch} (--emulate): ${reason}.`,
    hint,
  };
}

function explain(found: FailedEmulation, install: string): { reason: string; hint: string } {
  const { binfmt, entry, interpreterThere, failure } = found;
  const mount = `mount -t binfmt_misc binfmt_misc ${binfmtFolder}`;
  const register = 'systemctl restart systemd-binfmt';
  if (!binfmt.mounted) {
    return { reason: 'binfmt_misc is not mounted', hint: `${mount}\n${install}\n${register}` };
  }
  if (!binfmt.enabled) {
    return {
      reason: 'binfmt_misc is switched off',
      hint: `echo 1 > ${binfmtFolder}/status`,
    };
  }
  if (entry === undefined) {
    return { reason: 'binfmt_misc has no entry for them', hint: `${install}\n${register}` };
  }
  const file = `${binfmtFolder}/${entry.name}`;
  if (!entry.enabled) {
    return { reason: `the entry ${entry.name} of binfmt_misc is switched off`, hint: `echo 1 > ${file}` };
  }
  const again = `${install}\necho -1 > ${file}\n${register}`;
  if (!entry.flags.includes('F')) {
    return {
      reason: `the entry ${entry.name} of binfmt_misc lacks the flag F, without which ${entry.interpreter} would have to be in the image`,
      hint: again,
    };
  }
  if (!interpreterThere) {
    return { reason: `${entry.interpreter} of the entry ${entry.name} is not there`, hint: again };
  }
  return {
    reason: `${entry.interpreter} of the entry ${entry.name} did not run one, not being static perhaps: ${failure}`,
    hint: again,
  };
}

function isThere(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}
