import * as z from 'zod';
import { eventSchemaVersion } from './event-version.ts';
import { parseJson } from './parse-json.ts';

const problemSchema = z.object({
  code: z.string(),
  message: z.string(),
  origin: z.object({ file: z.string(), line: z.number().optional() }).optional(),
  hint: z.string().optional(),
  /** Lines as they are, such as the end of a tool's output. */
  details: z.array(z.string()).optional(),
});

const milliseconds = z.number().int().nonnegative();

const bodySchema = z.discriminatedUnion('event', [
  /** A line of the contract or of the result, as it stands on standard output without --json. */
  z.object({ event: z.literal('line') }),
  z.object({ event: z.literal('info') }),
  /** With --verbose only, as is progress. */
  z.object({ event: z.literal('detail') }),
  z.object({ event: z.literal('warning') }),
  /** One fact about the outcome; docs/json.md says which commands tell which. */
  z.object({ event: z.literal('fact'), name: z.string(), data: z.unknown() }),
  z.object({ event: z.literal('phase-start'), phase: z.string() }),
  z.object({
    event: z.literal('progress'),
    phase: z.string(),
    /** In one unit; absent where the amount of work is not known. */
    done: z.number().optional(),
    total: z.number().optional(),
  }),
  z.object({ event: z.literal('phase-done'), phase: z.string(), milliseconds }),
  z.object({ event: z.literal('phase-failed'), phase: z.string(), milliseconds }),
  /** The last line: how the command ended, and the errors that stand on standard error. */
  z.object({
    event: z.literal('result'),
    command: z.string(),
    exitCode: z.number().int(),
    problems: z.array(problemSchema),
  }),
]);

const eventSchema = z.intersection(
  z.object({
    schema: z.literal(eventSchemaVersion),
    level: z.enum(['debug', 'info', 'warn', 'error']),
    /** ISO 8601 */
    time: z.string(),
    /** What a person reads; absent where there is nothing to read. */
    msg: z.string().optional(),
    /** Which one, where a command works on several images. */
    image: z.string().optional(),
  }),
  bodySchema,
);

/** What is told of a command's work, one in a line of JSON. */
export type Event = z.infer<typeof eventSchema>;
export type EventBody = z.infer<typeof bodySchema>;

/** How a command ended. */
export type CommandResult = Omit<Extract<EventBody, { event: 'result' }>, 'event'>;

/** Reads one line; undefined for one that is not an event of this schema, such as one of a newer version. */
export function parseEvent(line: string): Event | undefined {
  return eventSchema.safeParse(parseJson(line)).data;
}

/**
 * The events of a stream of text, whose pieces may end anywhere; a line that is none is passed to `other`.
 */
export async function* readEvents(
  pieces: AsyncIterable<string>,
  other: (line: string) => void = () => {},
): AsyncGenerator<Event> {
  let rest = '';
  const take = function* (lines: readonly string[]): Generator<Event> {
    for (const line of lines) {
      const event = parseEvent(line);
      if (event !== undefined) yield event;
      else if (line !== '') other(line);
    }
  };
  for await (const piece of pieces) {
    const lines = `${rest}${piece}`.split('\n');
    rest = lines.pop() ?? '';
    yield* take(lines);
  }
  yield* take([rest]);
}
