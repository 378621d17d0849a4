import type { HostTool } from '../lib/host-packages.ts';

/** What making the sample repository needs on a Debian host. */
export const sampleRepositoryTools: readonly HostTool[] = [
  { command: 'dpkg-deb', debian: 'dpkg', why: 'unpacks the Debian packages' },
  { command: 'apt-get', debian: 'apt', why: 'finds, downloads and verifies the Debian packages' },
  { command: 'rpmbuild', debian: 'rpm', why: 'makes RPMs of them' },
  { command: 'rpmsign', debian: 'rpm', why: 'signs the RPMs' },
  { command: 'createrepo_c', debian: 'createrepo-c', why: 'makes the metadata of the repository' },
  { command: 'gpg', debian: 'gnupg', why: 'makes the keys that sign the RPMs' },
  { command: 'xz', debian: 'xz-utils', why: 'compresses the modules of the kernel package' },
  { command: 'depmod', debian: 'kmod', why: 'lists the modules of the kernel package' },
];
