import { Command } from 'commander';
import { readOsimage } from '../definition/osimage.ts';
import { formatOrigin, RootimgError, throwProblems } from '../base/errors.ts';
import { withoutSecrets } from '../base/secrets.ts';
import type { PackageEntry, PackagePass } from '../plan/build-plan.ts';
import { type DefinitionOptions, openDefinitions } from './definitions/definitions.ts';
import type { PackageListKind } from '../resolve/package-entry.ts';
import { attribute, type ImageDefinition } from '../resolve/definition.ts';
import { readImageLists } from './image-lists.ts';
import type { CommandIo } from './io.ts';
import { shared } from './shared-options.ts';

interface ShowOptions extends DefinitionOptions {
  readonly json?: boolean;
}

/**
 * `rootimg show pkglist NAME`: what the lists of an image say once they are read, each entry with its place.
 */
export function showCommand(io: CommandIo): Command {
  const show = new Command('show').description('show what an image is made of');
  show
    .command('pkglist')
    .description('the passes of the package lists, each entry with its file and line')
    .argument('<name>', 'osimage')
    .option(...shared('store'))
    .option(...shared('def'))
    .option(...shared('jsonDocument'))
    .action((name: string, options: ShowOptions) => showPkglist(io, name, options));
  return show;
}

async function showPkglist(io: CommandIo, name: string, options: ShowOptions): Promise<void> {
  const store = await openDefinitions(io, options);
  const definition = await readOsimage(store, name);
  const { passes, otherPasses, warnings, problems } = await readImageLists(io, definition);
  for (const warning of warnings) io.stderr(withoutSecrets(`Warning: ${warning}\n`));
  throwProblems(problems);
  if (passes.length + otherPasses.length === 0 && !options.json) throw nothingToShow(name, definition);
  if (options.json) {
    const shown = { schema: 1, passes, otherPasses };
    io.stdout(`${JSON.stringify(shown, undefined, 2)}\n`);
  } else {
    io.stdout(`${passesText('pkglist', passes)}${passesText('otherpkglist', otherPasses)}`);
  }
}

function nothingToShow(name: string, definition: ImageDefinition): RootimgError {
  const lists = attribute(definition, 'pkglist');
  if (lists !== undefined)
    return new RootimgError('pkglist-empty', `The lists of '${name}' name no package: ${lists}.`);
  return new RootimgError('pkglist-unset', `Image '${name}' has no pkglist.`, {
    hint: `chdef -t osimage -o ${name} pkglist=FILE; mkdef -u finds the one of a profile.`,
  });
}

/** The passes as people read them: one entry a line, its origin behind it. */
function passesText(kind: PackageListKind, passes: readonly PackagePass[]): string {
  return passes.map((pass, index) => `${kind} pass ${index + 1}\n${passText(pass)}`).join('');
}

function passText(pass: PackagePass): string {
  const lines = (word: string, entries: readonly PackageEntry[]) =>
    entries.map(({ name, origin }) => {
      const { file, line } = origin;
      return `  ${word} ${name}  ${formatOrigin(line === undefined ? { file } : { file, line })}\n`;
    });
  return [
    ...pass.environment.map((word) => `  environment ${word}\n`),
    ...(pass.recommends === true ? ['  recommends\n'] : []),
    ...(pass.debconf ?? []).map((path) => `  debconf ${path}\n`),
    ...lines('remove-before', pass.removeBefore),
    ...lines('install', pass.install),
    ...lines('remove-after', pass.removeAfter),
  ].join('');
}
