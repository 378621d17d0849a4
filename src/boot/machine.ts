import { own } from '../base/own.ts';
import { RootimgError } from '../base/errors.ts';

/** How QEMU stands in for a node of one architecture. */
export interface Machine {
  /** Programs that can do it, best first; absolute paths are tried as they stand. */
  readonly programs: readonly string[];
  /** What to install on Debian and on EL. */
  readonly package: string;
  readonly type: string;
  /** `-cpu` without hardware help; with it, it is `host`. */
  readonly emulatedCpu?: string;
  /** Kernel parameters that an emulated machine needs besides. */
  readonly emulatedParameters?: string;
  /** The guest's name of the first serial port. */
  readonly console: string;
  /** The guest's name of the port that the report comes through. */
  readonly reportTty: string;
  /** argv that makes that port out of chardev `report`. */
  readonly reportDevice: readonly string[];
  readonly networkDevice: string;
}

const secondSerial = ['-serial', 'chardev:report'];
const virtioConsole = ['-device', 'virtio-serial', '-device', 'virtconsole,chardev=report'];
const pciNetwork = 'virtio-net-pci';

/** EL brings one emulator only, outside PATH. */
const elProgram = '/usr/libexec/qemu-kvm';

const machines: Readonly<Record<string, Machine>> = {
  x86_64: {
    programs: ['qemu-system-x86_64', elProgram],
    package: 'qemu-system-x86 (Debian) or qemu-kvm (EL)',
    type: 'q35',
    // EL 9 needs x86-64-v2, EL 10 v3. Off: five-level page tables and byte-wise string instructions, which
    // are slow to emulate, and virtualisation, for which the node would only load drivers.
    emulatedCpu: 'max,la57=off,erms=off,fsrm=off,svm=off,invtsc=on',
    // The HPET, which the kernel would take otherwise, is read through QEMU's one lock: on a busy host the
    // guest came to a standstill.
    emulatedParameters: 'tsc=reliable',
    console: 'ttyS0',
    reportTty: 'ttyS1',
    reportDevice: secondSerial,
    networkDevice: pciNetwork,
  },
  aarch64: {
    programs: ['qemu-system-aarch64', elProgram],
    package: 'qemu-system-arm (Debian) or qemu-kvm (EL)',
    type: 'virt',
    emulatedCpu: 'max',
    console: 'ttyAMA0',
    reportTty: 'hvc0',
    reportDevice: virtioConsole,
    networkDevice: pciNetwork,
  },
  ppc64le: {
    programs: ['qemu-system-ppc64', elProgram],
    package: 'qemu-system-ppc (Debian) or qemu-kvm (EL)',
    type: 'pseries',
    console: 'hvc0',
    reportTty: 'hvc1',
    reportDevice: secondSerial,
    networkDevice: pciNetwork,
  },
  s390x: {
    programs: ['qemu-system-s390x', elProgram],
    package: 'qemu-system-misc (Debian) or qemu-kvm (EL)',
    type: 's390-ccw-virtio',
    console: 'ttysclp0',
    reportTty: 'hvc0',
    reportDevice: virtioConsole,
    networkDevice: 'virtio-net-ccw',
  },
};

/** The machine for an osarch. Errors: an architecture that we cannot boot. */
export function machineFor(arch: string): Machine {
  const machine = own(machines, arch === 'ppc64' || arch === 'ppc64el' ? 'ppc64le' : arch);
  if (machine !== undefined) return machine;
  throw new RootimgError(
    'boot-arch',
    `Images of architecture ${arch} cannot be booted in a virtual machine here.`,
    {
      hint: `Known: ${Object.keys(machines).join(', ')}.`,
    },
  );
}
