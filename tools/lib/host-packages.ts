import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { RootimgError } from '../../src/base/errors.ts';
import { hostSystemOf } from '../../src/family/host-system.ts';
import { parseRelease } from '../../src/genimage/preflight/release.ts';
import type { Reporter } from '../../src/report/reporter.ts';
import { findTool, run } from '../../src/system/exec.ts';

/** A program that a task needs on this host, and the package of each family that brings it. */
export interface HostTool {
  readonly command: string;
  /** It is there too when one of these files is: it is no program, or none that PATH finds. */
  readonly files?: readonly string[];
  readonly debian: string;
  /** Absent where no EL package is needed or none exists. */
  readonly el?: string;
  readonly why: string;
}

/** What fills images of a family. */
export const fillingTools: Readonly<Record<'debian' | 'el', readonly HostTool[]>> = {
  el: [
    { command: 'dnf', debian: 'dnf', el: 'dnf', why: 'installs packages into the root image' },
    { command: 'rpm', debian: 'rpm', el: 'rpm', why: 'asks the package database of the image' },
  ],
  debian: [{ command: 'mmdebstrap', debian: 'mmdebstrap', why: 'makes the base of the root image' }],
};

/** What packimage and boot start on the host, and genimage whatever it builds. */
export const productTools: readonly HostTool[] = [
  { command: 'flock', debian: 'util-linux', el: 'util-linux', why: 'locks the image folder' },
  { command: 'depmod', debian: 'kmod', el: 'kmod', why: 'reads the modules of the image' },
  { command: 'cpio', debian: 'cpio', el: 'cpio', why: 'reads archives back' },
  { command: 'tar', debian: 'tar', el: 'tar', why: 'packs rootimg.tar.*' },
  { command: 'pigz', debian: 'pigz', el: 'pigz', why: 'compresses on all processors' },
  { command: 'xz', debian: 'xz-utils', el: 'xz', why: 'compresses rootimg.*.xz' },
  { command: 'zstd', debian: 'zstd', el: 'zstd', why: 'compresses rootimg.*.zst' },
  { command: 'mksquashfs', debian: 'squashfs-tools', el: 'squashfs-tools', why: 'packs rootimg.sfs' },
  {
    command: 'bsdtar',
    debian: 'libarchive-tools',
    el: 'bsdtar',
    why: 'reads ISO files without mounting them',
  },
  { command: 'getfattr', debian: 'attr', el: 'attr', why: 'finds capabilities that cpio cannot hold' },
  {
    command: 'qemu-system-x86_64',
    files: ['/usr/libexec/qemu-kvm'],
    debian: 'qemu-system-x86',
    el: 'qemu-kvm',
    why: 'boots the packed image',
  },
];

