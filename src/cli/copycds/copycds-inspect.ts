import { ProblemsError, type Problem, problemsOf, RootimgError } from '../../base/errors.ts';
import { openMedium, readFacts } from '../../media/open-medium.ts';
import { recognise, unknownMedium } from '../../media/recognise.ts';
import type { Reporter } from '../../report/reporter.ts';
import type { CopycdsOptions } from './copycds-options.ts';

/**
 * `copycds -i`: what each medium is, in xCAT's four lines; a value that the medium does not tell is blank.
 * Throws when one is not known.
 */
export async function inspectMedia(
  paths: readonly string[],
  options: CopycdsOptions,
  reporter: Reporter,
): Promise<void> {
  const ignored = [
    ...(options.name === undefined && options.osver === undefined ? [] : ['--name']),
    ...(options.arch === undefined ? [] : ['--arch']),
  ];
  for (const option of ignored) reporter.warn(`With --inspection the option ${option} is ignored.`);
  const errors: RootimgError[] = [];
  for (const path of paths) {
    try {
      await inspectOne(path, reporter);
    } catch (error) {
      if (!(error instanceof RootimgError) || error.exitCode > 2) throw error;
      errors.push(error);
    }
  }
  const [first, ...others] = errors;
  if (first === undefined) return;
  throw others.length === 0
    ? first
    : new ProblemsError(errors.flatMap((error): readonly Problem[] => problemsOf(error)));
}

async function inspectOne(path: string, reporter: Reporter): Promise<void> {
  const facts = await readFacts(await openMedium(path));
  reporter.line(`OS Image:${path}`);
  const found = recognise(facts, path);
  if (found === undefined) throw unknownMedium(path, facts);
  reporter.line(`DISTNAME:${found.osvers}`);
  reporter.line(`ARCH:${found.arch ?? ''}`);
  reporter.line(`DISCNO:${found.disc ?? ''}`);
  reporter.fact('medium', { path, osvers: found.osvers, arch: found.arch, disc: found.disc });
}
