import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { readRootPasswordHash } from '../definition/site.ts';
import { emptyRequest } from '../plan/empty-request.ts';
import type { Manifest } from '../plan/manifest.ts';
import type { Reporter } from '../report/reporter.ts';
import { packImage } from '../pack/pack-image.ts';
import { resolveConfiguredPack } from './configured-pack.ts';
import { type DefinitionOptions, openConfigured } from './definitions/definitions.ts';
import { resolveJob } from './genimage/genimage-job.ts';
import { lockFileOf } from './genimage/lock-words.ts';
import { runBuild } from './genimage/run-build.ts';
import type { CommandIo } from './io.ts';
import type { ImageFolder } from './image-folder.ts';

/** What the command line says. */
export interface VerifyOptions extends DefinitionOptions {
  readonly keepPackages?: string;
  readonly quiet?: boolean;
}

/** All that a second build of an image needs. */
export interface Again {
  readonly io: CommandIo;
  readonly name: string;
  readonly options: VerifyOptions;
  readonly image: ImageFolder;
  readonly manifest: Manifest;
  /** Where it is built. */
  readonly folder: string;
  /** The time of the image, in seconds since 1970. */
  readonly epoch: number;
  readonly reporter: Reporter;
}

/** Builds the image as its definition and its lock say, in the folder of the second build alone. */
export async function buildAgain({ io, name, options, folder, epoch, reporter }: Again): Promise<void> {
  const { store, config, home } = await openConfigured(io, options);
  const lock = lockFileOf(name, options.def, home, io.cwd);
  const asked = {
    ...emptyRequest(),
    ...{ imageName: name, fresh: true, noCache: true, sourceDateEpoch: String(epoch) },
    ...(existsSync(lock) ? { locked: lock } : {}),
    ...(options.keepPackages && { keepPackages: resolve(io.cwd, options.keepPackages) }),
  };
  const { resolved, site, netboot } = await resolveJob(io, store, asked, config);
  const request = { ...resolved.request, rootimgdir: folder };
  const { tftpdir: _tftpdir, ...where } = site;
  await runBuild(
    request,
    resolved.familyDir,
    { netbootDir: netboot, env: io.env, cwd: io.cwd, ...where },
    { reporter, config, env: io.env },
  );
}

/**
 * Packs the second build as the published one was. Gives the name of the packed file; undefined where that one
 * was not packed with --reproducible, or is one in layers, so that no other pack can be the same.
 */
export async function packAgain(again: Again): Promise<string | undefined> {
  const { io, name, options, image, manifest, folder, epoch, reporter } = again;
  const { pack, build } = manifest;
  if (pack === undefined || pack.layers !== undefined || pack.finished !== build?.finished) return undefined;
  const definitions = await openConfigured(io, options);
  const { plan } = await resolveConfiguredPack(
    {
      ...{ name, definition: image.definition, site: image.site, nosyncfiles: false, cwd: io.cwd },
      rootPasswordHash: await readRootPasswordHash(image.home),
    },
    { method: pack.method, compress: pack.compressor },
    definitions,
  );
  const { layers: _, ...whole } = plan;
  const here = { ...whole, sourceDateEpoch: epoch, image: { ...whole.image, rootimgdir: folder } };
  const { file } = await packImage(here, { reporter });
  return file;
}