/** What the tests and the benchmarks start besides. */
export const testTools: readonly HostTool[] = [
  { command: 'mkfs.erofs', debian: 'erofs-utils', el: 'erofs-utils', why: 'packs rootimg.erofs' },
  { command: 'xorriso', debian: 'xorriso', el: 'xorriso', why: 'makes installation media' },
  { command: 'zypper', debian: 'zypper', el: 'zypper', why: 'fills images of SUSE' },
  { command: 'reprepro', debian: 'reprepro', why: "makes an archive like Ubuntu's" },
  { command: 'debootstrap', debian: 'debootstrap', why: 'makes the base where mmdebstrap is not there' },
  { command: 'setfacl', debian: 'acl', el: 'acl', why: 'makes files with access lists' },
  { command: 'setcap', debian: 'libcap2-bin', el: 'libcap', why: 'makes files with capabilities' },
  { command: 'ip', debian: 'iproute2', el: 'iproute', why: 'makes network namespaces' },
  { command: 'shellcheck', debian: 'shellcheck', el: 'ShellCheck', why: 'checks the shell of the initrd' },
  { command: 'rsync', debian: 'rsync', el: 'rsync', why: 'is the yardstick of synclists' },
  { command: 'find', debian: 'findutils', el: 'findutils', why: 'is the yardstick of file selection' },
  { command: 'dash', debian: 'dash', el: 'dash', why: 'runs the shell of the initrd as a second shell' },
  { command: 'bindfs', debian: 'bindfs', el: 'bindfs', why: 'stands for NFS with root_squash' },
  { command: 'mkfs.ext2', debian: 'e2fsprogs', el: 'e2fsprogs', why: 'makes a driver disk' },
  {
    command: 'mkfs.btrfs',
    debian: 'btrfs-progs',
    el: 'btrfs-progs',
    why: 'makes a file system with shared blocks',
  },
  { command: 'ps', debian: 'procps', el: 'procps-ng', why: 'shows what a build left running' },
  { command: 'script', debian: 'bsdutils', el: 'util-linux', why: 'runs commands on a terminal' },
  { command: 'groff', debian: 'groff-base', el: 'groff-base', why: 'checks the manual pages' },
  { command: 'zsh', debian: 'zsh', el: 'zsh', why: 'completes words as its users see it' },
  { command: 'bash', debian: 'bash', el: 'bash', why: 'completes words as its users see it' },
  { command: 'openssl', debian: 'openssl', el: 'openssl', why: 'makes certificates of a private CA' },
  { command: 'dnsmasq', debian: 'dnsmasq-base', el: 'dnsmasq', why: 'gives out addresses and iPXE' },
  {
    command: 'softhsm2-util',
    debian: 'softhsm2',
    el: 'softhsm',
    why: 'holds a key that signs images as a token does',
  },
  {
    command: 'p11tool',
    files: ['/usr/lib/x86_64-linux-gnu/engines-3/pkcs11.so', '/usr/lib64/engines-3/pkcs11.so'],
    debian: 'libengine-pkcs11-openssl',
    el: 'openssl-pkcs11',
    why: 'lets openssl sign with a token',
  },
  {
    command: 'grub-script-check',
    debian: 'grub-common',
    el: 'grub2-tools-minimal',
    why: 'reads boot entries as GRUB does',
  },
  {
    command: 'grub-bios-setup',
    files: ['/usr/lib/grub/i386-pc/pxe.mod'],
    debian: 'grub-pc-bin',
    el: 'grub2-pc-modules',
    why: 'makes a GRUB that checks signatures',
  },
  { command: 'gpg', debian: 'gpg', el: 'gnupg2', why: 'signs boot files as GRUB checks them' },
  { command: 'curl', debian: 'curl', el: 'curl', why: 'fetches as the initrd does' },
  { command: 'perl', debian: 'perl-base', el: 'perl-interpreter', why: 'cuts the power of a file system' },
  { command: 'mkfs.xfs', debian: 'xfsprogs', el: 'xfsprogs', why: 'makes a file system to cut the power of' },
  {
    command: 'sshd',
    debian: 'openssh-server',
    el: 'openssh-server',
    why: 'lets a test build on another host',
  },
  { command: 'sudo', debian: 'sudo', el: 'sudo', why: 'makes root of the user of a building host' },
  { command: 'lsinitrd', debian: 'dracut-core', el: 'dracut', why: 'lists an initrd independently' },
];

/** What boots of other architectures, over PXE with both firmwares, and over NFS need besides. */
export const bootTools: readonly HostTool[] = [
  ...[
    ['qemu-system-aarch64', 'qemu-system-arm'],
    ['qemu-system-ppc64', 'qemu-system-ppc'],
    ['qemu-system-riscv64', 'qemu-system-riscv64'],
    ['qemu-system-s390x', 'qemu-system-s390x'],
  ].map(([command = '', debian = '']) => ({ command, debian, why: 'boots images of other architectures' })),
  {
    command: 'OpenSBI',
    files: [
      '/usr/lib/riscv64-linux-gnu/opensbi/generic/fw_dynamic.bin',
      '/usr/share/qemu/opensbi-riscv64-generic-fw_dynamic.bin',
    ],
    debian: 'opensbi',
    el: 'opensbi',
    why: 'is the firmware of riscv64 machines',
  },
  {
    command: 'ganesha.nfsd',
    debian: 'nfs-ganesha-vfs',
    el: 'nfs-ganesha-vfs',
    why: 'is an NFS server for nodes',
  },
  {
    command: 'OVMF',
    files: ['/usr/share/OVMF/OVMF_CODE_4M.fd', '/usr/share/OVMF/OVMF_CODE.fd'],
    debian: 'ovmf',
    el: 'edk2-ovmf',
    why: 'is the UEFI firmware of machines',
  },
  {
    command: 'iPXE',
    files: ['/usr/lib/ipxe/snponly.efi', '/usr/share/ipxe/ipxe-snponly-x86_64.efi'],
    debian: 'ipxe',
    el: 'ipxe-bootimgs-x86',
    why: 'is given to UEFI firmware by TFTP',
  },
  {
    command: 'iPXE in network cards',
    files: ['/usr/lib/ipxe/qemu/pxe-virtio.rom', '/usr/share/ipxe/1af41000.rom'],
    debian: 'ipxe-qemu',
    el: 'ipxe-roms-qemu',
    why: 'boots a BIOS machine from its card',
  },
];

