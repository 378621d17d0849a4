import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { BenchImage } from './image.ts';
import type { Section } from './markdown.ts';
import { interleave } from './measure.ts';

const name = 'rebuild';

/**
 * genimage again after only a postinstall script was edited, beside genimage from nothing; see
 * docs/rebuilding.md.
 */
export async function benchRebuild(image: BenchImage, rounds: number): Promise<Section> {
  console.log('rebuild:');
  const { sample, base } = image;
  const rootimgdir = join(dirname(image.rootimgdir), name);
  const script = join(base, 'rebuild.sh');
  let edits = 0;
  // What dracut may look at changes by a file in /etc/systemd, and does not by one in /root.
  const edit = (place: string) => async () => {
    edits += 1;
    const lines = [
      '#!/bin/sh',
      `mkdir -p "$1/${place}"`,
      `echo "edit ${edits}" >"$1/${place}/by-postinstall"`,
    ];
    await writeFile(script, `${lines.join('\n')}\n`, { mode: 0o755 });
  };
  await mkdir(dirname(rootimgdir), { recursive: true });
  await edit('root')();
  await image.type(
    'mkdef',
    ...['-t', 'osimage', '-o', name, 'imagetype=linux', 'profile=compute', 'provmethod=netboot'],
    ...[`osvers=${sample.osvers}`, `osarch=${sample.arch}`, `pkgdir=${sample.pkgdir}`],
    ...[`pkglist=${join(base, 'compute.pkglist')}`, `rootimgdir=${rootimgdir}`, `postinstall=${script}`],
  );
  const build = (...options: string[]) => image.type('genimage', ...options, name);
  const timings = await interleave(
    [
      {
        name: 'genimage, cold',
        before: async () => {
          await edit('root')();
          await image.forget(rootimgdir);
        },
        work: () => build(),
      },
      {
        name: 'genimage --fresh, script edited, dracut not needed',
        before: edit('root'),
        work: () => build('--fresh'),
      },
      {
        name: 'genimage --fresh, script edited, dracut needed',
        before: edit('etc/systemd'),
        work: () => build('--fresh'),
      },
    ],
    rounds,
  );
  const [cold, skipped, whole] = timings.map((t) => t.median) as [number, number, number];
  return {
    title: 'genimage --fresh',
    input:
      'The same packages again after only a postinstall script was edited. The cold build keeps its packages in the cache, as every build does; ' +
      'the others take them from there.',
    timings,
    ratios: [
      { what: 'rebuild with dracut / cold', value: whole / cold, wanted: 0.5 },
      { what: 'rebuild without dracut / cold', value: skipped / cold, wanted: 0.2 },
    ],
  };
}
