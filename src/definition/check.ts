import type { Origin, Problem } from '../base/errors.ts';
import { fitsImagetype, isOsimageAttribute, neededImagetypes } from './attributes.ts';
import { valueFault } from './attribute-values.ts';
import { isForeignType, isObjectType, nameFault, objectTypes, siteName } from './object.ts';
import { attributeFault } from './stanza-write.ts';

/** An object as somebody asked for it, from a stanza or from the command line. */
export interface WantedObject {
  readonly name: string;
  readonly type: string | undefined;
  readonly origin?: Origin;
  readonly attributes: ReadonlyMap<string, { readonly value: string; readonly origin?: Origin }>;
}

/** All that is wrong with an object in itself: type, name, attribute names, values. Nothing is looked up. */
export function checkObject(object: WantedObject): Problem[] {
  const at = object.origin === undefined ? {} : { origin: object.origin };
  const problems = [...typeProblems(object.type, object.name, at), ...nameProblems(object, at)];
  for (const [name, attribute] of object.attributes) {
    const here = attribute.origin === undefined ? at : { origin: attribute.origin };
    if (object.type === 'osimage' && !isOsimageAttribute(name)) {
      problems.push(unknownAttribute(name, object.type, here));
      continue;
    }
    const fault =
      attributeFault(name, attribute.value === '' ? '-' : attribute.value) ??
      (object.type === 'osimage' ? valueFault(name, attribute.value) : undefined);
    if (fault !== undefined) {
      const message = `${name} of '${object.name}' cannot be stored: ${fault}.`;
      problems.push({ code: 'attribute-value', message, ...here });
    }
  }
  return problems;
}

/** The problem of an attribute name that the type does not have. */
export function unknownAttribute(name: string, type: string, at: { origin?: Origin } = {}): Problem {
  const message = `'${name}' is not a valid attribute name for an object type of '${type}'.`;
  return { code: 'attribute-unknown', message, ...at };
}

/** The problem of a type that is not kept here. */
export function typeProblem(type: string): Problem {
  const kept = `Kept here are ${objectTypes.join(' and ')}: give it with -t.`;
  if (isForeignType(type))
    return { code: 'type-foreign', message: `Objects of type '${type}' are not kept here.`, hint: kept };
  return { code: 'type-unknown', message: `Type '${type}' is not a valid object type.`, hint: kept };
}

/** The attributes that are set although the imagetype, the new or the old one, does not allow them. */
export function checkConditions(
  object: WantedObject,
  current: ReadonlyMap<string, string> = new Map(),
): Problem[] {
  if (object.type !== 'osimage') return [];
  const imagetypes = [object.attributes.get('imagetype')?.value, current.get('imagetype')];
  const problems: Problem[] = [];
  for (const [name, { origin }] of object.attributes) {
    if (!isOsimageAttribute(name) || imagetypes.some((imagetype) => fitsImagetype(name, imagetype))) continue;
    const message = `Cannot set '${name}' of '${object.name}' unless imagetype is ${neededImagetypes(name)}.`;
    problems.push({ code: 'attribute-condition', message, ...(origin === undefined ? {} : { origin }) });
  }
  return problems;
}

function typeProblems(type: string | undefined, name: string, at: { origin?: Origin }): Problem[] {
  if (type === undefined || type === '') {
    const message = `No objtype is given for '${name}'.`;
    return [
      { code: 'type-missing', message, ...at, hint: 'The first line of an object is objtype=osimage.' },
    ];
  }
  return isObjectType(type) ? [] : [{ ...typeProblem(type), ...at }];
}

function nameProblems(object: WantedObject, at: { origin?: Origin }): Problem[] {
  const fault = nameFault(object.name);
  if (fault !== undefined) {
    return [{ code: 'name', message: `'${object.name}' cannot be the name of an object: ${fault}.`, ...at }];
  }
  if (object.type !== 'site' || object.name === siteName) return [];
  return [
    { code: 'name', message: `The only object of type site is ${siteName}, not '${object.name}'.`, ...at },
  ];
}
