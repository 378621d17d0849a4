import { componentFault } from '../base/name-component.ts';

/** Attributes that become names of folders and of profile files. */
const parts: ReadonlySet<string> = new Set(['osvers', 'osarch', 'profile']);

/**
 * What is wrong with the value of an osimage attribute, or undefined. Checked where values are set, so that a
 * store made by another program can still be read. An empty value unsets the attribute.
 */
export function valueFault(attribute: string, value: string): string | undefined {
  if (value === '') return undefined;
  if (attribute === 'nfsrootopts') return nfsrootoptsFault(value);
  if (attribute === 'permission' && !/^[0-7]{3,4}$/.test(value)) {
    return `'${value}' is not a mode of three or four octal digits such as 755`;
  }
  return parts.has(attribute) ? componentFault(value) : undefined;
}

/** xCAT: a comma list of mount options; the root of a statelite node is always read-only. */
function nfsrootoptsFault(value: string): string | undefined {
  for (const option of value.split(',')) {
    if (option === '') return 'an option between two commas is empty';
    if (/\s/.test(option)) return `'${option}' contains a blank`;
    if (option === 'rw' || option === 'defaults') {
      return `'${option}' is not allowed: the NFS root of a statelite node is always read-only`;
    }
  }
  return undefined;
}
