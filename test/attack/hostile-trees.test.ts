import { execFileSync } from 'node:child_process';
import {
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { makePackWorld, makeSmallTree, type PackWorld } from '../integration/pack/world.ts';
import { amount } from '../lib/amount.ts';
import { holdsText } from './lib/packed-text.ts';

/** Stands in every file of the host that a tree leads to; bytes of an image must never hold it. */
const secret = 'SECRET-OF-THE-HOST';

const folders = [
  'var/lib/rpm',
  'usr/lib/sysimage/rpm',
  'lib/modules',
  'usr/lib',
  'etc',
  'opt/xcat',
  'xcatpost',
  'root',
];
const files = [
  ...['etc/passwd', 'etc/shadow', 'etc/group', 'etc/machine-id', 'etc/localtime', 'etc/os-release'],
  ...['opt/xcat/xcatinfo', 'usr/share/zoneinfo/UTC', 'var/lib/rpm/rpmdb.sqlite', 'root/.ssh/id_rsa'],
];
const kinds = ['absolute link', 'link upwards', 'pipe', 'device'] as const;

interface Hostile {
  readonly path: string;
  readonly kind: (typeof kinds)[number] | 'hole';
}

const trees: readonly Hostile[] = [
  ...[...folders, ...files].flatMap((path) => kinds.map((kind) => ({ path, kind }))),
  ...['var/lib/rpm/rpmdb.sqlite', 'var/lib/rpm/Packages'].map((path) => ({ path, kind: 'hole' as const })),
];

let world: PackWorld;
let host: string;
beforeEach(async () => {
  world = makePackWorld();
  host = join(world.base, 'host');
  for (const name of ['', 'rpm', 'secret-kernel']) mkdirSync(join(host, name), { recursive: true });
  for (const name of ['passwd', 'shadow', 'rpmdb.sqlite', 'xcatinfo', 'file']) {
    writeFileSync(join(host, name), `${secret}\n`, { mode: 0o600 });
  }
  world.write('install/postscripts/xcatdsklspost', '#!/bin/sh\n');
  await world.define({}, { timezone: 'UTC' });
});
afterEach(() => world.remove());

/** Makes what is at the path of the tree into something hostile. */
function spoil({ path, kind }: Hostile): void {
  const full = join(world.rootimgdir, 'rootimg', path);
  const target = folders.includes(path) ? host : join(host, 'file');
  rmSync(full, { recursive: true, force: true });
  mkdirSync(dirname(full), { recursive: true });
  if (kind === 'absolute link') symlinkSync(target, full);
  else if (kind === 'link upwards') symlinkSync(`${'../'.repeat(30)}${target.slice(1)}`, full);
  else if (kind === 'pipe') execFileSync('mkfifo', [full]);
  else if (kind === 'device') execFileSync('mknod', [full, 'c', '1', '5']);
  else {
    writeFileSync(full, '');
    truncateSync(full, 2 ** 40);
  }
}

function listHost(): string {
  const script = 'find . -type f | sort | xargs sha256sum; find . | sort';
  return execFileSync('sh', ['-c', script], { cwd: host }).toString();
}

/** In the short form four for each method, all different, with each kind once. */
function chosenFor(method: string): readonly Hostile[] {
  const step = Math.ceil(trees.length / amount(4, trees.length));
  const first = (methods.indexOf(method) * 5) % step;
  return trees.filter((_, index) => index % step === first);
}

const methods = ['cpio', 'tar', 'squashfs', 'erofs'];
test.each(methods)(
  'hostile trees, %s: nothing of the host is read into the image or written to, nothing hangs',
  async (method) => {
    const before = listHost();
    for (const tree of chosenFor(method)) {
      const what = `${tree.kind} at ${tree.path}`;
      rmSync(join(world.rootimgdir, 'rootimg'), { recursive: true, force: true });
      for (const name of readdirSync(world.rootimgdir))
        rmSync(join(world.rootimgdir, name), { recursive: true });
      makeSmallTree(join(world.rootimgdir, 'rootimg'));
      spoil(tree);
      const { code, stdout, stderr } = await world.run(`packimage -m ${method} myimg`);
      expect([0, 1], what).toContain(code);
      expect(stdout + stderr, what).not.toContain(secret);
      expect(stderr, what).not.toMatch(/bug in rootimg/);
      if (tree.path.startsWith('var/lib/rpm/') && !tree.kind.includes('link')) {
        expect(code, what).toBe(1);
        expect(stderr, what).toContain(`${tree.path} `);
      }
      if (code === 0) {
        expect(holdsText(world.rootimgdir, secret), what).toBe(false);
        expect(readFileSync(join(world.rootimgdir, 'manifest.json'), 'utf8'), what).not.toContain('secret');
      }
      expect(listHost(), what).toBe(before);
    }
  },
);
