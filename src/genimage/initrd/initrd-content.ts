import { RootimgError } from '../../base/errors.ts';
import type { CpioMember } from './cpio-names.ts';
import type { DriverChoice } from './drivers.ts';
import { dracutModule } from './dracut-argv.ts';
import { moduleName } from './module-index.ts';

export interface InitrdContent {
  /** Names of the kernel modules, sorted. */
  readonly modules: readonly string[];
  /** dracut modules, sorted. */
  readonly dracutModules: readonly string[];
  /** Names of what lies in the folders of programs, sorted. */
  readonly programs: readonly string[];
  /** What our dracut module says that it can do, sorted: names of files in lib/rootimg/abilities. */
  readonly abilities: readonly string[];
  /** Paths of everything in it. */
  readonly members: readonly string[];
}

/** What is in an initrd: its members, those with a content being dracut's lists of its modules. */
export function contentOf(members: readonly CpioMember[]): InitrdContent {
  const modules = members
    .filter(({ name }) => name.includes('/modules/') && /\.ko(?:\.\w+)?$/.test(name))
    .map(({ name }) => moduleName(name));
  const lists = members.flatMap(({ content }) => content?.toString('utf8').split('\n') ?? []);
  const dracutModules = lists.map((line) => line.trim()).filter((line) => line !== '');
  const programs = members.flatMap(({ name }) => /^(?:\.\/)?(?:usr\/)?s?bin\/([^/]+)$/.exec(name)?.[1] ?? []);
  const abilities = members.flatMap(({ name }) => /\/rootimg\/abilities\/([^/]+)$/.exec(name)?.[1] ?? []);
  const sorted = (names: readonly string[]) => [...new Set(names)].sort();
  return {
    modules: sorted(modules),
    dracutModules: sorted(dracutModules),
    programs: sorted(programs),
    abilities: sorted(abilities),
    members: members.map(({ name }) => name),
  };
}

/** Throws when the initrd lacks our module or a driver that was chosen: it would not boot. */
export function checkInitrd(content: InitrdContent, choice: DriverChoice): void {
  const missing = [
    ...[dracutModule, 'network'].filter((name) => !content.dracutModules.includes(name)),
    ...choice.drivers.filter((name) => !content.modules.includes(name)).map((name) => `${name}.ko`),
  ];
  if (missing.length === 0) return;
  throw new RootimgError('initrd-incomplete', `dracut left out of the initrd: ${missing.join(', ')}.`, {
    hint: 'The log of dracut says why. The package for its network module may be missing in pkglist.',
  });
}
