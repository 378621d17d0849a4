import type { OsimageAttribute } from './attributes.ts';

/**
 * Where xcat-inventory puts each attribute of an osimage (its schemas 0.1 to 2.0 agree), as a path below the
 * image; with `list` as a list of the elements of the comma list. imagename is the key itself. nfsrootopts
 * has no place there; it gets one beside rootfstype.
 */
const layout: Readonly<
  Record<Exclude<OsimageAttribute, 'imagename'>, readonly [path: string, form?: 'list']>
> = {
  imagetype: ['imagetype'],
  osvers: ['basic_attributes.distribution'],
  osarch: ['basic_attributes.arch'],
  osdistroname: ['basic_attributes.osdistro'],
  osname: ['basic_attributes.osname'],
  description: ['basic_attributes.description'],
  groups: ['basic_attributes.groups'],
  profile: ['role'],
  provmethod: ['provision_mode'],
  pkglist: ['package_selection.pkglist', 'list'],
  pkgdir: ['package_selection.pkgdir', 'list'],
  otherpkglist: ['package_selection.otherpkglist', 'list'],
  otherpkgdir: ['package_selection.otherpkgdir', 'list'],
  osupdatename: ['osupdatename'],
  driverupdatesrc: ['kernel_driver.driverupdatesrc'],
  netdrivers: ['kernel_driver.netdrivers'],
  kerneldir: ['kernel_driver.kerneldir'],
  kernelver: ['kernel_driver.kernelver'],
  postscripts: ['scripts.postscripts', 'list'],
  postbootscripts: ['scripts.postbootscripts', 'list'],
  environvar: ['environvars'],
  dump: ['kernel_dump.dump'],
  crashkernelsize: ['kernel_dump.crashkernelsize'],
  template: ['template'],
  partitionfile: ['diskpartitionspec'],
  synclists: ['filestosync', 'list'],
  addkcmdline: ['addkcmdline'],
  boottarget: ['boottarget'],
  exlist: ['genimgoptions.exlist', 'list'],
  postinstall: ['genimgoptions.postinstall', 'list'],
  rootimgdir: ['genimgoptions.rootimgdir'],
  nodebootif: ['genimgoptions.nodebootif'],
  permission: ['genimgoptions.permission'],
  rootfstype: ['genimgoptions.rootfstype'],
  nfsrootopts: ['genimgoptions.nfsrootopts'],
  cfmdir: ['deprecated.cfmdir'],
  serverrole: ['deprecated.serverrole'],
  kitcomponents: ['deprecated.kitcomponents'],
  isdeletable: ['deprecated.isdeletable'],
  otherifce: ['deprecated.otherifce'],
  usercomment: ['deprecated.comments', 'list'],
  krpmver: ['deprecated.krpmver'],
};

/** Where an attribute is written. */
export interface InventoryPlace {
  readonly attribute: string;
  readonly path: string;
  readonly isList: boolean;
}

/** All places. */
export const inventoryPlaces: readonly InventoryPlace[] = Object.entries(layout).map(
  ([attribute, [path, form]]) => ({ attribute, path, isList: form === 'list' }),
);

/** Schemas of xcat-inventory whose osimage is laid out so. */
export const inventorySchemas: readonly string[] = ['0.1', '0.2', '1.0', '2.0', 'latest'];

/** What xcat-inventory takes for an attribute; it refuses a file with any other value. */
export const inventoryValues: Readonly<Record<string, readonly string[]>> = {
  imagetype: ['linux', 'windows'],
  profile: ['compute', 'service'],
  provmethod: ['install', 'netboot', 'statelite'],
  rootfstype: ['nfs', 'ramdisk'],
};
