import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, test } from 'vitest';
import type { TinyWorld } from '../e2e/lib/tiny-repository.ts';
import { amount } from '../lib/amount.ts';
import { type Attack, losePower, losePowerAtMoments, type LossyWorld, makeDisk } from './lib/lossy-disk.ts';
import { makeTinyImageWorld } from './lib/tiny-image.ts';

/* As power-loss.test.ts, for what writes whole trees. The repository lies on another disk. */

let tiny: TinyWorld;
let world: LossyWorld;
const hasXfs = existsSync('/usr/sbin/mkfs.xfs') || existsSync('/sbin/mkfs.xfs');

/** An image that is built and packed once, and a medium that lies on the disk under attack. */
const seed = () => `mkdir -p home medium/BaseOS/repodata medium/Packages tftp
echo 'keys: [${tiny.goodKey}]' >home/config.yaml
echo tiny-image >pkglist; printf '#!/bin/sh\\ncp "${world.base}/mnt/motd" "$1/etc/motd"\\n' >post; chmod +x post; echo old >motd
chdef -t site -o clustersite "installdir=$mnt/install" "tftpdir=$mnt/tftp"
mkdef -t osimage built imagetype=linux osname=Linux osarch=x86_64 osvers=rocky9.4 profile=compute provmethod=netboot \\
  "pkgdir=${tiny.dir}/os" "pkglist=$mnt/pkglist" "postinstall=$mnt/post" "rootimgdir=$mnt/built"
genimage built; packimage -c gzip built
(cd built/rootimg; find usr -type f -exec sha256sum {} +) >"$base/sums"
printf '1714985906.0\\nRocky Linux 9.4\\nx86_64\\nALL\\n' >medium/.discinfo
printf '[general]\\narch = x86_64\\nfamily = Rocky Linux\\nversion = 9.4\\n' >medium/.treeinfo
echo '<repomd/>' >medium/BaseOS/repodata/repomd.xml
for n in $(seq 40); do head -c 9000 /dev/urandom >medium/Packages/$n.rpm; done`;

/** No mark, and then what lies there is of one build. What a pack has published is whole in any case. */
const whole = `cd "$mnt/built"; sha256sum --quiet -c rootimg.cpio.gz.sha256
for set in generations/*/; do (cd "$set"; sha256sum --quiet -c rootimg.cpio.gz.sha256); done
if [ -e .rootimg-building.json ]; then return; fi
(cd rootimg; sha256sum --quiet -c "$base/sums"; grep -qxE 'old|new' etc/motd)
cmp kernel rootimg/usr/lib/modules/*/vmlinuz
for folder in . "$mnt/tftp/xcat/osimage/built"; do
  grep -q "$(sha256sum <$folder/initrd-stateless.gz | cut -c-64)" manifest.json; cmp kernel $folder/kernel
done
if [ -d "$mnt/install/rocky9.4/x86_64" ]; then diff -rx .fingerprint "$mnt/medium" "$mnt/install/rocky9.4/x86_64"; fi`;

const isNew =
  '[ "$(cat "$mnt/built/rootimg/etc/motd")" = new ]; [ ! -e "$mnt/built/.rootimg-building.json" ]';
/** packimage refuses what is marked and says so, and takes what is not; then a build goes through. */
const next = `if [ -e "$mnt/built/.rootimg-building.json" ]; then
  if packimage -c gzip built 2>"$base/refused"; then exit 1; fi; grep -q genimage "$base/refused"
else packimage -c gzip built; fi
genimage --fresh built; ${isNew}`;
const change = 'echo new >"$mnt/motd"';

const attacks: Readonly<Record<string, Attack>> = {
  genimage: { before: change, command: 'genimage built', done: isNew, next },
  'genimage --fresh': { before: change, command: 'genimage --fresh built', done: isNew, next },
  'genimage --fresh without a cache': {
    before: `${change}; rm -r "$mnt/cache"`,
    command: 'genimage --fresh built',
    done: isNew,
    next,
  },
  copycds: {
    command: 'copycds --noosimage "$mnt/medium"',
    done: 'diff -rx .fingerprint "$mnt/medium" "$mnt/install/rocky9.4/x86_64"',
    next: 'copycds "$mnt/medium"; diff -rx .fingerprint "$mnt/medium" "$mnt/install/rocky9.4/x86_64"',
  },
};

beforeAll(async () => {
  tiny = await makeTinyImageWorld();
  world = { base: mkdtempSync(join(tmpdir(), 'rootimg-power-')), image: '', whole };
  world = { ...world, image: makeDisk(world.base, 'ext4', '500M', seed()) };
});
afterAll(async () => {
  rmSync(world.base, { recursive: true, force: true });
  await tiny.leave();
});

test.each(Object.keys(attacks))(
  '%s: a loss of power leaves old, new or marked, at its end the new',
  (name) => {
    const attack = attacks[name]!;
    const isShort = amount(1, 0) === 1;
    if (isShort) losePower(world, attack, name === 'genimage' ? 1 + Math.floor(Math.random() * 100) : 'end');
    else losePowerAtMoments(world, attack, 6);
  },
);

test.runIf(hasXfs && amount(0, 1) === 1)('the same on XFS', () => {
  const image = makeDisk(world.base, 'xfs', '600M', seed());
  losePowerAtMoments({ ...world, image }, attacks['genimage --fresh']!, 2);
  losePowerAtMoments({ ...world, image }, attacks['copycds']!, 1);
});
