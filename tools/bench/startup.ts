import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { run } from '../../src/system/exec.ts';
import { withScope } from '../../src/system/scope.ts';
import type { Section } from './markdown.ts';
import { interleave } from './measure.ts';

const definitions = 5000;

/**
 * Start-up: the dry run and lsdef beside Node.js itself doing nothing, with a store of thousands of
 * definitions.
 */
export async function benchStartup(rounds: number): Promise<Section> {
  console.log('start-up:');
  return withScope(async (scope) => {
    const home = await mkdtemp(join(tmpdir(), 'rootimg-bench-'));
    scope.defer('the store of the bench', () => rm(home, { recursive: true, force: true }));
    await fillStore(home);
    const env = { ROOTIMG_HOME: home, XCATROOT: process.cwd() };
    const type = (command: string, ...words: string[]) => ({
      name: [command, ...words].join(' '),
      work: async () =>
        void (await run([process.execPath, join(process.cwd(), 'bin', command), ...words], {
          env,
        })),
    });
    const timings = await interleave(
      [
        { name: 'node -e 0', work: async () => void (await run([process.execPath, '-e', '0'])) },
        type('genimage', '--dryrun', 'image1'),
        type('lsdef', '-t', 'osimage', 'image1'),
        type('lsdef', '-t', 'osimage', '-s'),
        type('lsdef', '-t', 'osimage', '-w', 'osarch==x86_64'),
      ],
      // They are short: more of them cost little and calm the figures.
      rounds * 3,
    );
    const [node = Number.NaN, ...ours] = timings.map((t) => t.median);
    const [dryRun, one, names] = ours.map((seconds) => seconds / node) as [number, number, number];
    return {
      title: 'Start-up',
      input: `A store of ${definitions} definitions, warm in the page cache; Node.js that does nothing is the yardstick.`,
      timings,
      ratios: [
        { what: 'genimage --dryrun / node -e 0', value: dryRun, wanted: 3 },
        { what: 'lsdef of one image / node -e 0', value: one, wanted: 3 },
        { what: `lsdef -s of ${definitions} / node -e 0`, value: names, wanted: 10 },
      ],
    };
  });
}

async function fillStore(home: string): Promise<void> {
  const folder = join(home, 'osimage');
  await mkdir(folder, { recursive: true });
  const pkglist = join(home, 'compute.pkglist');
  await writeFile(pkglist, 'bash\n');
  for (let number = 1; number <= definitions; number += 1) {
    await writeFile(join(folder, `image${number}.stanza`), stanza(`image${number}`, pkglist));
  }
}

function stanza(name: string, pkglist: string): string {
  const attributes = {
    ...{ objtype: 'osimage', imagetype: 'linux', osname: 'Linux', osvers: 'rocky9.4', osarch: 'x86_64' },
    ...{
      otherpkgdir: '/install/post/otherpkgs/rocky9.4/x86_64',
      pkgdir: '/install/rocky9.4/x86_64',
      pkglist,
    },
    ...{ profile: 'compute', provmethod: 'netboot', rootimgdir: `/install/netboot/rocky9.4/x86_64/${name}` },
  };
  const lines = Object.entries(attributes).map(([key, value]) => `    ${key}=${value}\n`);
  return `# <xCAT data object stanza file>\n\n${name}:\n${lines.join('')}`;
}
