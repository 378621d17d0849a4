import { attribute, type ImageDefinition } from '../../resolve/definition.ts';
import type { NotUsed } from './check-report.ts';

/**
 * Why rootimg does nothing with what an administrator may expect something of; docs/definitions.md has the
 * whole list.
 */
const reasons: Readonly<Record<string, string>> = {
  boottarget: 'rootimg netboot writes entries for the kernel of the image only',
  partitionfile: "xCAT's server gives it to nodes; images of rootimg keep nothing on local disks",
  cfmdir: 'put the synclists that it makes into synclists',
  osupdatename: 'updates come from pkgdir and otherpkgdir only',
  kitcomponents: 'put its packages into otherpkglist, its lists into exlist and postinstall',
  template: 'it installs nodes on their disks, which rootimg does not do',
  serverrole: "xCAT's server uses it for service nodes",
  isdeletable: 'rmdef removes what it is told to',
  postscripts: "xCAT's server gives them to nodes, after its own definition of the image",
  postbootscripts: "xCAT's server gives them to nodes, after its own definition of the image",
};

/** Those that make a statelite image, which rootimg builds the tree and initrd of and no more. */
const stateliteOnly = ['rootfstype', 'nfsrootopts', 'permission'];

/** The attributes of a definition that xCAT would do something with and rootimg does not. */
export function unusedAttributes(definition: ImageDefinition): NotUsed[] {
  const isSet = (name: string) => attribute(definition, name) !== undefined;
  const found = Object.entries(reasons)
    .filter(([name]) => isSet(name))
    .map(([what, why]) => ({ what, why }));
  if (isSet('crashkernelsize') && !isSet('dump')) {
    found.push({ what: 'crashkernelsize', why: 'it counts together with dump only' });
  }
  if (attribute(definition, 'provmethod') !== 'statelite') return found;
  const why = 'the line that boots a statelite node is written by xCAT';
  return [...found, ...stateliteOnly.filter(isSet).map((what) => ({ what, why }))];
}
