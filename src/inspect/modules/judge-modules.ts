import { toShown } from '../../base/bytes.ts';
import type { Problem } from '../../base/errors.ts';
import type { KernelSymbols } from './kernel-symbols.ts';
import type { FoundModule } from './read-modules.ts';

/** What is known of the kernel that will boot. */
export interface BootedKernel {
  readonly version: string;
  readonly symbols: KernelSymbols;
  /** Names of drivers that are no modules of it (modules.builtin), `-` as `_`. */
  readonly builtIn: ReadonlySet<string>;
  /** Whether nodes will take signed modules alone. */
  readonly wantsSignatures: boolean;
}

/**
 * What keeps modules from being loaded: as the kernel decides it (Linux: kernel/module/version.c), each
 * module with all that is wrong with it.
 */
export function judgeModules(modules: readonly FoundModule[], kernel: BootedKernel): Problem[] {
  const reference = usualMagic(modules);
  const names = new Set(modules.map(({ name }) => name));
  // One module may need a symbol of another that is not the kernel's.
  const others = new Map(
    modules.filter(({ isInTree }) => !isInTree).flatMap(({ info }) => [...(info?.exports ?? [])]),
  );
  return modules.flatMap((module) => {
    const { path, info } = module;
    const reasons =
      info === undefined
        ? ['it is damaged, no module, or a link to nothing']
        : [
            ...magicFault(info, reference, kernel.version),
            ...symbolFaults(info, kernel.symbols, others),
            ...dependFaults(info, names, kernel.builtIn),
            ...(kernel.wantsSignatures && !info.isSigned
              ? ['it has no signature, which Secure Boot asks for']
              : []),
          ];
    if (reasons.length === 0) return [];
    return [
      {
        code: 'module-not-loadable',
        message: `/${toShown(path)} cannot be loaded by the kernel ${kernel.version}: ${reasons.join('; ')}.`,
      },
    ];
  });
}

type Info = NonNullable<FoundModule['info']>;

/** What most of the kernel's own modules say. */
function usualMagic(modules: readonly FoundModule[]): string | undefined {
  const counts = new Map<string, number>();
  for (const { isInTree, info } of modules) {
    if (isInTree && info !== undefined) counts.set(info.vermagic, (counts.get(info.vermagic) ?? 0) + 1);
  }
  return [...counts].sort(([, a], [, b]) => b - a)[0]?.[0];
}

/** With symbol versions the release may be another one, which makes weak-updates possible. */
function magicFault({ vermagic, versions }: Info, reference: string | undefined, version: string): string[] {
  const expected = reference ?? version;
  const [release = '', ...flags] = vermagic.split(' ');
  const [wanted = '', ...wantedFlags] = expected.split(' ');
  if (
    wantedFlags.includes('modversions') &&
    versions.size === 0 &&
    flags.join(' ') === wantedFlags.join(' ')
  ) {
    return ['it has no symbol versions, which this kernel asks for'];
  }
  const hasVersions = versions.size > 0 && (reference === undefined || wantedFlags.includes('modversions'));
  const isFit =
    (hasVersions || release === wanted) &&
    (reference === undefined || flags.join(' ') === wantedFlags.join(' '));
  return isFit ? [] : [`its version magic is '${vermagic}', '${expected}' was expected`];
}

const mostNamed = 3;

function symbolFaults(
  { versions, undefined: needed }: Info,
  { crcs, exported }: KernelSymbols,
  others: ReadonlyMap<string, number | undefined>,
): string[] {
  const differing = [...versions]
    .filter(([symbol, crc]) => (crcs.get(symbol) ?? others.get(symbol) ?? crc) !== crc)
    .map(([symbol]) => symbol);
  const isThere = (symbol: string) => exported?.has(symbol) || crcs.has(symbol) || others.has(symbol);
  // Without the kernel's own list what nobody else uses cannot be judged.
  const missing = exported === undefined ? [] : needed.filter((symbol) => !isThere(symbol));
  return [
    ...(differing.length === 0 ? [] : [`it was compiled for other versions of ${named(differing)}`]),
    ...(missing.length === 0 ? [] : [`there is no symbol ${named(missing)}`]),
  ];
}

function dependFaults({ depends }: Info, names: ReadonlySet<string>, builtIn: ReadonlySet<string>): string[] {
  const missing = depends.filter((name) => !names.has(name) && !builtIn.has(name));
  return missing.length === 0 ? [] : [`it needs ${named(missing)}, which the image does not have`];
}

export function named(words: readonly string[]): string {
  const more = words.length - mostNamed;
  return `${words.slice(0, mostNamed).join(', ')}${more > 0 ? ` and ${more} more` : ''}`;
}
