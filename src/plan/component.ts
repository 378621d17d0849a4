import * as z from 'zod';
import { componentFault } from '../base/name-component.ts';

/** A word of a file that becomes one name within a folder: the file may come from another host. */
export const componentSchema = z.string().superRefine((word, context) => {
  const fault = componentFault(word);
  if (fault !== undefined)
    context.addIssue({ code: 'custom', message: `cannot be part of a path: ${fault}` });
});

/** A word of a file that is written into a file with a line for each. */
export const lineSchema = z.string().regex(/^\P{Cc}*$/u, 'holds a line break or another control character');
