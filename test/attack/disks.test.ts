import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { amount } from '../lib/amount.ts';

/*
 * Full, read-only and limited disks, and odd environments, each on a small file system in a mount namespace of its own. Whatever fails is told as
 * the user's to know, what is published stays whole, no temporary file stays, and with room and rights the next command works.
 */

let base: string;
const bin = join(process.cwd(), 'bin');

beforeAll(() => {
  base = mkdtempSync(join(tmpdir(), 'rootimg-disks-'));
  const script = `mkdir -p seed/image/rootimg/etc seed/image/rootimg/usr/bin
for n in $(seq 40); do head -c 20000 /dev/urandom >seed/image/rootimg/usr/bin/$n; done
echo 'root:x:0:0:root:/root:/bin/sh' >seed/image/rootimg/etc/passwd
echo kernel >seed/image/kernel; echo initrd >seed/image/initrd-stateless.gz`;
  execFileSync('sh', ['-euc', script], { cwd: base });
});
afterAll(() => rmSync(base, { recursive: true, force: true }));

interface Outcome {
  readonly status: number | null;
  readonly stderr: string;
}

/**
 * `spoil` is done to a world with one pack in it before `command`; then `mend`, checks, and a pack that must
 * work.
 */
function attack(spoil: string, command: string, mend: string): Outcome {
  const script = `mkdir -p "$mnt"; mount -t tmpfs -o size=16M,mode=755 none "$mnt"; cp -a "$base/seed/." "$mnt"; cd "$mnt"
mkdef -t osimage myimg imagetype=linux osarch=x86_64 osvers=rocky9.4 profile=compute provmethod=netboot "rootimgdir=$mnt/image" >/dev/null
packimage -c gzip myimg >/dev/null 2>&1
fill() { cat /dev/zero >"$mnt/fill" 2>/dev/null || :; truncate -s "-$1" "$mnt/fill"; }
${spoil}
status=0; (${command}) >"$base/out" 2>"$base/err" || status=$?
${mend}
cd /; rm -f "$mnt/fill"
cd "$mnt/image"; sha256sum --quiet -c rootimg.cpio.gz.sha256
[ -z "$(find "$mnt" -name '.rootimg-tmp*')" ]
lsdef -t osimage -o myimg >/dev/null
packimage -c gzip myimg >/dev/null 2>&1
cat "$base/err" >&2
exit $status`;
  const env = {
    ...process.env,
    ...{
      PATH: `${bin}:${process.env['PATH']}`,
      base,
      mnt: join(base, 'mnt'),
      ROOTIMG_HOME: join(base, 'mnt/home'),
    },
  };
  const words = ['--mount', '--propagation', 'private', 'bash', '-euc', script];
  const { status, stderr } = spawnSync('unshare', words, { env, encoding: 'utf8' });
  return { status, stderr };
}

const readOnly = ['mount -o remount,ro "$mnt"', 'mount -o remount,rw "$mnt"'] as const;
const pack = 'packimage -c gzip myimg';
const chdef = 'chdef -t osimage myimg osdistroname=x';

/** What is done, the command, what undoes it. */
const disks: [string, string, string, string][] = [
  ...([0, 4096, 65_536, 300_000, 700_000] as const).flatMap((free): [string, string, string, string][] => [
    [`pack with ${free} bytes free`, `fill ${free}`, pack, ''],
    [`tar with ${free} bytes free`, `fill ${free}`, 'packimage -m tar -c gzip myimg', ''],
    [`squashfs with ${free} bytes free`, `fill ${free}`, 'packimage -m squashfs -c gzip myimg', ''],
  ]),
  ['chdef on a full disk', 'fill 0', chdef, ''],
  ['rollback on a full disk', `${pack} >/dev/null 2>&1; fill 0`, 'rootimg rollback myimg', ''],
  ['pack on a read-only disk', readOnly[0], pack, readOnly[1]],
  ['chdef on a read-only disk', readOnly[0], chdef, readOnly[1]],
  ['mkdef on a read-only disk', readOnly[0], 'mkdef -t osimage x imagetype=linux', readOnly[1]],
  [
    'rollback on a read-only disk',
    `${pack} >/dev/null 2>&1; ${readOnly[0]}`,
    'rootimg rollback myimg',
    readOnly[1],
  ],
  [
    'prune on a read-only disk',
    `${pack} >/dev/null 2>&1; ${readOnly[0]}`,
    'rootimg prune --keep 1 myimg',
    readOnly[1],
  ],
];

/** Those that may end well, as long as nothing is told as our bug. */
const environments: [string, string, string, string][] = [
  ['a folder that has been removed', 'mkdir gone; cd gone; rmdir ../gone', pack, ''],
  ['lsdef in a folder that has been removed', 'mkdir gone; cd gone; rmdir ../gone', 'lsdef', ''],
  ['no HOME', '', `unset HOME; ${pack}`, ''],
  ['umask 777', '', `umask 777; ${pack}`, ''],
  ['umask 0', '', `umask 0; ${pack}`, ''],
  ['no such TMPDIR', '', `TMPDIR=/no/such ${pack}`, ''],
  ['a TMPDIR that is a file', '', `TMPDIR=/etc/passwd ${pack}`, ''],
  ['a relative TMPDIR', '', `TMPDIR=. ${pack}`, ''],
  ['a full standard output', '', `${pack} >/dev/full`, ''],
  ['a closed standard output', '', `${pack} >&-`, ''],
  ['closed standard streams', '', `${pack} <&- >&- 2>&-`, ''],
  ['no PATH', '', `node=$(command -v node); unset PATH; "$node" "${bin}/packimage" -c gzip myimg`, ''],
  ['an empty PATH', '', `node=$(command -v node); PATH= "$node" "${bin}/packimage" -c gzip myimg`, ''],
  ['an odd locale', '', `LC_ALL=tr_TR.UTF-8 LANG=xx ${pack}`, ''],
  ['few open files', '', `ulimit -n 64; ${pack}`, ''],
  ['small files only', '', `ulimit -f 100; ${pack}`, ''],
  ['no core, little stack', '', `ulimit -c 0; ulimit -s 1024; ${pack}`, ''],
  ['an odd TERM', '', `TERM=nonsense ${pack}`, ''],
  ['no TERM and NO_COLOR', '', `unset TERM; NO_COLOR=1 ${pack}`, ''],
  ['another time zone', '', `TZ=:/no/such ${pack}`, ''],
];

/** All in the long form, in the short one some of each. */
const some = <T>(all: readonly T[], count: number) =>
  all.filter((_, index) => index % Math.ceil(all.length / amount(count, all.length)) === 0);

test.each(some(disks, 3))('%s', (_, spoil, command, mend) => {
  const { status, stderr } = attack(spoil, command, mend);
  expect(stderr).not.toMatch(/a bug in rootimg|^ {4}at /m);
  expect([0, 1]).toContain(status);
  if (status === 1) expect(stderr).toMatch(/^Error: .*\w/m);
});

test.each(some(environments, 3))('%s', (_, spoil, command, mend) => {
  const { status, stderr } = attack(spoil, command, mend);
  expect(stderr).not.toMatch(/a bug in rootimg|^ {4}at /m);
  expect([0, 1, 2, 141]).toContain(status);
});
