import { fitsImagetype, isOsimageAttribute } from './attributes.ts';
import type { DefinitionObject } from './object.ts';
import { siteDefaults } from './site.ts';

/**
 * The object as the commands show and select it: an osimage without the attributes that its imagetype does
 * not allow (they stay stored and come back with the imagetype, as in xCAT's tables), the site with its
 * defaults.
 */
export function visibleObject(object: DefinitionObject): DefinitionObject {
  if (object.type === 'site')
    return { ...object, attributes: new Map([...siteDefaults, ...object.attributes]) };
  const imagetype = object.attributes.get('imagetype');
  const attributes = new Map(
    [...object.attributes].filter(([name]) => isOsimageAttribute(name) && fitsImagetype(name, imagetype)),
  );
  return { ...object, attributes };
}

/** The value that -w compares: '' when unset, undefined for an attribute that the object cannot have. */
export function selectableValue(object: DefinitionObject, attribute: string): string | undefined {
  if (attribute === 'objtype') return object.type;
  const value = object.attributes.get(attribute);
  if (value !== undefined || object.type === 'site') return value;
  return isOsimageAttribute(attribute) && attribute !== 'imagename' ? '' : undefined;
}
