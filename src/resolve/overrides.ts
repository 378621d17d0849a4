import type { BuildRequest } from '../plan/request.ts';
import { attribute, type ImageDefinition } from './definition.ts';

/**
 * The options that win over the definition and are written back to it, in xCAT's order of announcing them.
 */
export const overrideFields = [
  'nodebootif',
  'otherifce',
  'kernelver',
  'krpmver',
  'kerneldir',
  'netdrivers',
  'permission',
] as const;

/** The attributes that the options change, with their new values. */
export function changedAttributes(
  options: BuildRequest,
  definition: ImageDefinition,
): Record<string, string> {
  const changed: Record<string, string> = {};
  for (const field of overrideFields) {
    const value = options[field];
    if (value !== undefined && value !== attribute(definition, field)) changed[field] = value;
  }
  return changed;
}

/** One line for each changed attribute, for standard output. */
export function announceChanges(
  changed: Readonly<Record<string, string>>,
  definition: ImageDefinition,
): string[] {
  return Object.keys(changed).map((field) => {
    const old = attribute(definition, field);
    return `The ${field} is different from the definition (${old ?? 'unset'}), will update it.`;
  });
}
