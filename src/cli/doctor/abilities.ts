import { open } from 'node:fs/promises';
import os from 'node:os';
import { osarchOfMachine } from '../../base/architecture.ts';
import { RootimgError } from '../../base/errors.ts';
import { canVirtualise, findQemu } from '../../boot/accelerator.ts';
import { machineArchitectures, machineFor } from '../../boot/machine.ts';
import { isFolder } from '../../base/exists.ts';
import { readTextFile } from '../../base/regular-file.ts';
import { families } from '../../family/families.ts';
import { readBinfmt } from '../../genimage/preflight/emulation/binfmt.ts';
import { installEmulators } from '../../genimage/preflight/emulation/emulator-packages.ts';
import type { HostRelease } from '../../genimage/preflight/release.ts';
import { buildTools } from '../../genimage/preflight/tools.ts';
import type { Format } from '../../pack/formats/format.ts';
import { formats } from '../../pack/formats/formats.ts';
import { toolsFor } from '../../pack/steps/tools.ts';
import { toolSetsOf } from '../../packages/managers.ts';
import { type Finding, judge } from './finding.ts';

/** Which families' images can be built here; with several managers of a kind, by the one that lacks least. */
export async function buildFindings(): Promise<Finding[]> {
  const arch = osarchOfMachine(os.machine());
  return Promise.all(
    families.map(async ({ distributions, packageManager, filling }) => {
      const what = `${distributions.map(({ id }) => id).join(', ')} for ${arch}`;
      const topic = 'build';
      const choices = filling === undefined ? [] : toolSetsOf(packageManager);
      if (choices.length === 0) return { topic, what, state: 'no', note: 'not supported yet' } as const;
      const judged = await Promise.all(choices.map((tools) => judge(topic, what, [...tools, ...buildTools])));
      const lacks = ({ missing = [] }: Finding) => missing.length;
      return judged.reduce((best, one) => (lacks(one) < lacks(best) ? one : best));
    }),
  );
}

/** Architectures whose programs the kernel runs by an emulator (genimage --emulate). */
export async function emulateFinding(host: HostRelease): Promise<Finding> {
  const { mounted, enabled, entries } = await readBinfmt();
  const names = entries.flatMap((entry) =>
    entry.enabled ? (/^qemu-(.*)$/.exec(entry.name)?.[1] ?? []) : [],
  );
  const base = { topic: 'emulate', what: 'programs of other architectures' } as const;
  if (mounted && enabled && names.length > 0) return { ...base, state: 'yes', note: names.sort().join(', ') };
  return { ...base, state: 'no', note: `only for genimage --emulate: ${installEmulators(host)}` };
}

/** Which forms of packed root can be written, and by which compressors. */
export async function packFindings(): Promise<Finding[]> {
  return Promise.all(
    formats.map(async (format) => {
      const judged = await Promise.all(
        format.compressors.map((compressor) => compressorFinding(format, compressor)),
      );
      return packFinding(format.name, judged);
    }),
  );
}

/** Old releases of a tool may be there and not know a compressor. */
async function compressorFinding(format: Format, compressor: string): Promise<Finding> {
  const found = await judge('pack', compressor, toolsFor(format, compressor));
  if (found.state === 'no') return found;
  try {
    await format.checkTools?.(compressor);
    return found;
  } catch (error) {
    if (!(error instanceof RootimgError)) throw error;
    return { ...found, state: 'no', note: error.message };
  }
}

/** One line of a form: it can be written when one of its compressors is there. */
export function packFinding(what: string, judged: readonly Finding[]): Finding {
  const there = judged.filter(({ state }) => state === 'yes').map((one) => one.what);
  const missing = [
    ...new Map(
      judged.flatMap(({ missing = [] }) => missing.map((tool) => [tool.command, tool] as const)),
    ).values(),
  ];
  const without =
    missing.length === 0 ? '' : `; not installed: ${missing.map((tool) => tool.command).join(', ')}`;
  const state = there.length === 0 ? 'no' : 'yes';
  return { topic: 'pack', what, state, note: `${there.join(', ') || 'by nothing'}${without}`, missing };
}

/** Whose images `rootimg boot` can start, and whether fast. */
export async function bootFindings(): Promise<Finding[]> {
  return Promise.all(
    machineArchitectures.map(async (arch): Promise<Finding> => {
      const machine = machineFor(arch);
      const base = { topic: 'boot', what: arch } as const;
      try {
        await findQemu(machine);
      } catch (error) {
        if (!(error instanceof RootimgError)) throw error;
        return { ...base, state: 'no', note: `needs ${machine.package}` };
      }
      if (machine.arch !== os.machine()) return { ...base, state: 'yes', note: 'emulated: slow' };
      const kvm = await open('/dev/kvm', 'r+').then(
        (handle) => handle.close().then(() => true),
        () => false,
      );
      const fast = kvm && canVirtualise(arch, await readTextFile('/proc/cpuinfo'));
      return { ...base, state: 'yes', note: fast ? 'with KVM' : 'without KVM: slow' };
    }),
  );
}

/** What could give images to nodes: TFTP and DHCP, and exports of the installation folder. */
export async function serveFindings(installdir: string, tftpdir: string): Promise<Finding[]> {
  const dnsmasq = { command: 'dnsmasq', from: 'dnsmasq', why: 'answers DHCP and TFTP' };
  const boot = await judge('serve', 'DHCP and TFTP by dnsmasq', [dnsmasq]);
  const there = await isFolder(tftpdir);
  const exports = (await readTextFile('/etc/exports').catch(() => ''))
    .split('\n')
    .filter((line) => !line.startsWith('#') && line.split(/\s/)[0]?.startsWith('/'))
    .map((line) => line.split(/\s/)[0] as string);
  const shown = exports.find((folder) => installdir === folder || installdir.startsWith(`${folder}/`));
  return [
    boot,
    {
      topic: 'serve',
      what: `tftpdir ${tftpdir}`,
      state: there ? 'yes' : 'no',
      ...(!there && { note: 'genimage makes it' }),
    },
    {
      topic: 'serve',
      what: `NFS export of ${installdir}`,
      state: shown === undefined ? 'no' : 'yes',
      note: shown === undefined ? 'only nodes that mount it need one' : `/etc/exports has ${shown}`,
    },
  ];
}
