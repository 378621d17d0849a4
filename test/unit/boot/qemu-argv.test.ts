import { describe, expect, it } from 'vitest';
import { canVirtualise, kvmTrialArgv } from '../../../src/boot/accelerator.ts';
import { kernelLine } from '../../../src/boot/kernel-line.ts';
import { machineFor } from '../../../src/boot/machine.ts';
import { qemuArgv } from '../../../src/boot/qemu-argv.ts';

const plan = {
  program: '/usr/bin/qemu-system-x86_64',
  machine: machineFor('x86_64'),
  accelerator: 'tcg' as const,
  memory: 2048,
  cpus: 2,
  direct: {
    kernel: '/i/kernel',
    initrd: '/i/initrd-stateless.gz',
    kernelLine: 'console=ttyS0 imgurl=http://10.0.2.2:1/rootimg.sfs',
  },
  reportSocket: '/tmp/a,b/report',
};

/** The values that follow a flag, in order. */
function after(argv: readonly string[], flag: string): (string | undefined)[] {
  return argv.flatMap((word, index) => (word === flag ? [argv[index + 1]] : []));
}

describe('qemuArgv', () => {
  it('boots kernel and initrd directly, console first, report second', () => {
    const argv = qemuArgv(plan);
    expect(argv[0]).toBe(plan.program);
    expect(after(argv, '-kernel')).toEqual(['/i/kernel']);
    expect(after(argv, '-initrd')).toEqual(['/i/initrd-stateless.gz']);
    expect(after(argv, '-append')).toEqual([plan.direct.kernelLine]);
    expect(after(argv, '-serial')).toEqual(['chardev:console', 'chardev:report']);
    expect(after(argv, '-smp')).toEqual(['2']);
    expect(after(argv, '-m')).toEqual(['2048M']);
    expect(argv).toContain('-no-reboot');
  });

  it('boots from its network card, with UEFI through the program of the firmware', () => {
    const { direct: _, ...bare } = plan;
    const bios = qemuArgv({ ...bare, tap: 'node' });
    expect(bios).not.toContain('-kernel');
    expect(after(bios, '-netdev')).toEqual(['tap,id=net,ifname=node,script=no,downscript=no']);
    expect(after(bios, '-device')).toContain('virtio-net-pci,netdev=net,bootindex=1');
    const uefi = qemuArgv({ ...bare, tap: 'node', uefi: { code: '/c', variables: '/v' } });
    expect(after(uefi, '-drive')).toEqual([
      'if=pflash,format=raw,readonly=on,file=/c',
      'if=pflash,format=raw,file=/v',
    ]);
    expect(after(uefi, '-device')).toContain('virtio-net-pci,romfile=,netdev=net,bootindex=1');
  });

  it('doubles commas in the path of the socket, as QEMU reads option values', () => {
    expect(after(qemuArgv(plan), '-chardev')[1]).toBe('socket,id=report,path=/tmp/a,,b/report');
  });

  it('emulates with several threads, or hands the processor through', () => {
    expect(after(qemuArgv(plan), '-accel')).toEqual(['tcg,thread=multi,tb-size=64']);
    expect(after(qemuArgv(plan), '-cpu')).toEqual([expect.stringMatching(/^max,/)]);
    const kvm = qemuArgv({ ...plan, accelerator: 'kvm' });
    expect(after(kvm, '-accel')).toEqual(['kvm']);
    expect(after(kvm, '-cpu')).toEqual(['host']);
  });

  it.each([
    ['aarch64', 'virt,gic-version=max', 'virtio-net-pci,romfile=', 'cortex-a72'],
    ['ppc64el', 'pseries', 'virtio-net-pci,romfile=', undefined],
    ['riscv64', 'virt', 'virtio-net-pci,romfile=', undefined],
    ['s390x', 's390-ccw-virtio', 'virtio-net-ccw', 'max'],
  ])('makes a machine of %s of what it has', (arch, type, card, cpu) => {
    const argv = qemuArgv({ ...plan, machine: machineFor(arch) });
    expect(after(argv, '-machine')).toEqual([type]);
    expect(after(argv, '-device')[0]).toBe(`${card},netdev=net`);
    expect(after(argv, '-cpu')).toEqual(cpu === undefined ? [] : [cpu]);
    const second =
      arch === 'ppc64el' ? ['-serial', 'chardev:report'] : ['-device', 'virtconsole,chardev=report'];
    expect(argv.slice(-2)).toEqual(second);
  });

  it('leaves the processor of POWER to QEMU when it is emulated', () => {
    expect(qemuArgv({ ...plan, machine: machineFor('ppc64le') })).not.toContain('-cpu');
  });
});

describe('machineFor', () => {
  it('takes the names of the architecture that distributions use', () => {
    expect(machineFor('ppc64el')).toEqual(machineFor('ppc64le'));
    expect(machineFor('ppc64le').console).toBe('hvc0');
  });

  it('names the architectures that it knows', () => {
    expect(() => machineFor('sparc64')).toThrow(/sparc64/);
  });
});

describe('kernelLine', () => {
  const line = {
    console: 'ttyS0',
    reportTty: 'ttyS1',
    image: ['imgurl=http://10.0.2.2:8/rootimg.sfs', 'imgsha256=ab'],
  };

  it('carries the url, the digest and where the report goes', () => {
    expect(kernelLine(line).split(' ')).toEqual([
      'console=ttyS0',
      'imgurl=http://10.0.2.2:8/rootimg.sfs',
      'imgsha256=ab',
      'rootimg.report=ttyS1',
      'panic=-1',
    ]);
  });

  it('ends with what an emulated machine needs: time, and what its kind asks for', () => {
    const time = 'systemd.default_timeout_start_sec=900';
    expect(kernelLine({ ...line, emulated: { parameters: 'tsc=reliable' } })).toMatch(
      new RegExp(` panic=-1 ${time} tsc=reliable$`),
    );
    expect(kernelLine({ ...line, emulated: {} })).toMatch(new RegExp(` panic=-1 ${time}$`));
  });

  it('puts the parameters of the definition first, so that ours win', () => {
    expect(kernelLine({ ...line, extra: ' quiet console=tty1 ' })).toMatch(
      /^quiet console=tty1 console=ttyS0 /,
    );
    expect(kernelLine({ ...line, extra: '  ' })).toMatch(/^console=ttyS0 /);
  });
});

describe('KVM', () => {
  it('is tried with a halted machine of the same kind', () => {
    const argv = kvmTrialArgv('qemu', machineFor('x86_64'));
    expect(after(argv, '-machine')).toEqual(['q35']);
    expect(after(argv, '-monitor')).toEqual(['stdio']);
    expect(argv).toContain('-S');
  });

  it('needs a processor that can virtualise', () => {
    expect(canVirtualise('x86_64', 'model : x\nflags\t\t: fpu svm lm\n')).toBe(true);
    expect(canVirtualise('x86_64', 'flags\t\t: fpu vmx\n')).toBe(true);
    expect(canVirtualise('x86_64', 'model : svm\nflags\t\t: fpu lm svm_lock\n')).toBe(false);
    expect(canVirtualise('aarch64', 'Features : fp\n')).toBe(true);
  });
});
