import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runCommand } from '../../src/cli/main.ts';
import { commandNames, optionsOf, subcommandNames } from '../../src/cli/manual/command-options.ts';
import { examples, sharedExamples } from '../../src/cli/manual/examples.ts';
import { shellWords } from '../../src/cli/parity/xcat-line.ts';
import { recordedIo } from '../lib/recorded-io.ts';

/** Every command has them, or nearly: sharedExamples shows each once. */
const sharedFlags = [
  '-h',
  '--help',
  '-v',
  '--version',
  '-V',
  '--verbose',
  '--quiet',
  '--json',
  '--store',
  '--def',
];

/** xCAT's options about nodes, which are not kept here. */
const refused = ['imgexport -p', 'imgexport -R', 'imgimport -p', 'imgimport -R'];

let home: string;
const names = [...commandNames, ...subcommandNames];

beforeAll(async () => {
  home = await mkdtemp(join(tmpdir(), 'rootimg-examples-'));
  await mkdir(join(home, 'etc/site'), { recursive: true });
  await mkdir(join(home, 'etc/osimage'));
  const site = `clustersite:\n objtype=site\n installdir=${home}/install\n tftpdir=${home}/tftpboot\n master=10.0.0.1\n`;
  await writeFile(join(home, 'etc/site/clustersite.stanza'), site);
  await writeFile(join(home, 'pkglist'), 'bash\n');
  await writeFile(join(home, 'nics.txt'), '');
  await writeFile(join(home, 'booted.txt'), 'n1: image=compute\n');
});
afterAll(() => rm(home, { recursive: true, force: true }));

/** Its packages are nowhere and its tree is not built: what would do something stops for that reason. */
async function defineImage(): Promise<void> {
  const stanza = `compute:
 objtype=osimage
 imagetype=linux
 osvers=rocky9.4
 osarch=x86_64
 profile=compute
 provmethod=netboot
 pkglist=${home}/pkglist
 pkgdir=${home}/nowhere
 rootimgdir=${home}/install/netboot/compute
`;
  await writeFile(join(home, 'etc/osimage/compute.stanza'), stanza);
  await writeFile(join(home, 'compute.stanza'), stanza);
  await writeFile(join(home, 'images.yaml'), stanza);
}

/** Types a line, with pipes, and gives how its last command ended. */
async function type(line: string) {
  let answer = { code: 0, stdout: '', stderr: '' };
  for (const part of line.split(' | ')) {
    const [name = '', ...words] = shellWords(part);
    const before = answer.stdout;
    const { io, said } = recordedIo({
      env: { ...process.env, ROOTIMG_HOME: join(home, 'etc'), ROOTIMG_CACHE: join(home, 'cache') },
      cwd: home,
      stdin: async () => before,
    });
    answer = { code: await runCommand(io, words, name), ...said };
  }
  return answer;
}

describe('examples of the manual pages', () => {
  it('have every option of every command', async () => {
    const missing: string[] = [];
    for (const name of names) {
      const words = (examples[name] ?? []).flatMap((line) => shellWords(line.replaceAll(' | ', ' ')));
      if (examples[name] === undefined) missing.push(name);
      for (const { flags } of await optionsOf(name)) {
        if (flags.some((flag) => words.includes(flag) || sharedFlags.includes(flag))) continue;
        if (refused.includes(`${name} ${flags[0]}`)) continue;
        missing.push(`${name} ${flags.join(', ')}`);
      }
    }
    expect(missing).toEqual([]);
    const shown = sharedExamples.flatMap(shellWords);
    for (const flag of ['--help', '-v', '-V', '--verbose', '--quiet', '--json', '--store', '--def']) {
      expect(shown).toContain(flag);
    }
    expect(Object.keys(examples).filter((name) => !names.includes(name))).toEqual([]);
  });

  it.each([
    ...names.flatMap((name) => (examples[name] ?? []).map((line) => [line])),
    ...sharedExamples.map((line) => [line]),
  ])('%s', async (line) => {
    await defineImage();
    if (/copy -n/.test(line)) await type('mkdef -f -t osimage -o copy imagetype=linux');
    if (/-m netdrivers/.test(line)) await type('chdef -t osimage -o compute netdrivers=igb');
    const { code, stderr } = await type(line);
    // Whatever is not there, the words are understood.
    expect(stderr).not.toMatch(/Usage:|^\s+at /m);
    expect([0, 1, ...(/^rootimg (diff|stale|verify-build)/.test(line) ? [2] : [])]).toContain(code);
    const mustRun = /^(ls|mk|ch|rm)def|--dryrun|^rootimg (config|cache|export|import|init|builders|show)/;
    if (mustRun.test(line))
      expect([code, stderr.replace(/^(Warning|Notice|Hint): .*\n/gm, '')]).toEqual([0, '']);
  });
});
