import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { readIfThere } from '../../base/read-if-there.ts';
import type { Repository } from '../../plan/build-plan.ts';
import type { BroughtPackage, Transaction, UndigestedPackage } from '../manager.ts';
import { localFile } from '../rpm/lock-files.ts';
import type { Dnf, DnfRun } from './dnf-call.ts';
import { resolveTask } from './dnf-names.ts';

/** Name of the file beside the plugin that it writes. */
const toldFile = 'brought';

/** A plugin of dnf 4: writes down what its table does not tell of the packages that it would put in. */
const plugin = `import os
import dnf
import hawkey


class Rootimg(dnf.Plugin):
    name = 'rootimg'

    def resolved(self):
        if self.base.transaction is None:
            return
        here = os.path.dirname(os.path.abspath(__file__))
        with open(os.path.join(here, '${toldFile}'), 'w') as told:
            for one in self.base.transaction.install_set:
                if one.chksum is None:
                    continue
                kind, digest = one.chksum
                words = [one.reponame, one.name, one.evr, one.arch, one.location]
                told.write('\\t'.join(words + [hawkey.chksum_name(kind), digest.hex()]) + '\\n')
`;

/**
 * What dnf would do for a run, with the digests of the packages where this dnf can tell them in the same run: to
 * read the metadata once more takes as long as to resolve. Changes nothing.
 */
export async function resolveTelling(dnf: Dnf, run: DnfRun): Promise<Transaction> {
  if (!dnf.dialect.takesPlugins) return resolveTask(dnf, run);
  const folder = join(dnf.host.shared, 'plugins');
  const file = join(folder, toldFile);
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, 'rootimg.py'), plugin);
  await rm(file, { force: true });
  const places = ['pluginpath', 'pluginconfpath'].map((name) => `${name}=${folder}`);
  const options = ['plugins=1', ...places].map((one) => `--setopt=${one}`);
  const { brings, removes } = await resolveTask(dnf, run, options);
  const told = readTold(dnf.site.plan.repositories, (await readIfThere(file)) ?? '');
  return { brings: brings.map((one) => ({ ...one, ...told.get(idOf(one)) })), removes };
}

type FileFacts = Pick<BroughtPackage, 'digest' | 'path'>;

/** What the plugin has written of the packages of these repositories, by `repository name version arch`. */
export function readTold(known: readonly Repository[], text: string): Map<string, FileFacts> {
  const repositories = new Map(known.map((one) => [one.id, one]));
  const found = new Map<string, FileFacts>();
  for (const line of text.split('\n')) {
    const [id = '', name = '', version = '', arch = '', location = '', kind, digest] = line.split('\t');
    const repository = repositories.get(id);
    if (repository === undefined || digest === undefined) continue;
    const facts = { digest: `${kind}:${digest}`, ...localFile(repository, location) };
    found.set(idOf({ repository: id, name, version, arch }), facts);
  }
  return found;
}

function idOf({ repository, name, version, arch }: UndigestedPackage): string {
  return [repository, name, version, arch].join(' ');
}
