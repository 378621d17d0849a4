import { visibleText } from '../../base/visible-text.ts';
import { advisoryLine } from '../advisories/advisory-text.ts';
import type { FilesDiff, ImageDiff, NamedChange, PackageChange, ValueChange } from '../../plan/image-diff.ts';

const signs = { added: '+', removed: '-', up: '↑', down: '↓', rebuilt: '~' } as const;

/** What people read of a difference, line by line. */
export function diffLines(diff: ImageDiff): string[] {
  const lines = [`${diff.from} → ${diff.to}${diff.same ? ': the same' : ''}`];
  if (diff.packages.length > 0) lines.push(packagesLine(diff.packages), ...diff.packages.map(packageLine));
  if (diff.kernel) lines.push(`kernel: ${shownChange(diff.kernel, String)}`);
  if (diff.initrd) lines.push(...initrdLines(diff.initrd));
  if (diff.packed?.form) lines.push(`packed root: ${shownChange(diff.packed.form, String)}`);
  if (diff.packed?.size) lines.push(`download: ${shownChange(diff.packed.size, megabytes)}`);
  if (diff.packed?.memory) lines.push(`node memory: ${shownChange(diff.packed.memory, megabytes)}`);
  if (diff.advisories) lines.push(...advisoryLines(diff.advisories));
  if (diff.files) lines.push(...filesLines(diff.files));
  return [...lines, ...diff.notCompared.map(({ what, why }) => `Not compared: ${what} (${why})`)];
}

type ShortDiff = Pick<ImageDiff, 'packages' | 'kernel' | 'initrd' | 'packed'>;

/** One line for the log of a pack; undefined where there is nothing to tell. */
export function shortDiff(diff: ShortDiff): string | undefined {
  const parts = shortDiffParts(diff);
  return parts.length === 0 ? undefined : parts.join('; ');
}

/** A few words for each kind of thing that is not the same. */
export function shortDiffParts({ packages, kernel, packed, initrd }: ShortDiff): string[] {
  return [
    ...(packages.length > 0 ? [packagesLine(packages)] : []),
    ...(kernel ? [`kernel: ${shownChange(kernel, String)}`] : []),
    ...(initrd?.size ? [`initrd: ${shownChange(initrd.size, megabytes)}`] : []),
    ...(packed?.size ? [`download: ${shownChange(packed.size, megabytes)}`] : []),
    ...(packed?.memory ? [`node memory: ${shownChange(packed.memory, megabytes)}`] : []),
  ];
}

function packagesLine(changes: readonly PackageChange[]): string {
  const count = (kind: PackageChange['kind']) => changes.filter((one) => one.kind === kind).length;
  const kinds = (['added', 'removed', 'up', 'down', 'rebuilt'] as const).filter((kind) => count(kind) > 0);
  const known = changes.every(({ bytes }) => bytes !== undefined);
  const sum = changes.reduce((bytes, one) => bytes + (one.bytes ?? 0), 0);
  return `packages: ${kinds.map((kind) => `${count(kind)} ${kind}`).join(', ')}${known ? `, ${signed(sum)}` : ''}`;
}

function packageLine({ name, arch, kind, from, to, bytes }: PackageChange): string {
  const versions = [...new Set([from, to].filter((one) => one !== undefined))].join(' → ');
  return `  ${signs[kind]} ${name} ${versions}${arch === '' ? '' : ` (${arch})`}${bytes === undefined ? '' : `  ${signed(bytes)}`}`;
}

function initrdLines({ size, modules }: NonNullable<ImageDiff['initrd']>): string[] {
  const list = (sign: string, names: readonly string[]) =>
    names.length === 0 ? [] : [`  ${sign} ${names.join(' ')}`];
  return [
    `initrd: ${size ? shownChange(size, megabytes) : 'other modules'}`,
    ...list('+', modules.added),
    ...list('-', modules.removed),
  ];
}

function advisoryLines({ fixed, opened, stillOpen }: NonNullable<ImageDiff['advisories']>): string[] {
  const counts = [`${fixed.length} fixed`, `${opened.length} opened`, `${stillOpen} open in both`];
  return [
    `advisories: ${counts.join(', ')}`,
    ...opened.map((one) => `  + ${advisoryLine(one)}`),
    ...fixed.map((one) => `  - ${advisoryLine(one)}`),
  ];
}

const titles: readonly (readonly [Exclude<keyof FilesDiff, 'of'>, string])[] = [
  ['setuid', 'setuid and setgid'],
  ['capabilities', 'capabilities'],
  ['worldWritable', 'writable for everybody'],
  ['users', 'users'],
  ['groups', 'groups'],
  ['units', 'enabled units'],
  ['modules', 'kernel modules'],
  ['configuration', 'configuration'],
  ['unowned', 'files of no package'],
  ['packaged', 'files that are not as before though their package is'],
];

function filesLines(files: FilesDiff): string[] {
  return titles.flatMap(([key, title]) => {
    const changes: readonly (NamedChange & { readonly text?: string })[] = files[key];
    return changes.length === 0 ? [] : [`${title}:`, ...changes.flatMap(namedLines)];
  });
}

function namedLines({ name, from, to, text }: NamedChange & { readonly text?: string }): string[] {
  const sign = from === undefined ? '+' : to === undefined ? '-' : '~';
  const values = [...new Set([from, to])].filter((one) => one !== undefined && one !== '').join(' → ');
  const lines = text === undefined ? [] : text.trimEnd().split('\n');
  return [
    visibleText(`  ${sign} ${name}${values === '' ? '' : `  ${values}`}`),
    ...lines.map((line) => visibleText(`      ${line}`)),
  ];
}

function shownChange<T>({ from, to }: ValueChange<T>, show: (value: T) => string): string {
  const shown = (value: T | undefined) => (value === undefined ? 'none' : show(value));
  return `${shown(from)} → ${shown(to)}`;
}

function megabytes(bytes: number): string {
  return `${(bytes / 1e6).toFixed(1)} MB`;
}

function signed(bytes: number): string {
  const size = Math.abs(bytes);
  const shown = size < 1e6 ? `${Math.round(size / 1e3)} kB` : megabytes(size);
  return `${bytes < 0 ? '-' : '+'}${shown}`;
}
