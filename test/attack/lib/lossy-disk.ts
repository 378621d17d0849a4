import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

const checkout = process.cwd();
const preload = join(checkout, 'test/attack/lib/cut-power.mjs');

/**
 * Commands under attack on a file system of their own, which `image` is; the store, the cache and whatever
 * they work on lie on it.
 */
export interface LossyWorld {
  /** A folder on another disk, `$base` in scripts. */
  readonly base: string;
  readonly image: string;
  /** What must hold after each loss, and when the next command has run. */
  readonly whole: string;
}

export interface Attack {
  readonly before?: string;
  readonly command: string;
  /** What must be so when the command has said that it is done. */
  readonly done: string;
  /** What comes after the loss, and must work. */
  readonly next: string;
}

/**
 * Shell of each script: `power CALL COMMAND…` runs a command whose power goes at a call, `again` mounts what
 * was lost.
 */
const shell = `export mnt="$base/mnt" ROOTIMG_HOME="$base/mnt/home" ROOTIMG_CACHE="$base/mnt/cache"
power() { at=$1; shift; POWER_AT=$at POWER_FS=$mnt NODE_OPTIONS="--import=${preload}" "$@"; }
again() { cd /; until umount "$mnt" 2>/dev/null; do sleep 0.1; done; mount -o loop "$image" "$mnt"; }
mkdir -p "$mnt"; mount -o loop "$image" "$mnt"; cd "$mnt"`;

/**
 * Runs a script with the file system at $mnt, in a mount namespace of its own, so that nothing stays mounted.
 */
export function onDisk({ base, image }: Pick<LossyWorld, 'base' | 'image'>, script: string): string {
  const all = [shell, script, 'cd /; umount "$mnt"'].join('\n');
  const env = {
    ...process.env,
    PATH: `${join(checkout, 'bin')}:${process.env['PATH']}`,
    XCATROOT: checkout,
    ...{ base, image },
  };
  const words = ['--mount', '--propagation', 'private', 'bash', '-euc', all];
  return execFileSync('unshare', words, { env, stdio: ['ignore', 'pipe', 'pipe'] }).toString();
}

/** Makes the file system and what is there before each attack. */
export function makeDisk(base: string, kind: 'ext4' | 'xfs', size: string, script: string): string {
  const image = join(base, `${kind}.img`);
  execFileSync('sh', ['-euc', 'truncate -s "$2" "$1"; mkfs.$3 -q "$1"', 'sh', image, size, kind]);
  onDisk({ base, image }, `${script}\nsync -f "$mnt"`);
  return image;
}

/**
 * Power that goes at a call of the command, counted from 1, or when it has ended well. Gives the number of
 * calls that were made.
 */
export function losePower(world: LossyWorld, attack: Attack, moment: number | 'end'): number {
  const image = join(world.base, 'round.img');
  execFileSync('cp', ['--sparse=always', world.image, image]);
  const after = moment === 'end' ? attack.done : attack.next;
  const script = `${attack.before ?? ''}
sync -f "$mnt"
status=0; power ${moment} ${attack.command} >/dev/null 2>"$base/said" || status=$?
echo "status $status" >>"$base/said"
[ "$status" = 137 ]; again
whole() {
${world.whole}
cd /
}
whole
${after}
whole
grep -ao 'calls: [0-9]*' "$base/said" || :`;
  try {
    return Number(/calls: (\d+)/.exec(onDisk({ ...world, image }, script))?.[1]);
  } catch (error) {
    const { stdout = '', stderr = '' } = error as { stdout?: Buffer; stderr?: Buffer };
    const said = readFileSync(join(world.base, 'said'), 'utf8');
    throw new Error(`${attack.command}, power gone at ${moment}:\n${said}\nAfterwards:\n${stdout}${stderr}`);
  }
}

/** The same when the command has ended, then at as many calls, one in each part of its time. */
export function losePowerAtMoments(world: LossyWorld, attack: Attack, moments: number): void {
  const calls = losePower(world, attack, 'end');
  if (!(calls > 0)) throw new Error(`${attack.command}: no power went`);
  for (let index = 0; index < moments; index += 1) {
    losePower(world, attack, 1 + Math.floor(((index + Math.random()) * calls) / moments));
  }
}
