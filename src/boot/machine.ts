import { machine as hostMachine } from 'node:os';
import { normaliseArch } from '../base/architecture.ts';
import { own } from '../base/own.ts';
import { RootimgError } from '../base/errors.ts';

/** How QEMU stands in for a node of one architecture. */
export interface Machine {
  /** As `uname -m` says it. */
  readonly arch: string;
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
  /** The same without its boot program, where it has one. */
  readonly networkWithoutProgram?: string;
}

const secondSerial = ['-serial', 'chardev:report'];
const virtioConsole = ['-device', 'virtio-serial', '-device', 'virtconsole,chardev=report'];
/** Without a boot program of its own (`romfile=`) a card costs the firmware no time. */
const pciNetwork = { networkDevice: 'virtio-net-pci', networkWithoutProgram: 'virtio-net-pci,romfile=' };

/** EL brings one emulator only, for its own architecture and outside PATH. */
const elProgram = '/usr/libexec/qemu-kvm';

const machines = {
  x86_64: {
    program: 'qemu-system-x86_64',
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
    ...pciNetwork,
  },
  aarch64: {
    program: 'qemu-system-aarch64',
    package: 'qemu-system-arm (Debian) or qemu-kvm (EL on aarch64)',
    type: 'virt,gic-version=max',
    // `max` signs return addresses with a cipher, which takes most of the time of an emulated boot.
    emulatedCpu: 'cortex-a72',
    console: 'ttyAMA0',
    reportTty: 'hvc0',
    reportDevice: virtioConsole,
    ...pciNetwork,
  },
  ppc64le: {
    program: 'qemu-system-ppc64',
    package: 'qemu-system-ppc (Debian) or qemu-kvm (EL on ppc64le)',
    type: 'pseries',
    console: 'hvc0',
    reportTty: 'hvc1',
    reportDevice: secondSerial,
    ...pciNetwork,
  },
  riscv64: {
    program: 'qemu-system-riscv64',
    package: 'qemu-system-riscv64 and opensbi (Debian)',
    type: 'virt',
    console: 'ttyS0',
    reportTty: 'hvc0',
    reportDevice: virtioConsole,
    ...pciNetwork,
  },
  s390x: {
    program: 'qemu-system-s390x',
    package: 'qemu-system-s390x (Debian) or qemu-kvm (EL on s390x)',
    type: 's390-ccw-virtio',
    emulatedCpu: 'max',
    console: 'ttysclp0',
    reportTty: 'hvc0',
    reportDevice: virtioConsole,
    networkDevice: 'virtio-net-ccw',
  },
} satisfies Readonly<Record<string, Omit<Machine, 'arch' | 'programs'> & { program: string }>>;

/** Architectures that have a machine. */
export const machineArchitectures: readonly string[] = Object.keys(machines);

/** The machine for an osarch. Errors: an architecture that we cannot boot. */
export function machineFor(osarch: string): Machine {
  const name = normaliseArch(osarch);
  const arch = name === 'ppc64' ? 'ppc64le' : name;
  const machine: (typeof machines)[keyof typeof machines] | undefined = own(machines, arch);
  if (machine !== undefined) {
    const { program, ...rest } = machine;
    return { arch, programs: [program, ...(arch === hostMachine() ? [elProgram] : [])], ...rest };
  }
  throw new RootimgError(
    'boot-arch',
    `Images of architecture ${osarch} cannot be booted in a virtual machine here.`,
    {
      hint: `Known: ${machineArchitectures.join(', ')}.`,
    },
  );
}
