import { mkdirSync, readFileSync, utimesSync, writeFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { anyExitCode, run } from '../../src/system/exec.ts';
import { withScope } from '../../src/system/scope.ts';
import type { Section } from './markdown.ts';
import { interleave } from './measure.ts';

const packages = 2000;
const filesOfEach = 30;
/** Packages of the second image that are newer. */
const newer = 50;
const nodes = 10_000;
/** Seconds since 1970. */
const packedAt = 1_700_000_000;

/** What looks into images: the bill and the difference of 2,000 packages, and which of 10,000 nodes are stale. */
export async function benchInspect(rounds: number): Promise<Section> {
  console.log('inspecting:');
  return withScope(async (scope) => {
    const base = await mkdtemp(join(tmpdir(), 'rootimg-bench-'));
    scope.defer('the images of the bench', () => rm(base, { recursive: true, force: true }));
    for (const name of ['first', 'second']) makeImage(base, name, name === 'first' ? 0 : newer);
    const env = { ROOTIMG_HOME: join(base, 'home'), XCATROOT: process.cwd() };
    const type = (command: string, ...words: string[]) => ({
      name: [command, ...words].join(' ').replace(`${base}/`, ''),
      work: async () =>
        void (await run([process.execPath, join(process.cwd(), 'bin', command), ...words], {
          ...{ env, okCodes: anyExitCode },
        })),
    });
    await type('packimage', '--force', '-m', 'tar', '-c', 'zstd', 'first').work();
    const reports = join(base, 'booted.txt');
    writeFileSync(reports, reportsOf(base));
    const timings = await interleave(
      [
        type('rootimg', 'sbom', 'first'),
        type('rootimg', 'diff', 'first', 'second'),
        type('rootimg', 'stale', '--reports', reports),
      ],
      rounds,
    );
    const [sbom = Number.NaN, diff = Number.NaN, stale = Number.NaN] = timings.map((t) => t.median);
    return {
      title: 'Looking into images',
      input: `Made trees of ${packages} deb packages with ${filesOfEach} files each, of which ${newer} are newer in the second; what ${nodes} nodes say that they run.`,
      timings,
      ratios: [
        { what: 'rootimg sbom / 2 s', value: sbom / 2, wanted: 1 },
        { what: 'rootimg diff / 2 s', value: diff / 2, wanted: 1 },
        { what: 'rootimg stale / 1 s', value: stale, wanted: 1 },
      ],
    };
  });
}

function put(path: string, text: string): void {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
}

/** A definition, and a tree whose first packages are newer. */
function makeImage(base: string, name: string, newerOnes: number): void {
  const rootimgdir = join(base, name);
  const root = join(rootimgdir, 'rootimg');
  const attributes = {
    ...{ objtype: 'osimage', imagetype: 'linux', osvers: 'debian12', osarch: 'x86_64', profile: name },
    ...{ provmethod: 'netboot', rootimgdir, pkglist: join(base, 'pkglist') },
  };
  const lines = Object.entries(attributes).map(([key, value]) => `    ${key}=${value}\n`);
  put(join(base, 'home/osimage', `${name}.stanza`), `${name}:\n${lines.join('')}`);
  put(join(base, 'pkglist'), 'package-1\n');
  const image = { name, osvers: 'debian12', arch: 'x86_64', profile: name };
  put(join(rootimgdir, 'manifest.json'), JSON.stringify({ schema: 1, image }));
  let status = 'Package: dpkg\nStatus: install ok installed\nArchitecture: amd64\nVersion: 1.21\n\n';
  for (let number = 0; number < packages; number += 1) {
    const version = number < newerOnes ? '2.0-1' : '1.0-1';
    status += `Package: package-${number}\nStatus: install ok installed\nInstalled-Size: 40\nArchitecture: amd64
Version: ${version}\nDepends: package-${number >> 1}, package-${number >> 2} (>= 1)\nDescription: a package\n\n`;
    fillPackage(root, number, version);
  }
  put(join(root, 'var/lib/dpkg/status'), status);
}

function fillPackage(root: string, number: number, version: string): void {
  const folder = `usr/lib/package-${number}`;
  const files = Array.from({ length: filesOfEach }, (_, index) => `${folder}/file-${index}`);
  for (const file of files) {
    put(join(root, file), `${file} of ${version}\n`.repeat(20));
    // As dpkg does, which gives files the times that they have in their packages.
    utimesSync(join(root, file), packedAt, packedAt);
  }
  put(join(root, `usr/share/doc/package-${number}/copyright`), 'Format: x\n\nFiles: *\nLicense: MIT\n');
  const info = join(root, `var/lib/dpkg/info/package-${number}`);
  put(
    `${info}.list`,
    ['/.', '/usr', '/usr/lib', `/${folder}`, ...files.map((file) => `/${file}`), ''].join('\n'),
  );
  const sums = files.map((file, index) => `${index.toString(16).padStart(32, '0')}  ${file}\n`);
  put(`${info}.md5sums`, sums.join(''));
}

/** Every hundredth node runs something else. */
function reportsOf(base: string): string {
  const { pack } = JSON.parse(readFileSync(join(base, 'first/manifest.json'), 'utf8')) as {
    pack: { uuid: string };
  };
  return Array.from({ length: nodes }, (_, number) => {
    const said = {
      ...{ image: 'first', uuid: number % 100 === 0 ? 'other' : pack.uuid, initrd: 'a'.repeat(64) },
      ...{
        kernel: 'b'.repeat(64),
        root: number % 100 === 0 ? 'c' : 'd'.repeat(64),
        release: '6.1.0-18-amd64',
      },
      line: `imgurl=http://10.0.0.1/install/first/rootimg.tar.zst XCAT=10.0.0.1:3001 NODE=n${number} quiet`,
    };
    return Object.entries(said)
      .map(([key, value]) => `n${number}: ${key}=${value}\n`)
      .join('');
  }).join('');
}
