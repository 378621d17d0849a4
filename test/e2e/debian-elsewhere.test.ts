import { existsSync, readdirSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { run } from '../../src/system/exec.ts';
import { namespaceArgv } from '../../src/system/namespace.ts';
import { expectNothingLeft, killAt, signals } from '../long/lib/campaign.ts';
import { amount, testInLong } from '../lib/amount.ts';
import { hostCodename } from '../lib/debian-tree.ts';
import { type DebianImage, debianImage } from './lib/debian-image.ts';
import { hostState, markDescendants } from './lib/host-state.ts';

/**
 * An image that apt fills is built on another host, killed, and built again. Of the sample archive: what apt
 * reads of a real mirror takes most of such a build, and tells nothing new here.
 */
const image = 'debimage';
const families = [
  ['sample archive', 'ubuntu'],
  ['own mirror', 'debian'],
] as const;

/**
 * A host that does not have this checkout ($1): the kit ($2) is unpacked into a folder ($3), and the line ($4)
 * typed.
 */
const onOtherHost = `set -eu
mount -t tmpfs -o ro nothing "$1"
mkdir -p "$3"
tar -xf "$2" -C "$3"
cd /
exec env -i PATH="$PATH" HOME=/root ROOTIMG_CACHE="$ROOTIMG_CACHE" sh -c "$4"`;

const skip = hostCodename() === undefined || process.arch !== 'x64';

describe.skipIf(skip).each(families.slice(0, amount(1, 2)))('of the %s', (source, family) => {
  let admin: DebianImage;
  beforeAll(async () => {
    admin = await debianImage(image, source);
    await markDescendants();
  });
  afterAll(() => admin?.leave());

  const temporary = () => readdirSync(admin.rootimgdir).filter((name) => name.startsWith('.rootimg-tmp'));
  const typeWell = async (...words: [string, ...string[]]) => {
    const { status, stdout, stderr } = await admin.type(...words);
    expect(status, stdout + stderr).toBe(0);
    return stdout;
  };

  /** Types a line there, in the folder of our family of the kit. */
  async function typeOnOtherHost(line: string): Promise<void> {
    const [kit, place] = [join(admin.base, 'kit.tar'), join(admin.base, 'place')];
    const script = ['sh', '-c', onOtherHost, 'host', process.cwd(), kit, place];
    const argv = namespaceArgv([...script, `cd ${place}/netboot/${family}; ${line}`]);
    const { exitCode, stdout, stderr } = await run(argv, { env: admin.env, okCodes: [0, 1, 2] });
    expect(exitCode, stdout + stderr).toBe(0);
  }

  test('the kit builds it on another host by the line of the dry run, and packimage takes it from there', async () => {
    await typeWell('rootimg', 'kit', join(admin.base, 'kit.tar'), '--family', family);
    const dryRun = await typeWell('genimage', '--dryrun', '--stage', join(admin.base, 'local'), image);
    const line = new RegExp(`^cd \\S+/netboot/${family}; (.*)`, 'm').exec(dryRun)?.[1] ?? 'false';
    await typeOnOtherHost(line);
    expect(readdirSync(admin.rootimgdir)).toContain('staged-tree.tar');
    await typeWell('packimage', '-m', 'squashfs', image);
    expect(admin.installed()).toContain('site-tool');
  });

  const planFor = async (...words: string[]) => {
    const plan = join(admin.base, 'plan.json');
    await writeFile(plan, await typeWell('genimage', '--dryrun', '--json', ...words, image));
    return `./genimage --plan ${plan}`;
  };

  test('a plan changes the tree in its place on another host', async () => {
    await writeFile(join(admin.root, 'etc/by-hand'), 'mine\n');
    await typeOnOtherHost(await planFor());
    expect(temporary()).toEqual([]);
    expect(admin.installed()).toContain('site-tool');
    expect(existsSync(join(admin.root, 'etc/by-hand'))).toBe(true);
  });

  testInLong('a plan builds it anew on another host', async () => {
    await typeOnOtherHost(await planFor('--fresh'));
    expect(temporary()).toEqual([]);
    expect(admin.installed()).toContain('site-tool');
    expect(existsSync(join(admin.root, 'etc/by-hand'))).toBe(false);
  });

  test('builds that are killed, of every kind, leave no mount, no process and no file', async () => {
    const before = await hostState(admin.base);
    const ways = [['--fresh', '--no-cache'], []];
    for (const [turn, signal] of signals.slice(0, amount(2, 3)).entries()) {
      for (const words of amount(1, 2) === 2 ? ways : ways.slice(turn % 2).slice(0, 1)) {
        await killAt(admin, ['genimage', ...words, image], signal, 2_000 + Math.random() * 8_000);
        await expectNothingLeft(admin);
        if (signal !== 'SIGKILL') expect(temporary()).toEqual([]);
      }
    }
    expect(await hostState(admin.base)).toEqual(before);
  });
});
