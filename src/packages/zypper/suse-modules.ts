import { basename, dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { BuildPlan } from '../../plan/build-plan.ts';

/** Modules that compute nodes of SLE 15 usually take their packages from. */
const usual = ['Module-Basesystem', 'Module-Server-Applications', 'Module-Legacy', 'Module-HPC'];

/**
 * A hint that names the usual modules of SLE that none of the repositories is, where the media are such that
 * have modules; undefined where all are there or there are no modules.
 */
export function absentModules({ repositories }: BuildPlan): string | undefined {
  const folders = repositories
    .filter(({ from, url }) => from === 'pkgdir' && url.startsWith('file:'))
    .map(({ url }) => fileURLToPath(url));
  const modules = folders.filter((folder) => /^(Product|Module)-/.test(basename(folder)));
  if (modules.length === 0) return undefined;
  const there = new Set(modules.map((folder) => basename(folder)));
  const absent = usual.filter((name) => !there.has(name));
  if (absent.length === 0) return undefined;
  const media = [...new Set(modules.map(dirname))].join(', ');
  return `${media} is without ${absent.join(', ')}: copy the medium that has them, or add their folders to pkgdir.`;
}
