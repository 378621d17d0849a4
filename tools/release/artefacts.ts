import { mkdir, readdir, stat, writeFile } from 'node:fs/promises';
import { basename, dirname, join, relative } from 'node:path';
import { run } from '../../src/system/exec.ts';
import { fileDigest } from '../../src/system/file-digest.ts';
import type { PreparedRelease } from './prepare.ts';

/** A file that is published. */
export interface Artefact {
  /** Below the folder of the release. */
  readonly path: string;
  readonly size: number;
  readonly sha256: string;
}

/**
 * Makes all files of a release in `out`, each by the release's own commit: packages, kit, documents, the bill
 * of materials, and their digests. Gives what `out` then holds, by path.
 */
export async function makeArtefacts({ folder, version }: PreparedRelease, out: string): Promise<Artefact[]> {
  const node = (...words: string[]) => run([process.execPath, ...words], { cwd: folder });
  const named = (ending: string) => join(out, `rootimg-${version}${ending}`);
  await mkdir(out, { recursive: true });
  await node('tools/build.mjs');
  await node('dist/tools/package.mjs', '--out', join(out, 'packages'));
  await run([join(folder, 'bin/rootimg'), 'kit', named('-kit.tar')], { cwd: folder });
  await makeDocuments(folder, named('-docs.tar.gz'), node);
  await writeFile(named('.cdx.json'), await billOfMaterials(folder));
  const files = await artefactsBelow(out);
  const sums = files.map(({ path, sha256 }) => `${sha256}  ${path}\n`).join('');
  await writeFile(join(out, 'SHA256SUMS'), sums);
  return artefactsBelow(out);
}

/** The site as one archive: the same bytes twice, with the times of the commit. */
async function makeDocuments(
  folder: string,
  archive: string,
  node: (...words: string[]) => Promise<unknown>,
): Promise<void> {
  const site = join(dirname(folder), basename(archive, '.tar.gz'));
  await node('dist/tools/docs.mjs', '--out', site);
  const { stdout } = await run(['git', '-C', folder, 'log', '-1', '--format=%ct']);
  const same = ['--sort=name', `--mtime=@${stdout.trim()}`, '--owner=0', '--group=0', '--numeric-owner'];
  const words = [
    '--create',
    ...same,
    '--mode=u=rwX,go=rX',
    '--use-compress-program=gzip -n',
    '--file',
    archive,
  ];
  await run(['tar', ...words, '-C', dirname(site), basename(site)], { action: 'pack the documents' });
}

/** What is bundled into the program, as CycloneDX, from package-lock.json alone. */
async function billOfMaterials(folder: string): Promise<string> {
  const words = ['--package-lock-only', '--omit=dev', '--sbom-format=cyclonedx', '--sbom-type=application'];
  const { stdout } = await run(['npm', 'sbom', ...words], {
    cwd: folder,
    action: 'list what we are made of',
  });
  return stdout;
}

async function artefactsBelow(out: string): Promise<Artefact[]> {
  const entries = await readdir(out, { recursive: true, withFileTypes: true });
  const paths = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  return Promise.all(
    paths.sort().map(async (path) => ({
      path: relative(out, path),
      size: (await stat(path)).size,
      sha256: await fileDigest(path),
    })),
  );
}
