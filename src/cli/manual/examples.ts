import { own } from '../../base/own.ts';

/**
 * Command lines for the manual pages: together they have every option of every command, but those that
 * all share and those of xCAT's that are refused. A test types each of them.
 */
export const examples: Readonly<Record<string, readonly string[]>> = {
  genimage: [
    'genimage compute',
    'genimage --dryrun compute',
    'genimage --dryrun -n igb,tg3 -i eth0 -r eth1,ib0 -k 5.14.0-427.el9.x86_64 -g 5.14.0-427.el9 compute',
    'genimage --dryrun -o rocky9.4 -a x86_64 -p compute -l 4G -t 1G',
    'genimage --dryrun -m statelite -o ubuntu22.04 -a x86_64 -p compute',
    'genimage --dryrun --permission 755 --kerneldir /install/kernels --ignorekernelchk --noupdate compute',
    'genimage --dryrun --interactive compute',
    'genimage --onlyinitrd compute',
    'genimage --dryrun --no-gpgcheck --tolerate-scriptlets --accept-licenses --allow-vendor-change compute',
    "genimage --dryrun --gpgkeys site.asc --repository 'http://repo.example gpgcheck=no' --no-network compute",
    'genimage --dryrun --mirror http://mirror.example/debian --sumskey /etc/rootimg/sums.pem compute',
    'genimage --fresh --no-cache --wait --force compute',
    'genimage --dryrun --stage /var/tmp/stage --postinstall-timeout 600 --emulate compute',
    'genimage --on n1 --on-lost keep compute',
    'genimage --via slurm --partition build --constraint x86_64 compute',
    'genimage --on n1 --resume compute',
    'genimage --lock --keep-packages /install/kept compute',
    'genimage --locked --reproducible compute',
    'genimage --update-lock compute',
  ],
  packimage: [
    'packimage -m squashfs -c zstd compute',
    'packimage --nosyncfiles --strict --wait compute',
    'packimage --gate boot --sign /etc/rootimg/sums.key compute',
    'packimage --root-password-file /etc/rootimg/root.hash --verify full compute',
    'packimage --reproducible --force compute',
    'packimage -m squashfs --layers --rebase compute',
  ],
  'verify-build': ['rootimg verify-build --keep-packages /install/kept compute'],
  copycds: [
    'copycds -i rocky-9.4.iso',
    'copycds -n rocky9.4 -a x86_64 -p /install/rocky disc1.iso disc2.iso',
    'copycds --osver rocky9.4 -o -w rocky-9.4.iso',
  ],
  lsdef: [
    'lsdef -a',
    'lsdef -t osimage -o compute -l',
    'lsdef -t osimage -s',
    'lsdef -t osimage -z compute',
    'lsdef -t osimage -w osarch==x86_64 -i osvers,profile -c',
    'lsdef -S -t site clustersite',
  ],
  mkdef: [
    'mkdef -t osimage -o copy --template compute rootimgdir=/install/netboot/copy',
    'mkdef -f -t osimage -o copy imagetype=linux profile=login',
    'mkdef -t osimage -u profile=compute osvers=rhels9.4 osarch=x86_64 provmethod=netboot',
    'lsdef -t osimage -z compute | mkdef -z -f',
    'mkdef -d -t osimage -o third imagetype=linux',
  ],
  chdef: [
    'chdef -t osimage -o compute -p netdrivers=igb',
    'chdef -t osimage -o compute -m netdrivers=igb',
    'lsdef -t osimage -z compute | chdef -z',
    'chdef -t osimage -o copy -n other',
    'chdef -t osimage -u profile=compute osvers=rhels9.4 osarch=x86_64 provmethod=netboot',
    'chdef -d -t site -o clustersite timezone=Europe/Berlin',
  ],
  rmdef: ['rmdef -t osimage -o other', 'rmdef -C -t osimage -o third', 'rmdef -a -f'],
  boot: [
    'rootimg boot compute',
    'rootimg boot --memory 4096 --cpus 2 --firmware uefi --pxe --timeout 600 compute',
    'rootimg boot --all-formats compute',
  ],
  builders: ['rootimg builders'],
  cache: ['rootimg cache list', 'rootimg cache prune --to 10G', 'rootimg cache prune --all'],
  check: [
    'rootimg check compute',
    'rootimg check --nics nics.txt --secure-boot compute',
    'rootimg check --advisories compute',
  ],
  config: ['rootimg config'],
  diff: ['rootimg diff compute compute@1', 'rootimg diff --advisories compute@1 compute'],
  doctor: ['rootimg doctor'],
  export: ['rootimg export compute', 'rootimg export --format stanza compute'],
  fetch: ['rootimg fetch --force --wait n1:/var/lib/rootimg/build compute'],
  history: ['rootimg history compute'],
  imgexport: ['imgexport compute compute.tgz -e /root/notes.txt'],
  imgimport: ['imgimport compute.tgz -f login -n --force'],
  import: ['rootimg import images.yaml', 'rootimg import --force images.yaml'],
  init: ['rootimg init --yes'],
  kit: ['rootimg kit kit.tar', 'rootimg kit kit.tar --family rh,rocky --node /opt/node/bin/node'],
  netboot: [
    'rootimg netboot compute',
    'rootimg netboot --server 10.0.0.1 --follow --dir /tmp/entries compute',
  ],
  nics: ['rootimg nics n1,n2'],
  parity: ['rootimg parity compute'],
  prune: ['rootimg prune --keep 2 compute'],
  report: ['rootimg report compute'],
  rmimage: ['rmimage compute --xcatdef --force', 'rmimage -o rocky9.4 -a x86_64 -p compute'],
  rollback: ['rootimg rollback compute'],
  sbom: ['rootimg sbom --format spdx compute'],
  show: ['rootimg show pkglist compute'],
  sign: [
    'rootimg sign --key /etc/rootimg/sums.key --certificate /etc/rootimg/sums.crt --gpg boot@site compute',
  ],
  stale: ['rootimg stale n1,n2', 'rootimg stale --reports booted.txt'],
  why: ['rootimg why compute /usr/bin/bash', 'rootimg why compute bash'],
};

/** Those of one command. */
export function examplesOf(command: string): readonly string[] {
  return own(examples, command) ?? [];
}

/** Options that many commands have, each with one line. */
export const sharedExamples: readonly string[] = [
  'rootimg config --json',
  'packimage --quiet compute',
  'packimage --verbose compute',
  'lsdef --store /etc/rootimg -t osimage',
  'lsdef --def compute.stanza -t osimage',
  'lsdef -t osimage -V',
  'genimage --help',
  'genimage -v',
];
