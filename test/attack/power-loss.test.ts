import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { amount } from '../lib/amount.ts';

/*
 * Real losses of power: an ext4 of its own, shut down without a flush in the middle of a command or when it has just said that it is done, then
 * mounted again. Each round lives in a mount namespace of its own, so that nothing stays mounted.
 */

let base: string;
const bin = join(process.cwd(), 'bin');
const preload = join(process.cwd(), 'test/attack/lib/cut-power.mjs');

/** Runs a script with the file system of `image` at $mnt; `power CALL COMMAND…` runs a command whose power goes at a call. */
function onDisk(image: string, script: string): string {
  const mount = 'mkdir -p "$mnt"; mount -o loop "$image" "$mnt"';
  const power = `power() { at=$1; shift; POWER_AT=$at POWER_FS=$mnt NODE_OPTIONS="--import=${preload}" "$@"; }`;
  const again =
    'again() { cd /; until umount "$mnt" 2>/dev/null; do sleep 0.1; done; mount -o loop "$image" "$mnt"; }';
  const all = [mount, power, again, script, 'cd /; umount "$mnt"'].join('\n');
  const env = {
    ...process.env,
    ...{
      PATH: `${bin}:${process.env['PATH']}`,
      mnt: join(base, 'mnt'),
      image,
      ROOTIMG_HOME: join(base, 'mnt/home'),
    },
  };
  const words = ['--mount', '--propagation', 'private', 'bash', '-euc', all];
  return execFileSync('unshare', words, { env, stdio: ['ignore', 'pipe', 'pipe'] }).toString();
}

beforeAll(() => {
  base = mkdtempSync(join(tmpdir(), 'rootimg-power-'));
  const image = join(base, 'first.img');
  execFileSync('sh', ['-euc', 'truncate -s 96M "$1"; mkfs.ext4 -q "$1"', 'sh', image]);
  onDisk(
    image,
    `mkdir -p "$mnt/image/rootimg/etc" "$mnt/image/rootimg/usr/bin" "$mnt/new/rootimg/usr/bin"
cd "$mnt"
for n in $(seq 40); do head -c 9000 /dev/urandom >image/rootimg/usr/bin/$n; head -c 9000 /dev/urandom >new/rootimg/usr/bin/new$n; done
echo 'root:x:0:0:root:/root:/bin/sh' >image/rootimg/etc/passwd
mkdef -t osimage myimg imagetype=linux osarch=x86_64 osvers=rocky9.4 profile=compute provmethod=netboot "rootimgdir=$mnt/image" osdistroname=old
for k in 1 2; do echo "kernel $k" >image/kernel; echo "initrd $k" >image/initrd-stateless.gz; packimage -c gzip myimg; done
tar --create --format=posix -C new --file staged.tar rootimg/.
sync -f "$mnt"`,
  );
});
afterAll(() => rmSync(base, { recursive: true, force: true }));

/** What must hold after every loss: each published set and each kept one is whole, and the definition can be read. */
const whole = `
lsdef -t osimage -o myimg >/dev/null
cd "$mnt/image"; sha256sum --quiet -c rootimg.cpio.gz.sha256
for set in generations/*/; do (cd "$set"; sha256sum --quiet -c rootimg.cpio.gz.sha256); done
[ -z "$(find rootimg -type f -empty)" ]`;

/** Each with what must be so when it has said that it is done, and what the next command is. */
const commands = {
  mkdef: {
    command:
      'mkdef -t osimage other imagetype=linux osarch=x86_64 osvers=rocky9.4 profile=x provmethod=netboot',
    done: 'lsdef -t osimage other | grep -q profile=x',
    next: 'lsdef',
  },
  chdef: {
    command: 'chdef -t osimage myimg osdistroname=new',
    done: 'lsdef -t osimage myimg -i osdistroname | grep -q osdistroname=new',
    next: 'lsdef -t osimage myimg -i osdistroname | grep -qE "osdistroname=(old|new)"',
  },
  rmdef: { command: 'rmdef -t osimage gone', done: '! lsdef | grep -q gone', next: 'lsdef' },
  packimage: {
    command: 'packimage -c gzip myimg',
    done: 'grep -q "generation.: 3" "$mnt/image/manifest.json" && [ -d "$mnt/image/generations/3" ]',
    next: 'packimage -c gzip myimg',
  },
  rollback: {
    command: 'rootimg rollback myimg 1',
    done: 'grep -q "generation.: 1" "$mnt/image/manifest.json" && grep -q "kernel 1" "$mnt/image/kernel"',
    next: 'rootimg rollback myimg 1 && grep -q "kernel 1" "$mnt/image/kernel"',
  },
  prune: {
    command: 'rootimg prune --keep 1 myimg',
    done: '[ "$(ls "$mnt/image/generations")" = 2 ]',
    next: 'rootimg prune --keep 1 myimg',
  },
  'staged tree': {
    before: 'mv "$mnt/staged.tar" "$mnt/image/staged-tree.tar"; sync -f "$mnt"',
    command: 'packimage -c gzip myimg',
    done: '[ "$(ls "$mnt/image/rootimg/usr/bin" | grep -c new)" = 40 ] && [ ! -e "$mnt/image/staged-tree.tar" ]',
    next: 'packimage -c gzip myimg && [ "$(ls "$mnt/image/rootimg/usr/bin" | grep -c new)" = 40 ]',
  },
} as const;

type Name = keyof typeof commands;

function round(name: Name, moment: string): string {
  const { command, done, next, before = '' } = { before: '', ...commands[name] };
  const image = join(base, 'round.img');
  execFileSync('cp', ['--sparse=always', join(base, 'first.img'), image]);
  const define =
    name === 'rmdef'
      ? 'mkdef -t osimage gone imagetype=linux provmethod=netboot osarch=x86_64 osvers=rocky9.4 profile=g >/dev/null'
      : '';
  return onDisk(
    image,
    `${define}
${before}
status=0; power ${moment} ${command} >/dev/null 2>"${base}/said" || status=$?
if [ "${moment}" != count ]; then [ "$status" != 99 ]; again; fi
${whole.replace('lsdef', '(cd /; lsdef').replace('>/dev/null', '>/dev/null)')}
cd /
if [ "${moment}" = end ]; then ${done}; fi
${next} >/dev/null 2>&1
${whole}
cd /; cat "${base}/said"`,
  );
}

test.each(Object.keys(commands) as Name[])('%s: what is said to be done survives a loss of power', (name) => {
  round(name, 'end');
});

test.each(Object.keys(commands) as Name[])(
  '%s: a loss of power half way leaves the old state or the new',
  (name) => {
    const calls = Number(/calls: (\d+)/.exec(round(name, 'count'))?.[1]);
    expect(calls).toBeGreaterThan(0);
    const rounds = Math.min(calls, amount(1, 6));
    for (let index = 0; index < rounds; index += 1) {
      round(name, String(1 + Math.floor(((index + Math.random()) * calls) / rounds)));
    }
  },
);
