import type { CommandResult } from '../plan/event.ts';

/**
 * Progress and logs behind one interface. Work code calls these; which sink prints them is the caller's
 * choice. Contract lines that scripts read (`archive method:cpio`) are `line`s and go to standard output as
 * they are.
 */
export interface Reporter {
  /** A line of the contract or of the result, for standard output. */
  line(text: string): void;
  /** Something worth knowing; not shown with --quiet. */
  info(text: string): void;
  /** Something for --verbose only. */
  detail(text: string): void;
  warn(text: string): void;
  /** Begins a step of the work and ends the one before it at the same level. */
  phase(title: string): Phase;
  /** One machine-readable fact about the outcome; sinks for people ignore it. */
  fact(name: string, data: unknown): void;
  /** How the command ended; the last thing said. Sinks for people ignore it: they have the errors. */
  result(result: CommandResult): void;
  /** Ends open lines, flushes. */
  close(): void;
}

/** Sinks for several images that are worked on at once. */
export interface SeveralReporters {
  /** Each has a line of its own at a terminal, and its name before each line elsewhere. */
  readonly of: (image: string) => Reporter;
  /** For what is said of all. */
  readonly all: Reporter;
}

export interface Phase {
  /** What is being done inside the phase; `total` in the same unit as `done`. */
  progress(text: string, done?: number, total?: number): void;
  /** Ends the phase well; `summary` is printed beside the time. */
  done(summary?: string): void;
  /** Ends the phase badly. The error itself is printed by the command. */
  failed(): void;
}

/**
 * Runs `work` inside a phase, and ends it well or badly. `summary` turns the result into the words beside the
 * time.
 */
export async function inPhase<T>(
  reporter: Reporter,
  title: string,
  work: (phase: Phase) => Promise<T>,
  summary?: (result: T) => string,
): Promise<T> {
  const phase = reporter.phase(title);
  try {
    const result = await work(phase);
    phase.done(summary?.(result));
    return result;
  } catch (error) {
    phase.failed();
    throw error;
  }
}
