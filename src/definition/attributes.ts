/** What is known of one osimage attribute. */
interface AttributeRule {
  /**
   * Values of imagetype with which it may be set; absent: with any. xCAT: the only_if rules of its schema.
   */
  readonly imagetypes?: readonly string[];
  /** Its value is a comma list. */
  readonly list?: true;
}

const linux = ['linux'] as const;

/** Every attribute of an osimage, in the order of the contract. */
const osimageAttributes = {
  imagename: {},
  groups: { list: true },
  profile: {},
  imagetype: {},
  description: {},
  provmethod: {},
  rootfstype: { imagetypes: linux },
  nfsrootopts: { imagetypes: linux, list: true },
  osdistroname: {},
  osupdatename: { list: true },
  cfmdir: {},
  osname: {},
  osvers: {},
  osarch: {},
  synclists: { list: true },
  postscripts: { list: true },
  postbootscripts: { list: true },
  serverrole: {},
  isdeletable: {},
  kitcomponents: { list: true },
  environvar: { list: true },
  usercomment: { imagetypes: ['linux', 'NIM'] },
  template: { imagetypes: ['linux', 'windows'] },
  boottarget: { imagetypes: linux },
  addkcmdline: { imagetypes: linux },
  pkglist: { imagetypes: linux, list: true },
  pkgdir: { imagetypes: linux, list: true },
  otherpkglist: { imagetypes: linux, list: true },
  otherpkgdir: { imagetypes: linux, list: true },
  exlist: { imagetypes: linux, list: true },
  postinstall: { imagetypes: linux, list: true },
  rootimgdir: { imagetypes: linux },
  kerneldir: { imagetypes: linux },
  nodebootif: { imagetypes: linux },
  otherifce: { imagetypes: linux, list: true },
  netdrivers: { imagetypes: linux, list: true },
  kernelver: { imagetypes: linux },
  krpmver: { imagetypes: linux },
  permission: { imagetypes: linux },
  dump: { imagetypes: ['linux', 'NIM'] },
  crashkernelsize: { imagetypes: linux },
  partitionfile: { imagetypes: ['linux', 'windows'], list: true },
  driverupdatesrc: { imagetypes: linux, list: true },
} as const satisfies Readonly<Record<string, AttributeRule>>;

export type OsimageAttribute = keyof typeof osimageAttributes;

/** True for the name of an osimage attribute. */
export function isOsimageAttribute(name: string): name is OsimageAttribute {
  return Object.hasOwn(osimageAttributes, name);
}

/** True for an attribute whose value is a comma list. */
export function isListAttribute(attribute: OsimageAttribute): boolean {
  const rule: AttributeRule = osimageAttributes[attribute];
  return rule.list === true;
}

/** True when an osimage whose imagetype is `imagetype` can have this attribute. */
export function fitsImagetype(attribute: OsimageAttribute, imagetype: string | undefined): boolean {
  const { imagetypes }: AttributeRule = osimageAttributes[attribute];
  if (imagetypes === undefined) return true;
  return (imagetype ?? '').split(',').some((type) => imagetypes.includes(type));
}

/** The imagetypes an attribute needs, as people read them: `linux or NIM`. */
export function neededImagetypes(attribute: OsimageAttribute): string {
  const { imagetypes }: AttributeRule = osimageAttributes[attribute];
  return (imagetypes ?? []).join(' or ');
}

/** Names of all osimage attributes, sorted. */
export const osimageAttributeNames: readonly string[] = Object.keys(osimageAttributes).sort();
