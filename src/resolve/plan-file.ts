import { readTextFile } from '../base/regular-file.ts';
import { type Origin, type Problem, RootimgError, throwProblems } from '../base/errors.ts';
import { lacksSecrets } from '../base/secrets.ts';
import type { BuildPlan } from '../plan/build-plan.ts';
import { type FailedPlan, failedPlanSchema, type ShownPlan, shownPlanSchema } from '../plan/shown-plan.ts';
import { unreadable } from './list-file.ts';
import { planFile } from './plan-files.ts';

/** A plan that may be executed: what it was made from has not changed. */
export interface ReadPlan {
  readonly shown: ShownPlan;
  readonly plan: BuildPlan;
}

/** The schema version that this release writes and reads. */
const schemaVersion = 1;

/**
 * Reads what `genimage --dryrun --json` printed. Throws when it is not such a file, is of another schema
 * version, holds no plan, or when a file that the plan names is gone or has other content than the plan was
 * made from; all such files in one error.
 */
export async function readPlanFile(path: string): Promise<ReadPlan> {
  const origin = { file: path };
  const shown = parsePlan(await readText(path), origin);
  if (shown.plan === null) {
    throw new RootimgError('plan-none', 'The dry run could not make a plan.', {
      origin,
      details: shown.problems.map(({ message }) => message),
      hint: 'Mend this where the dry run was made and make it again, or paste its line here.',
    });
  }
  if (lacksAnySecret(shown)) throw withoutPasswords(origin);
  throwProblems(await changedFiles(shown.plan));
  return { shown, plan: shown.plan };
}

/** `genimage --dryrun --json` leaves passwords and tokens out. */
function lacksAnySecret(data: unknown): boolean {
  if (typeof data === 'string') return lacksSecrets(data);
  return typeof data === 'object' && data !== null && Object.values(data).some(lacksAnySecret);
}

function withoutPasswords(origin: Origin): RootimgError {
  return new RootimgError('plan-secrets', 'The plan lacks the passwords or tokens of its addresses (***).', {
    origin,
    hint: 'Paste the line that genimage --dryrun prints: it carries them.',
  });
}

async function readText(path: string): Promise<string> {
  return readTextFile(path).catch((cause: unknown) => {
    const { code, message } = unreadable(path, 'plan', undefined, cause);
    throw new RootimgError(code, message, { cause });
  });
}

function parsePlan(text: string, origin: Origin): ShownPlan | FailedPlan {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (cause) {
    throw noPlan(origin, `it is not JSON (${cause instanceof Error ? cause.message : String(cause)})`);
  }
  const found = schemaOf(json);
  if (found !== undefined && found !== schemaVersion) {
    throw new RootimgError('plan-schema', `The plan has schema version ${JSON.stringify(found)}.`, {
      origin,
      hint: `This genimage reads version ${schemaVersion}: make the plan and build with one release of rootimg.`,
    });
  }
  const failed = failedPlanSchema.safeParse(json);
  if (failed.success) return failed.data;
  const parsed = shownPlanSchema.safeParse(json);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  const where = issue === undefined || issue.path.length === 0 ? '' : `${issue.path.join('.')}: `;
  throw noPlan(origin, `${where}${issue?.message ?? 'another form'}`);
}

/** The version that the file or a part of it claims, when it is another one than ours. */
function schemaOf(json: unknown): unknown {
  const versionOf = (part: unknown): unknown =>
    typeof part === 'object' && part !== null && 'schema' in part ? part.schema : undefined;
  const parts =
    typeof json === 'object' && json !== null
      ? [json, 'request' in json && json.request, 'plan' in json && json.plan]
      : [];
  const versions = parts.map(versionOf).filter((version) => version !== undefined);
  return versions.find((version) => version !== schemaVersion) ?? versions[0];
}

function noPlan(origin: Origin, why: string): RootimgError {
  return new RootimgError('plan-form', `This is not a plan: ${why}.`, {
    origin,
    hint: '--plan takes what `genimage --dryrun --json NAME` printed, unchanged.',
  });
}

/** The files that decide the build and are not what they were. */
async function changedFiles({ files }: BuildPlan): Promise<Problem[]> {
  const problems: Problem[] = [];
  for (const { path, sha256, role } of files) {
    const hint = 'Make the plan again, or bring the file that it was made from.';
    const now = await planFile(path, role).catch((error: unknown) => error);
    if (!isFile(now)) problems.push({ ...unreadable(path, `plan's ${role}`, undefined, now), hint });
    else if (now.sha256 !== sha256)
      problems.push({
        code: 'plan-file-changed',
        message: `The ${role} '${path}' is not what the plan was made from.`,
        hint,
      });
  }
  return problems;
}

function isFile(result: unknown): result is BuildPlan['files'][number] {
  return typeof result === 'object' && result !== null && 'sha256' in result;
}
