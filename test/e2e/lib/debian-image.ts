import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { silentReporter } from '../../../src/report/silent.ts';
import { ensureSampleArchive } from '../../../tools/sample-archive/index.ts';
import { makeDeb } from '../../lib/debs.ts';
import { administrator } from './administrator.ts';
import type { SampleImage } from './sample-image.ts';

const pkglist = [
  ...['systemd-sysv', 'dracut', 'dracut-network', 'openssh-server', 'iproute2', 'iputils-arping'],
  ...['isc-dhcp-client', 'kmod', 'udev', 'curl', 'dbus', 'procps', 'zstd', 'cpio', 'file', 'bc'],
];

/** Where an image's packages come from: attributes, packages that it alone has, and lines of config.yaml. */
interface Source {
  readonly own: readonly string[];
  readonly attributes: readonly string[];
  readonly config: string;
}

/** This host's own Debian, from the mirror that its apt is configured with. */
async function ownMirror(): Promise<Source> {
  const release = /^VERSION_ID="?(\d+)/m.exec(await readFile('/etc/os-release', 'utf8'))?.[1];
  return {
    own: ['linux-image-cloud-amd64', 'pigz'],
    attributes: [`osvers=debian${release}`, 'osarch=x86_64'],
    config: '',
  };
}

/** The sample archive, which lies on this host: apt reads its few packages at once. */
async function sampleArchive(): Promise<Source> {
  const { osvers, arch, mirror, keyFile } = await ensureSampleArchive(silentReporter());
  return {
    own: ['linux-image-generic'],
    attributes: [`osvers=${osvers}`, `osarch=${arch}`, `pkgdir=file://${mirror} jammy main universe`],
    config: `keys: [${keyFile}]\n`,
  };
}

const sources = { 'own mirror': ownMirror, 'sample archive': sampleArchive };

export interface DebianImage extends SampleImage {
  readonly root: string;
  /** Names of the installed packages. */
  installed(): Set<string>;
}

/**
 * An administrator with one small image that boots. A folder of its site brings site-tool, and its second list
 * takes bc away, which the first one names.
 */
export async function debianImage(image: string, from: keyof typeof sources): Promise<DebianImage> {
  const { own, attributes, config } = await sources[from]();
  const admin = await administrator();
  const rootimgdir = join(admin.installdir, 'image');
  const root = join(rootimgdir, 'rootimg');
  const others = join(admin.base, 'others');
  await mkdir(join(others, 'site'), { recursive: true });
  makeDeb(join(others, 'site'), {
    name: 'site-tool',
    fields: 'Depends: file\n',
    files: { 'opt/site/tool': '1\n' },
  });
  // A folder of plain files has no signature.
  const trusted = `repositories: [{url: '${others}', gpgcheck: false}]\n`;
  await writeFile(join(admin.base, 'etc/config.yaml'), `${config}${trusted}`);
  const lists = [join(admin.base, 'compute.pkglist'), join(admin.base, 'compute.otherpkgs.pkglist')] as const;
  await writeFile(lists[0], `${[...own, ...pkglist].join('\n')}\n`);
  await writeFile(lists[1], '-bc\nsite/site-tool\n');
  const made = await admin.type(
    ...(['mkdef', '-t', 'osimage', '-o', image, 'imagetype=linux', 'provmethod=netboot'] as const),
    ...['profile=compute', ...attributes, `pkglist=${lists[0]}`, `otherpkglist=${lists[1]}`],
    ...[`otherpkgdir=${others}`, `rootimgdir=${rootimgdir}`],
  );
  if (made.status !== 0) throw new Error(`the image could not be defined: ${made.stderr}`);
  const installed = () => {
    const status = readFileSync(join(root, 'var/lib/dpkg/status'), 'utf8').split('\n\n');
    const whole = status.filter((part) => part.includes('\nStatus: install ok installed\n'));
    return new Set(whole.map((part) => /^Package: (.*)$/m.exec(part)?.[1] ?? ''));
  };
  return { ...admin, image, rootimgdir, root, installed };
}
