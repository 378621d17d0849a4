import type { Problem } from '../base/errors.ts';
import { attribute, type ImageDefinition, originOf } from './definition.ts';

const needed = ['osvers', 'osarch', 'profile', 'provmethod'] as const;

/** The attributes without which an image has no name and no place: one problem that names all that are unset. */
export function checkNeededAttributes(name: string, definition: ImageDefinition): Problem[] {
  const unset = needed.filter((key) => attribute(definition, key) === undefined);
  if (unset.length === 0) return [];
  return [
    {
      code: 'attribute-missing',
      message: `Image '${name}' has no ${unset.join(', ')}.`,
      hint: `osvers, osarch, profile and provmethod are needed: chdef -t osimage -o ${name} ${unset[0]}=…`,
    },
  ];
}

/** provmethod must be one that this command works on. */
export function checkProvmethod(
  name: string,
  definition: ImageDefinition,
  allowed: readonly string[],
): Problem[] {
  const provmethod = attribute(definition, 'provmethod');
  if (provmethod === undefined || allowed.includes(provmethod)) return [];
  return [
    {
      code: 'provmethod',
      message: `Image '${name}' has provmethod=${provmethod}; ${allowed.join(' or ')} is needed here.`,
      ...originOf(definition, 'provmethod'),
      hint: `chdef -t osimage -o ${name} provmethod=netboot`,
    },
  ];
}
