import type { DefinitionObject } from '../definition/object.ts';
import type { Origin } from '../base/errors.ts';

/** One osimage as its definition says it. */
export type ImageDefinition = Pick<DefinitionObject, 'attributes' | 'origins'>;

/** The attribute's value, or undefined when it is unset or empty. `0` is a value. */
export function attribute(definition: ImageDefinition, name: string): string | undefined {
  return definition.attributes.get(name) || undefined;
}

/** Where the attribute stands, as the part of a problem that says it. */
export function originOf(definition: ImageDefinition, name: string): { origin?: Origin } {
  const origin = definition.origins.get(name);
  return origin === undefined ? {} : { origin };
}
