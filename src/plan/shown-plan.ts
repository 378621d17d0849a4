import * as z from 'zod';
import { buildPlanSchema } from './build-plan.ts';
import { buildRequestSchema } from './request.ts';

const problemSchema = z.strictObject({
  code: z.string(),
  message: z.string(),
  origin: z.strictObject({ file: z.string(), line: z.number().optional() }).optional(),
  hint: z.string().optional(),
});

/** What `genimage --dryrun --json` prints, and what `--plan` takes on the building node. */
export const shownPlanSchema = z.strictObject({
  schema: z.literal(1),
  /** The dry-run line. */
  command: z.string(),
  request: buildRequestSchema,
  /** What building on the host of the dry run would do; null where it could not be resolved there. */
  plan: buildPlanSchema.nullable(),
  /** Why there is no plan. */
  problems: z.array(problemSchema),
});
export type ShownPlan = z.infer<typeof shownPlanSchema>;

/** What it prints where not even the request could be made: the definition is unknown or wrong. */
export const failedPlanSchema = z.strictObject({
  schema: z.literal(1),
  command: z.null(),
  request: z.null(),
  plan: z.null(),
  problems: z.array(problemSchema),
});
export type FailedPlan = z.infer<typeof failedPlanSchema>;