/** What looks at the pages that are made. */
export const pageTools: readonly HostTool[] = [
  { command: 'chromium', debian: 'chromium', el: 'chromium', why: 'shows the pages that are made' },
  {
    command: 'DejaVu',
    files: [
      '/usr/share/fonts/truetype/dejavu/DejaVuSans.ttf',
      '/usr/share/fonts/dejavu-sans-fonts/DejaVuSans.ttf',
    ],
    debian: 'fonts-dejavu-core',
    el: 'dejavu-sans-fonts',
    why: 'has the letters of pages',
  },
];

/** What makes packages of rootimg, and repositories of them. */
export const packageTools: readonly HostTool[] = [
  { command: 'git', debian: 'git', el: 'git', why: 'tells the version of a package' },
  { command: 'rpmbuild', debian: 'rpm', el: 'rpm-build', why: 'makes RPM packages' },
  { command: 'dpkg-deb', debian: 'dpkg', el: 'dpkg', why: 'makes Debian packages' },
  { command: 'createrepo_c', debian: 'createrepo-c', el: 'createrepo_c', why: 'indexes RPM packages' },
  { command: 'apt-ftparchive', debian: 'apt-utils', el: 'apt-utils', why: 'indexes Debian packages' },
  { command: 'gpg', debian: 'gpg', el: 'gnupg2', why: 'signs the indexes' },
];

/** What makes the roots of other hosts. */
export const hostTools: readonly HostTool[] = [
  { command: 'mmdebstrap', debian: 'mmdebstrap', why: 'makes the hosts that images are built on' },
];

type Family = 'debian' | 'el';

/**
 * Whose package manager and names this host has, by ID and ID_LIKE of os-release; undefined for any other.
 */
export async function hostFamily(file = '/etc/os-release'): Promise<Family | undefined> {
  const names = hostSystemOf(parseRelease(await readFile(file, 'utf8').catch(() => '')))?.names;
  return names === 'suse' ? undefined : names;
}

/** argv of the package manager's installation of `packages`. */
export function installArgv(family: Family, packages: readonly string[]): string[] {
  return family === 'debian'
    ? ['apt-get', 'install', '-y', '--no-install-recommends', '-o', 'DPkg::Lock::Timeout=300', ...packages]
    : ['dnf', 'install', '-y', '--setopt=install_weak_deps=False', ...packages];
}

/** True when this host has it. */
export async function isThere({ command, files = [] }: HostTool): Promise<boolean> {
  return files.some((file) => existsSync(file)) || (await findTool(command)) !== undefined;
}

async function missingTools(tools: readonly HostTool[]): Promise<HostTool[]> {
  const found = await Promise.all(tools.map(isThere));
  return tools.filter((_, index) => !found[index]);
}

/**
 * Installs what is missing with the host's own package manager, saying what and why; throws when it cannot.
 */
export async function ensureHostTools(tools: readonly HostTool[], reporter: Reporter): Promise<void> {
  const missing = await missingTools(tools);
  if (missing.length === 0) return;
  const family = await hostFamily();
  const nameOf = (tool: HostTool) => (family === 'el' ? (tool.el ?? tool.command) : tool.debian);
  if (family === undefined) {
    throw new RootimgError('host-unknown', 'This host is neither Debian-like nor EL-like.', {
      hint: 'Install these programs by hand, then try again:',
      details: missing.map((tool) => `${tool.command}: ${tool.why}`),
    });
  }
  reporter.info('Installing system packages:');
  for (const tool of missing) reporter.info(`  ${nameOf(tool).padEnd(18)} ${tool.command} ${tool.why}`);
  const env = { DEBIAN_FRONTEND: 'noninteractive' };
  const packages = [...new Set(missing.map(nameOf))];
  if (family === 'debian') await run(['apt-get', 'update', '-q'], { env, action: 'read the package lists' });
  await run(installArgv(family, packages), { env, action: 'install system packages' });
  const still = await missingTools(missing);
  if (still.length > 0) {
    throw new RootimgError(
      'host-tools-missing',
      `Still missing: ${still.map((tool) => tool.command).join(', ')}`,
    );
  }
}
