import { join } from 'node:path';
import { ProblemsError } from '../../../../src/base/errors.ts';
import type { BuildPlan } from '../../../../src/plan/build-plan.ts';
import { emptyRequest } from '../../../../src/plan/empty-request.ts';
import type { BuildRequest } from '../../../../src/plan/request.ts';
import { resolveBuildPlan } from '../../../../src/resolve/build-plan.ts';
import type { Folder } from '../../../lib/folder.ts';

/** Plans of an Ubuntu 22.04 image on a host whose own files lie in `host/`; its list holds bash. */
export function planning(folder: Folder) {
  const plan = async (request: Partial<BuildRequest>, hostArch = 'x86_64'): Promise<BuildPlan> => {
    await folder.file('bash.pkglist', 'bash\n');
    return resolveBuildPlan(
      {
        ...emptyRequest(),
        imageName: 'x',
        osvers: 'ubuntu22.04',
        arch: 'x86_64',
        profile: 'compute',
        pkglist: 'bash.pkglist',
        ...request,
      },
      {
        netbootDir: join(folder.path, 'netboot'),
        installdir: join(folder.path, 'install'),
        hostArch,
        env: {},
        cwd: folder.path,
        hostRoot: join(folder.path, 'host'),
      },
    );
  };
  const problems = async (request: Partial<BuildRequest>, hostArch?: string) => {
    try {
      await plan(request, hostArch);
    } catch (error) {
      if (error instanceof ProblemsError) return error.problems;
      throw error;
    }
    return [];
  };
  /** `id URL SUITE COMPONENTS` of each repository, the folder written `~`. */
  const lines = async (request: Partial<BuildRequest>, hostArch?: string) =>
    (await plan(request, hostArch)).repositories.map(({ id, url, deb }) =>
      [
        id,
        url.replace(folder.path, '~'),
        deb?.suite,
        ...(deb?.components ?? []),
        ...(deb?.plain ? ['plain'] : []),
      ].join(' '),
    );
  return { plan, problems, lines };
}

/** The keyrings that a host has after its package of keys was installed. */
export async function installKeyrings(folder: Folder): Promise<void> {
  for (const name of ['debian', 'ubuntu']) {
    await folder.file(`host/usr/share/keyrings/${name}-archive-keyring.gpg`, name);
  }
}

/** A folder as mirrors and media are: a signed suite with one index for each component. */
export async function archive(
  folder: Folder,
  at: string,
  suites: Readonly<Record<string, readonly string[]>>,
  architecture = 'amd64',
): Promise<void> {
  for (const [suite, components] of Object.entries(suites)) {
    await folder.file(`${at}/dists/${suite}/Release`, `Suite: x\nComponents: ${components.join(' ')}\n`);
    await folder.file(`${at}/dists/${suite}/Release.gpg`);
    for (const component of components) {
      await folder.file(`${at}/dists/${suite}/${component}/binary-${architecture}/Packages.gz`);
    }
  }
  await folder.file(`${at}/pool/main/b/bash/bash_1_amd64.deb`);
}
