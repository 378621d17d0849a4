import type { OsimageAttribute } from '../../definition/attributes.ts';
import type { ObjectType } from '../../definition/object.ts';

const osimageHelp: Readonly<Record<OsimageAttribute, string>> = {
  imagename: 'name of the definition; set with -o',
  groups: 'image groups it belongs to',
  profile: 'what its nodes are used for, such as compute',
  imagetype: 'linux',
  description: 'free text',
  provmethod: 'how nodes get it: netboot, statelite, install',
  rootfstype: 'root file system of a statelite node: nfs or ramdisk',
  nfsrootopts: 'mount options of a statelite root on NFS',
  osdistroname: 'distribution it is made from, such as rhels9.4-x86_64',
  osupdatename: 'updates of the distribution',
  cfmdir: 'folder of the configuration file manager',
  osname: 'Linux',
  osvers: 'distribution and release, such as rhels9.4',
  osarch: 'architecture, such as x86_64',
  synclists: 'files that list what is copied into the image and to its nodes',
  postscripts: 'scripts that its nodes run when they are installed or booted',
  postbootscripts: 'scripts that its nodes run after they have booted',
  serverrole: 'role of its nodes',
  isdeletable: 'whether tools may remove it',
  kitcomponents: 'components of software kits',
  environvar: 'K=V pairs in the environment of its build',
  usercomment: 'free text',
  template: 'file that answers the installer (provmethod install)',
  boottarget: 'boot target instead of kernel and initrd',
  addkcmdline: 'additional kernel parameters',
  pkglist: 'files that list its packages',
  pkgdir: 'folders and addresses of the distribution packages',
  otherpkglist: 'files that list packages of otherpkgdir',
  otherpkgdir: 'folders and addresses of other packages',
  exlist: 'files that list what packimage leaves out',
  postinstall: 'scripts with arguments that genimage runs after the packages',
  rootimgdir: 'folder of the image',
  kerneldir: 'folder with another kernel',
  nodebootif: 'network interface that the node boots from',
  otherifce: 'other network interfaces to configure by DHCP',
  netdrivers: 'kernel modules for the initrd',
  kernelver: 'kernel version',
  krpmver: 'version of the kernel packages',
  permission: 'mode of the statelite folder, such as 755',
  dump: 'where kernel dumps go',
  crashkernelsize: 'memory kept for the dump kernel',
  partitionfile: 'file or script that lays out a disk',
  driverupdatesrc: 'driver disks (dud:file) and driver packages (rpm:file)',
};

const siteHelp: Readonly<Record<string, string>> = {
  debian_apt_mirror: 'mirror of Debian for images whose pkgdir names none',
  installdir: 'folder of media, packages and images (/install)',
  master: 'address of the management node',
  secureroot: 'set to 1 the root account of images has no password',
  tftpdir: 'folder that the TFTP server offers (/tftpboot)',
  timezone: 'time zone of images, such as Europe/Berlin',
  ubuntu_apt_mirror: 'mirror of Ubuntu for images whose pkgdir names none',
};

/**
 * The attributes of a type, or `only` these of them, one in a line, for `-h -t`. The site may have others
 * besides.
 */
export function attributesHelp(type: ObjectType, only?: readonly string[]): string {
  const all = Object.entries(type === 'site' ? siteHelp : osimageHelp).sort(([a], [b]) => (a < b ? -1 : 1));
  const asked = all.filter(([name]) => only?.includes(name));
  // Names that do not exist: all of them show what is meant.
  const help = asked.length > 0 ? asked : all;
  const width = Math.max(...help.map(([name]) => name.length)) + 2;
  const lines = help.map(([name, text]) => `${name.padEnd(width)}${text}`);
  return `The valid attribute names for object type '${type}' are:\n\n${lines.join('\n')}\n`;
}
