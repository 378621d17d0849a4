import { execFileSync, spawn } from 'node:child_process';
import { mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { makePackWorld, makeSmallTree, type PackWorld } from '../integration/pack/world.ts';
import { amount } from '../lib/amount.ts';
import { holdsText } from './lib/packed-text.ts';

const secret = 'SECRET-OF-THE-HOST';

/**
 * Who owns a folder of the tree exchanges something in it as quickly as it can: for a link to the host, a
 * pipe, a device's name.
 */
const attacker = `const fs = require('node:fs');
const [at, target] = process.argv.slice(1);
for (let round = 0; ; round++) {
  const pause = Date.now() + (round % 7);
  while (Date.now() < pause);
  try {
    fs.renameSync(at, at + '.away');
    if (target === '') fs.renameSync(at + '.pipe', at);
    else fs.symlinkSync(target, at);
    const until = Date.now() + (round % 5);
    while (Date.now() < until);
    if (target === '') fs.renameSync(at, at + '.pipe');
    else fs.unlinkSync(at);
    fs.renameSync(at + '.away', at);
  } catch {}
}`;

let world: PackWorld;
beforeEach(async () => {
  world = makePackWorld();
  const host = join(world.base, 'host');
  mkdirSync(host);
  for (let n = 0; n < 300; n++) writeFileSync(join(host, `f${n}`), `${secret} ${n}\n`, { mode: 0o600 });
  world.write('install/postscripts/xcatdsklspost', '#!/bin/sh\n');
  await world.define();
});
afterEach(() => world.remove());

test.each(['cpio', 'tar', 'squashfs', 'erofs'])(
  'swaps while %s is packed: no byte of the host is in what is published, and it ends',
  async (method) => {
    // In the short form a folder, a pipe and a file once each.
    for (let round = amount(1, 0); round < amount(4, 40); round++) {
      const many = round % 2 === 0 ? 300 : 20;
      const swapped = round % 5 < 2 ? 'home/u1/data' : 'home/u1/data/f7';
      const isPipe = round % 5 === 2;
      for (const name of readdirSync(world.rootimgdir))
        rmSync(join(world.rootimgdir, name), { recursive: true });
      makeSmallTree(join(world.rootimgdir, 'rootimg'));
      const data = join(world.rootimgdir, 'rootimg/home/u1/data');
      mkdirSync(data);
      for (let n = 0; n < many; n++) writeFileSync(join(data, `f${n}`), `harmless text ${n}\n`.padEnd(28));
      const at = join(world.rootimgdir, 'rootimg', swapped);
      const target = isPipe ? '' : join(world.base, 'host', swapped.endsWith('f7') ? 'f7' : '');
      if (isPipe) execFileSync('mkfifo', [`${at}.pipe`]);
      const running = spawn(process.execPath, ['-e', attacker, at, target], { stdio: 'ignore' });
      try {
        const { code, stderr } = await world.run(`packimage -m ${method} --verify full myimg`);
        expect(stderr).not.toMatch(/bug in rootimg/);
        expect(stderr).not.toContain(secret);
        if (code === 0) expect(holdsText(world.rootimgdir, secret), `round ${round}`).toBe(false);
      } finally {
        running.kill('SIGKILL');
      }
    }
  },
);
