import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, test } from 'vitest';
import { amount } from '../lib/amount.ts';
import { type Attack, losePowerAtMoments, type LossyWorld, makeDisk } from './lib/lossy-disk.ts';

/*
 * Real losses of power: an ext4 of its own, shut down without a flush in the middle of a command or when it has just said that it is done, then
 * mounted again.
 */

let world: LossyWorld;

/**
 * Each published set and each kept one is whole, or a mark says that it is not yet, and the definition can be
 * read.
 */
const whole = `lsdef -t osimage -o myimg >/dev/null
cd "$mnt/image"; [ -e .rootimg-rollback.json ] || sha256sum --quiet -c rootimg.cpio.gz.sha256
for set in generations/*/; do (cd "$set"; sha256sum --quiet -c rootimg.cpio.gz.sha256); done
[ -z "$(find rootimg -type f -empty)" ]`;

beforeAll(() => {
  const base = mkdtempSync(join(tmpdir(), 'rootimg-power-'));
  const image = makeDisk(
    base,
    'ext4',
    '96M',
    `mkdir -p image/rootimg/etc image/rootimg/usr/bin new/rootimg/usr/bin
for n in $(seq 40); do head -c 9000 /dev/urandom >image/rootimg/usr/bin/$n; head -c 9000 /dev/urandom >new/rootimg/usr/bin/new$n; done
echo 'root:x:0:0:root:/root:/bin/sh' >image/rootimg/etc/passwd
mkdef -t osimage myimg imagetype=linux osarch=x86_64 osvers=rocky9.4 profile=compute provmethod=netboot "rootimgdir=$mnt/image" osdistroname=old
for k in 1 2; do echo "kernel $k" >image/kernel; echo "initrd $k" >image/initrd-stateless.gz; packimage -c gzip myimg; done
tar --create --format=posix -C new --file staged.tar rootimg/.`,
  );
  world = { base, image, whole };
});
afterAll(() => rmSync(world.base, { recursive: true, force: true }));

const attacks: Readonly<Record<string, Attack>> = {
  packimage: {
    command: 'packimage -c gzip myimg',
    done: 'grep -q "generation.: 3" "$mnt/image/manifest.json"; [ -d "$mnt/image/generations/3" ]',
    next: 'packimage -c gzip myimg',
  },
  rollback: {
    command: 'rootimg rollback myimg 1',
    done: 'grep -q "generation.: 1" "$mnt/image/manifest.json"; grep -q "kernel 1" "$mnt/image/kernel"',
    next: 'rootimg rollback myimg 1; grep -q "kernel 1" "$mnt/image/kernel"',
  },
  chdef: {
    command: 'chdef -t osimage myimg osdistroname=new',
    done: 'lsdef -t osimage myimg -i osdistroname | grep -q osdistroname=new',
    next: 'lsdef -t osimage myimg -i osdistroname | grep -qE "osdistroname=(old|new)"',
  },
  'staged tree': {
    before: 'mv "$mnt/staged.tar" "$mnt/image/staged-tree.tar"',
    command: 'packimage -c gzip myimg',
    done: '[ "$(ls "$mnt/image/rootimg/usr/bin" | grep -c new)" = 40 ]; [ ! -e "$mnt/image/staged-tree.tar" ]',
    next: 'packimage -c gzip myimg; [ "$(ls "$mnt/image/rootimg/usr/bin" | grep -c new)" = 40 ]',
  },
  mkdef: {
    command:
      'mkdef -t osimage other imagetype=linux osarch=x86_64 osvers=rocky9.4 profile=x provmethod=netboot',
    done: 'lsdef -t osimage other | grep -q profile=x',
    next: 'lsdef -t osimage | grep -q myimg',
  },
  rmdef: {
    before:
      'mkdef -t osimage gone imagetype=linux provmethod=netboot osarch=x86_64 osvers=rocky9.4 profile=g',
    command: 'rmdef -t osimage gone',
    done: '[ -z "$(lsdef -t osimage | grep gone)" ]',
    next: 'lsdef -t osimage | grep -q myimg',
  },
  prune: {
    command: 'rootimg prune --keep 1 myimg',
    done: '[ "$(ls "$mnt/image/generations")" = 2 ]',
    next: 'rootimg prune --keep 1 myimg',
  },
};

const each = Object.entries(attacks).map(([name, attack], index) => ({
  name,
  attack,
  short: index < 3 ? 1 : 0,
}));

test.each(each)('$name: a loss of power leaves the old state or the new, at its end the new', (one) => {
  losePowerAtMoments(world, one.attack, amount(one.short, 6));
});
