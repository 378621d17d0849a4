import { RootimgError } from '../../base/errors.ts';
import { isFolder } from '../../base/exists.ts';
import { preflightModules } from '../../inspect/modules/preflight.ts';
import { readManifest } from '../../pack/publish/generations.ts';
import { findTreePlace } from '../../system/tree/tree-place.ts';
import type { Findings } from './check-report.ts';

/** What is asked of kernel modules besides whether they can be loaded. */
export interface ModulesAsked {
  /** Lines of `lspci -n`, and the file that they stand in. */
  readonly nics: { readonly file: string; readonly text: string } | undefined;
  /** Nodes will load signed modules alone. */
  readonly secureBoot: boolean;
}

/** Looks at the kernel modules of the tree that lies in `rootimgdir`, where one does. */
export async function checkModules(
  rootimgdir: string,
  { nics, secureBoot }: ModulesAsked,
  findings: Findings,
): Promise<void> {
  const { root } = await findTreePlace(rootimgdir);
  if (!(await isFolder(root))) {
    if (nics !== undefined || secureBoot) findings.notChecked('kernel modules', 'there is no tree yet');
    return;
  }
  const manifest = await readManifest(rootimgdir);
  const found = await preflightModules({ tree: root, manifest, secureBoot, nics }).catch((error: unknown) => {
    // What this host lacks is no fault of the image.
    if (!(error instanceof RootimgError && error.code === 'tool-missing')) throw error;
    return { problems: [], warnings: [], notChecked: [{ what: 'kernel modules', why: error.message }] };
  });
  findings.problems(found.problems);
  findings.warnings(found.warnings);
  for (const { what, why } of found.notChecked) findings.notChecked(what, why);
}
