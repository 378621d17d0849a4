import { join } from 'node:path';
import type { Problem } from '../base/errors.ts';
import { readTextFile } from '../base/regular-file.ts';
import type { Config } from '../definition/config.ts';
import type { BuildPlan } from '../plan/build-plan.ts';
import { manifestName, parseManifest } from '../plan/manifest.ts';
import { keyNews } from '../plan/public-keys.ts';

/** What is told of an image's keys, and what is refused. */
export interface ToldKeys {
  /** The first build that knows its keys: each of them in a line. */
  readonly first: readonly string[];
  readonly warnings: readonly string[];
  /** What config.yaml has refused instead. */
  readonly problems: readonly Problem[];
}

/** What is to be said of a plan's keys beside the build that lies in its image folder. */
export async function readKeyNews(
  { files, image, request }: BuildPlan,
  { changedkeys }: Config,
): Promise<ToldKeys> {
  const text = await readTextFile(join(image.rootimgdir, manifestName)).catch(() => '');
  const { first, warnings, added } = keyNews(files, parseManifest(text), request);
  const refused = changedkeys === 'refuse' ? added : undefined;
  return {
    first,
    warnings: warnings.filter((one) => one !== refused),
    problems: refused === undefined ? [] : [changed(refused)],
  };
}

function changed(message: string): Problem {
  return {
    code: 'keys-changed',
    message,
    hint: 'config.yaml says changedkeys: refuse. If the new key is meant, build once with changedkeys: warn.',
  };
}
