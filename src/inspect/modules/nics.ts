import type { Problem } from '../../base/errors.ts';
import { visibleText } from '../../base/visible-text.ts';
import { moduleName } from './module-info.ts';

/** A network card as `lspci -n` prints it. */
export interface Nic {
  /** 1-based, in its file. */
  readonly line: number;
  /** Class, vendor and device as four hex digits in capitals, as aliases have them. */
  readonly class: string;
  readonly vendor: string;
  readonly device: string;
  /** The node that it is in, where the line begins with one. */
  readonly node?: string;
}

/** The network cards (classes 02xx) among lines such as `02:00.0 0200: 14e4:165f (rev 01)`, after `NODE: ` or not. */
export function readNics(text: string): Nic[] {
  return text.split('\n').flatMap((line, index) => {
    const [, kind, vendor, device] =
      /(?:^|\s)(02[0-9a-f]{2}): ([0-9a-f]{4}):([0-9a-f]{4})\b/i.exec(line)?.map((one) => one.toUpperCase()) ??
      [];
    if (kind === undefined || vendor === undefined || device === undefined) return [];
    const node = /^([^\s:]+): \S/.exec(line)?.[1];
    return [{ line: index + 1, class: kind, vendor, device, ...(node === undefined ? {} : { node }) }];
  });
}

/** Which drivers there are for PCI cards. */
export interface NicDrivers {
  /** Text of modules.alias. */
  readonly aliases: string;
  /** Text of modules.builtin.modinfo, whose entries end with a zero byte. */
  readonly builtInInfo: string;
  /** Names of the modules in the initrd, `-` as `_`. */
  readonly inInitrd: ReadonlySet<string>;
}

/**
 * The cards for which a node would have no driver while it fetches its image; each kind of card once, with the
 * nodes that have it.
 */
export function nicsWithoutDriver(nics: readonly Nic[], drivers: NicDrivers, file: string): Problem[] {
  const modules = pciAliases(drivers.aliases, /^alias (pci:\S+) (\S+)$/gm);
  const builtIn = pciAliases(drivers.builtInInfo.replaceAll('\0', '\n'), /^[^.\n]+\.alias=(pci:\S+)()$/gm);
  const seen = new Set<string>();
  return nics.flatMap((nic) => {
    const card = cardOf(nic);
    if (seen.has(card)) return [];
    seen.add(card);
    const named = `the network card ${card}${nodesWith(card, nics)}`;
    if (builtIn.some((alias) => fits(alias, nic))) return [];
    const fitting = [...new Set(modules.filter((alias) => fits(alias, nic)).map(({ driver }) => driver))];
    if (fitting.some((driver) => drivers.inInitrd.has(driver))) return [];
    const message =
      fitting.length === 0
        ? `The image has no driver for ${named}.`
        : `The driver of ${named} is not in the initrd: ${fitting.join(' or ')}.`;
    const hint =
      fitting.length === 0
        ? 'Add the package of its driver, or a driver update (driverupdatesrc).'
        : `Add ${fitting[0]} to netdrivers and run genimage --onlyinitrd.`;
    return [{ code: 'nic-without-driver', message, origin: { file, line: nic.line }, hint }];
  });
}

function cardOf({ vendor, device }: Nic): string {
  return `${vendor}:${device}`.toLowerCase();
}

const shownNodes = 8;

/** ` (n01, n02)`; nothing where no line names a node. */
function nodesWith(card: string, nics: readonly Nic[]): string {
  const names = nics.flatMap((nic) => (cardOf(nic) === card && nic.node !== undefined ? [nic.node] : []));
  const all = [...new Set(names)];
  if (all.length === 0) return '';
  const more = all.length > shownNodes ? ` and ${all.length - shownNodes} more` : '';
  return ` (${visibleText(all.slice(0, shownNodes).join(', '))}${more})`;
}

interface PciAlias {
  readonly vendor: string;
  readonly device: string;
  readonly base: string;
  readonly sub: string;
  readonly driver: string;
}

/** `pci:v000014E4d0000165Fsv*sd*bc02sc00i*`; `*` stands for anything. Subsystems are not in `lspci -n`. */
function pciAliases(text: string, lines: RegExp): PciAlias[] {
  return [...text.matchAll(lines)].flatMap(([, alias = '', driver = '']) => {
    const [, vendor, device, base, sub] =
      /^pci:v(\*|[0-9A-F]{8})d(\*|[0-9A-F]{8})sv\S+?sd\S+?bc(\*|[0-9A-F]{2})sc(\*|[0-9A-F]{2})i/.exec(
        alias,
      ) ?? [];
    if (vendor === undefined || device === undefined || base === undefined || sub === undefined) return [];
    return [{ vendor, device, base, sub, driver: moduleName(driver) }];
  });
}

function fits({ vendor, device, base, sub }: PciAlias, nic: Nic): boolean {
  const is = (pattern: string, value: string) => pattern === '*' || pattern === value;
  return (
    is(vendor, `0000${nic.vendor}`) &&
    is(device, `0000${nic.device}`) &&
    is(base, nic.class.slice(0, 2)) &&
    is(sub, nic.class.slice(2))
  );
}
