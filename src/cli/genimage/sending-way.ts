import type { BuildPlan } from '../../plan/build-plan.ts';
import type { NamedAsHere } from '../../remote/build-on.ts';
import type { Reporter } from '../../report/reporter.ts';
import type { Scope } from '../../system/scope.ts';
import type { CommandIo } from '../io.ts';
import type { Elsewhere } from './elsewhere.ts';
import type { GenimageJob } from './genimage-job.ts';

/** A build that is to be sent elsewhere. */
export interface SentJob {
  readonly io: CommandIo;
  readonly job: GenimageJob;
  readonly plan: BuildPlan;
  readonly elsewhere: Elsewhere;
  readonly reporter: Reporter;
  /** Asks at the terminal for a password. */
  readonly askPassword: (question: string) => Promise<string | undefined>;
}

/** A build for which a place has been found. */
export interface ReadyBuild {
  /** Where it is done, for people: a host, or `slurm`. */
  readonly place: string;
  /** The words of the command line that send it there. */
  readonly words: string;
  /** Has it done there, and brings the image into an empty folder. */
  readonly bring: (folder: string) => Promise<NamedAsHere>;
  /** Told once when it has ended, brought or not. */
  readonly over?: () => void;
}

/**
 * A way to send builds elsewhere, the same for all of one command: finds a place, asks what is to be asked, and begins nothing. What it opens
 * lasts as long as the scope.
 */
export type SendingWay = (scope: Scope, sent: SentJob) => Promise<ReadyBuild>;
