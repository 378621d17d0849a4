import { join, resolve } from 'node:path';
import type { Problem } from '../base/errors.ts';
import { readTextFile } from '../base/regular-file.ts';
import { type BuildLock, buildLockSchema } from '../plan/build-lock.ts';
import type { Repository } from '../plan/build-plan.ts';
import { parseJson } from '../plan/parse-json.ts';
import { unreadable } from './list-file.ts';

/** The schema version that this release writes and reads. */
const schemaVersion = 1;

export interface FoundLock {
  readonly lock: BuildLock | undefined;
  readonly problems: readonly Problem[];
}

/** Reads the file of a lock; nothing where no path is given. */
export async function readLockFile(path: string | undefined, cwd: string): Promise<FoundLock> {
  if (path === undefined) return { lock: undefined, problems: [] };
  const file = resolve(cwd, path);
  const text = await readTextFile(file).catch((error: unknown) => error);
  if (typeof text !== 'string') {
    const hint = 'genimage --lock NAME makes it.';
    return { lock: undefined, problems: [{ ...unreadable(file, 'lock', undefined, text), hint }] };
  }
  const json = parseJson(text);
  const parsed = buildLockSchema.safeParse(json);
  if (parsed.success) return { lock: parsed.data, problems: [] };
  return { lock: undefined, problems: [{ ...whyNone(json, parsed.error.issues[0]), origin: { file } }] };
}

function whyNone(
  json: unknown,
  issue: { readonly path: readonly PropertyKey[]; readonly message: string } | undefined,
): Problem {
  const version = typeof json === 'object' && json !== null && 'schema' in json ? json.schema : undefined;
  if (version !== undefined && version !== schemaVersion) {
    return {
      code: 'lock-schema',
      message: `The lock has schema version ${JSON.stringify(version)}; this genimage reads version ${schemaVersion}.`,
      hint: 'Build with the release of rootimg that made it, or make it anew.',
    };
  }
  const where = issue === undefined || issue.path.length === 0 ? '' : `${issue.path.map(String).join('.')}: `;
  return {
    code: 'lock-form',
    message: `This is not a lock: ${where}${issue?.message ?? 'another form'}.`,
    hint: 'genimage --lock NAME makes it anew.',
  };
}

/** Where an image's package files are kept, below the folder that --keep-packages names. */
export function keptFolder(keepPackages: string, imageName: string): string {
  return join(keepPackages, imageName);
}

/** The repositories of a build that takes nothing but kept packages. */
export function keptRepositories(repositories: readonly Repository[], folder: string): Repository[] {
  return repositories.map((one) => ({ ...one, keptIn: join(folder, one.id) }));
}
