import { symlinkSync } from 'node:fs';
import { setTimeout } from 'node:timers/promises';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { publishedPack } from '../integration/pack/built-image.ts';
import type { Described } from '../integration/pack/describe-tree.ts';
import { layersOf, seenByNodes } from '../integration/pack/stack.ts';
import { makePackWorld, type PackWorld, shell } from '../integration/pack/world.ts';
import { amount } from '../lib/amount.ts';

/** Names that collide, so that edits meet: files where folders were, and the other way round. */
const name = fc.constantFrom('a', 'b', 'c', "it's", 'x\\y');
const path = fc.array(name, { minLength: 1, maxLength: 3 }).map((names) => `t/${names.join('/')}`);
const quoted = (text: string) => `'${text.replaceAll("'", `'\\''`)}'`;

/** One edit as a line of shell; what cannot be done is not done. */
const edit = fc
  .record({ kind: fc.nat({ max: 16 }), one: path, other: path, number: fc.nat({ max: 70_000 }) })
  .map(({ kind, one, other, number }) => {
    const [p, q] = [quoted(one), quoted(other)];
    const folder = quoted(one.slice(0, one.lastIndexOf('/')));
    // Whoever writes to a pipe waits for ever, and to a device may do harm.
    const isWritable = `{ [ ! -e ${p} ] || [ -f ${p} ]; }`;
    return [
      `mkdir -p ${p}`,
      `mkdir -p ${folder} && ${isWritable} && echo ${number} >${p}`,
      `mkdir -p ${folder} && ${isWritable} && head -c ${number} /dev/zero >${p}`,
      `[ -f ${p} ] && [ ! -L ${p} ] && printf x | dd of=${p} bs=1 seek=${number % 100} conv=notrunc status=none`,
      `[ -f ${p} ] && touch -r ${p} ../stamp && printf y | dd of=${p} bs=1 conv=notrunc && touch -r ../stamp ${p}`,
      `rm -rf ${p}`,
      `rm -rf ${p} && mkdir -p ${folder} && echo new >${p}`,
      `rm -rf ${p} && mkdir -p ${p}`,
      `mv -T ${p} ${q}`,
      `mv -T ${p} t/swap && mv -T ${q} ${p}; mv -T t/swap ${q}`,
      `ln -f ${p} ${q}`,
      `ln -sfn ${quoted(`../${other}`)} ${p}`,
      `[ ! -L ${p} ] && chmod ${(number % 0o7777).toString(8)} ${p} && chmod u+rwx ${p}`,
      `chown -h ${number}:${number + 1} ${p}`,
      `[ -f ${p} ] && setcap cap_net_raw+ep ${p}`,
      `setfattr -h -n ${number % 2 === 0 ? 'user' : 'trusted'}.note -v ${number} ${p}`,
      number % 2 === 0 ? `mkfifo ${p}` : `mknod ${p} c ${1 + (number % 7)} ${number % 9}`,
    ][kind];
  });

/** What lies at the start: hard links, folders with content. */
const start = `mkdir -p t/a/b t/b/c t/c etc opt/xcat
for p in t/a/b t/b t/b/c t/a t/c; do for n in a b c; do [ -e $p/$n ] || echo $p/$n >$p/$n; done; done
ln t/c/a t/b/linked; ln t/c/a t/a/linked; head -c 200000 /dev/urandom >etc/ballast`;

async function pack(world: PackWorld, words: string): Promise<void> {
  const { code, stderr } = await world.run(`packimage ${words} myimg`);
  expect(code, stderr).toBe(0);
}

const comparable = (seen: Map<string, Described>) =>
  [...seen].filter(([one]) => !['opt/xcat/xcatinfo', 'etc/shadow'].includes(one));

async function campaign(format: string, packs: readonly (readonly (string | undefined)[])[]): Promise<void> {
  const [layered, whole] = [makePackWorld(), makePackWorld()];
  try {
    const tree = `${layered.rootimgdir}/rootimg`;
    shell(tree, start);
    symlinkSync(tree, `${whole.rootimgdir}/rootimg`);
    const config = 'packimage:\n  generations: 0\n  layers: { share: 100000, number: 100 }\n';
    layered.write('home/config.yaml', config);
    for (const world of [layered, whole]) await world.define({ exlist: layered.write('left.exlist', '') });
    await setTimeout(150);
    await pack(layered, `-m ${format}`);
    for (const [index, edits] of packs.entries()) {
      for (const line of edits) shell(tree, `{ ${line ?? ':'}; } 2>/dev/null || :`);
      if (index % 3 === 2) layered.write('left.exlist', './t/a*\n');
      if (index % 2 === 1) await setTimeout(150);
      await pack(layered, `-m ${format}`);
      expect(layersOf(layered.rootimgdir)).toHaveLength(index + 2);
    }
    // What differs earlier differs here too when the sequence ends there: one pack is the shortest.
    await pack(whole, `-m ${format}`);
    const seen = seenByNodes(whole.rootimgdir, [publishedPack(whole).file]);
    expect(comparable(seenByNodes(layered.rootimgdir))).toEqual(comparable(seen));
  } finally {
    for (const world of [layered, whole]) world.remove();
  }
}

it.each([
  ['squashfs', amount(2, 700)],
  ['erofs', amount(1, 300)],
])(
  'layers of %s show after any edits what one whole pack would',
  async (format, numRuns) => {
    const packs = fc.array(fc.array(edit, { minLength: 1, maxLength: 10 }), { minLength: 1, maxLength: 4 });
    await fc.assert(
      fc.asyncProperty(packs, (all) => campaign(format, all)),
      { numRuns, endOnFailure: true },
    );
  },
  amount(900_000, 14_400_000),
);
