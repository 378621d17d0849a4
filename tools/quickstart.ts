// npm run quickstart [-- --family el]: from a fresh machine to a node image that was seen to boot.
import { spawn } from 'node:child_process';
import { mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { RootimgError } from '../src/base/errors.ts';
import { formatDuration } from '../src/report/duration.ts';
import { plainReporter } from '../src/report/plain.ts';
import { requireSafeFolder } from '../src/base/safe-folder.ts';
import { ensureHostTools, fillingTools, hostFamily, productTools } from './lib/host-packages.ts';
import { runTool } from './lib/run-tool.ts';
import { debianSource, otherRoad, type Road, roadOf } from './quickstart/road.ts';
import { hostRepository, type QuickstartSource } from './quickstart/host-repository.ts';
import { imageWords } from './quickstart/image-words.ts';
import { ensureSampleRepository, sampleRepositoryTools } from './sample-repo/index.ts';

const image = 'mycomputeimage';
const base = process.env['ROOTIMG_QUICKSTART'] ?? '/var/lib/rootimg/quickstart';
const prefix = join(base, 'rootimg');
const installdir = join(base, 'install');
const reporter = plainReporter({ out: (t) => process.stdout.write(t), err: (t) => process.stderr.write(t) });
const times: [string, number][] = [];

async function timed<T>(name: string, work: () => Promise<T>): Promise<T> {
  const started = performance.now();
  const result = await work();
  times.push([name, performance.now() - started]);
  return result;
}

/** Shows a command as an administrator types it, runs it with its output on ours, and stops when it fails. */
async function type(...words: string[]): Promise<void> {
  console.log(`\n$ ${words.join(' ')}`);
  const [name = '', ...args] = words;
  const env = {
    ...process.env,
    ROOTIMG_HOME: join(base, 'etc'),
    PATH: `${join(prefix, 'bin')}:${process.env['PATH']}`,
  };
  delete (env as Record<string, string | undefined>)['XCATROOT'];
  const status = await new Promise<number | null>((resolve, reject) => {
    spawn(join(prefix, 'bin', name), args, { stdio: 'inherit', env })
      .on('exit', resolve)
      .on('error', reject);
  });
  if (status !== 0)
    throw new RootimgError('quickstart', `${name} ended with exit status ${status}; see above.`);
}

async function chooseSource(road: Road, netbootDir: string): Promise<QuickstartSource> {
  if (road === 'debian') return debianSource(join(base, 'compute.pkglist'), netbootDir);
  const own = await hostRepository();
  if (own !== undefined) return own;
  return ensureSampleRepository(reporter);
}

async function report(source: QuickstartSource): Promise<void> {
  const rootimgdir = join(installdir, 'netboot', source.osvers, source.arch, 'compute');
  const width = Math.max(...times.map(([name]) => name.length));
  console.log('\nTime of each phase:');
  for (const [name, milliseconds] of times) {
    console.log(`  ${name.padEnd(width)}  ${formatDuration(milliseconds).padStart(7)}`);
  }
  const manifest = JSON.parse(await readFile(join(rootimgdir, 'manifest.json'), 'utf8'));
  console.log(`\nWhere the files are:
  definitions    ${join(base, 'etc')}
  root image     ${join(rootimgdir, 'rootimg')}
  kernel         ${join(rootimgdir, 'kernel')}
  initrd         ${join(rootimgdir, 'initrd-stateless.gz')}
  packed image   ${join(rootimgdir, manifest.pack.file)}
  boot report    ${join(rootimgdir, 'boot.json')}
  logs           ${join(rootimgdir, 'logs')}
To use these commands in this shell: export ROOTIMG_HOME=${join(base, 'etc')} PATH=${join(prefix, 'bin')}:$PATH`);
}

await runTool(async () => {
  const road = await roadOf(process.argv.slice(2));
  // Hosts of a family have repositories of their own.
  const sampleTools = road === (await hostFamily()) ? [] : sampleRepositoryTools;
  const tools = [...productTools, ...fillingTools[road], ...sampleTools];
  await timed('system packages', () => ensureHostTools(tools, reporter));
  await requireSafeFolder(base);
  await mkdir(join(base, 'tftpboot'), { recursive: true });
  await requireSafeFolder(base);
  const netbootDir = join(prefix, 'share/xcat/netboot');
  const source = await timed('package repository', () => chooseSource(road, netbootDir));
  await timed('install rootimg', async () => {
    const { installSystem } = await import('./install-system/install.ts');
    await installSystem({ prefix });
  });
  await type(
    'chdef',
    '-t',
    'site',
    '-o',
    'clustersite',
    `installdir=${installdir}`,
    `tftpdir=${join(base, 'tftpboot')}`,
  );
  const words = await imageWords(source, { installdir, netbootDir });
  await type('mkdef', '-f', '-t', 'osimage', '-o', image, ...words);
  await type('lsdef', '-t', 'osimage', '-o', image);
  await timed('genimage --dryrun', () => type('genimage', '--dryrun', image));
  await timed('genimage', () => type('genimage', image));
  await timed('packimage', () => type('packimage', '-m', 'squashfs', image));
  await timed('boot', () => type('rootimg', 'boot', image));
  await report(source);
  const other = await otherRoad(road);
  if (other !== undefined) console.log(other);
  return 0;
});
