import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { BenchImage } from './image.ts';
import { aptPair } from './lock-apt.ts';
import { dnfPairs } from './lock-dnf.ts';
import type { LockPair } from './lock-pair.ts';
import { zypperPair } from './lock-zypper.ts';
import type { Section } from './markdown.ts';
import { median, timeOf, type Timing, withAllChildren } from './measure.ts';

/**
 * genimage --lock beside the manager alone, which reads the same repositories anew, resolves the same list and
 * fetches nothing. By processor time: a lock waits for little else.
 */
export async function benchLock(image: BenchImage, rounds: number): Promise<Section> {
  console.log('locks:');
  const timings: Timing[] = [];
  const ratios: Section['ratios'][number][] = [];
  for (const pair of [...(await dnfPairs(image)), ...(await zypperPair(image)), ...(await aptPair(image))]) {
    const { bare, lock } = await measured(image, pair, rounds);
    timings.push(bare, lock);
    const what = `genimage --lock / bare ${pair.title}`;
    ratios.push({ what, value: lock.median / bare.median, wanted: 1.2 });
  }
  const input =
    'The sample list from the sample repository; the same and a long list from a repository of the size of EL’s BaseOS and AppStream; the compute list of SLES 15 from the sample media; that of this host’s own Debian. Nothing is kept from round to round. Seconds of all processors together, with what a manager starts and does not wait for.';
  return { title: 'Locks', input, timings, ratios };
}

async function measured(
  image: BenchImage,
  { title, image: name, argv, env, folder }: LockPair,
  rounds: number,
): Promise<{ readonly bare: Timing; readonly lock: Timing }> {
  const log = join(image.base, 'lock.log');
  const lockFile = join(image.base, 'etc/osimage', `${name}.lock`);
  const ours = [process.execPath, join(image.checkout, 'bin/genimage'), '--lock', name];
  const seconds = { bare: [] as number[], lock: [] as number[] };
  for (let round = 0; round < rounds; round += 1) {
    await rm(folder, { recursive: true, force: true });
    await mkdir(join(folder, 'root'), { recursive: true });
    // dnf that is told to answer with no ends with 1.
    seconds.bare.push((await timeOf(withAllChildren(argv), { env, log, okCodes: [0, 1] })).cpu);
    await rm(lockFile, { force: true });
    seconds.lock.push((await timeOf(withAllChildren(ours), { env: image.env, log })).cpu);
  }
  const timing = (what: string, own: readonly number[]) => ({
    name: what,
    seconds: own,
    median: median(own),
  });
  return {
    bare: timing(`bare ${title}`, seconds.bare),
    lock: timing(`genimage --lock ${name}`, seconds.lock),
  };
}
