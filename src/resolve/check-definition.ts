import type { Problem } from '../base/errors.ts';
import { partProblems } from './check-values.ts';
import { attribute, type ImageDefinition, originOf } from './definition.ts';

const needed = ['osvers', 'osarch', 'profile', 'provmethod'] as const;

/**
 * The attributes without which an image has no name and no place: one problem that names all that are unset,
 * and those that are no names.
 */
export function checkNeededAttributes(name: string, definition: ImageDefinition): Problem[] {
  const unset = needed.filter((key) => attribute(definition, key) === undefined);
  const parts = (['osvers', 'osarch', 'profile'] as const).flatMap((key) =>
    partProblems({ [`${key} of '${name}'`]: attribute(definition, key) }).map((problem) => ({
      ...problem,
      ...originOf(definition, key),
    })),
  );
  if (unset.length === 0) return parts;
  return [
    {
      code: 'attribute-missing',
      message: `Image '${name}' has no ${unset.join(', ')}.`,
      hint: `osvers, osarch, profile and provmethod are needed: chdef -t osimage -o ${name} ${unset[0]}=…`,
    },
    ...parts,
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
