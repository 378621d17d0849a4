import { RootimgError } from '../../base/errors.ts';
import { anyExitCode, findTool, lastLines, run } from '../../system/exec.ts';

/** Where Slurm may start jobs, in the words of sbatch(1). */
export interface SlurmChoice {
  readonly partition?: string | undefined;
  readonly constraint?: string | undefined;
}

/** One of the tasks of a job array. */
export interface SlurmTask {
  /** Name of the job, which no other job has. */
  readonly batch: string;
  readonly index: number;
}

/** What Slurm knows of a task. */
export interface TaskState {
  /** Its id, such as `17_2`. */
  readonly id: string;
  /** `PENDING`, `RUNNING`, `TIMEOUT` … */
  readonly state: string;
  /** Empty before it has one. */
  readonly node: string;
  /** Why it waits. */
  readonly reason: string;
}

/** Slurm's commands, for a user whose environment may say which cluster, account or time limit. */
export interface Slurm {
  /** Submits an array. Throws `slurm-refused`. */
  submit(array: SlurmArray): Promise<void>;
  /** Undefined for a task that Slurm does not know (any more). Throws `slurm-failed` when it does not answer. */
  stateOf(task: SlurmTask): Promise<TaskState | undefined>;
  /** Has a task ended in order, where it has not ended yet. */
  cancel(id: string): Promise<void>;
}

export interface SlurmArray {
  readonly name: string;
  readonly indexes: readonly number[];
  readonly script: string;
  /** File for what a task says, with %a for its index. */
  readonly output: string;
  readonly choice: SlurmChoice;
}

/** States in which a task may still do something. */
const alive = /^(PENDING|CONFIGURING|RUNNING|COMPLETING|SUSPENDED|STOPPED|SIGNALING|STAGE_OUT|RESIZING)$/;

export function isAlive({ state }: TaskState): boolean {
  return alive.test(state);
}

/** argv of the submission. Nothing of our environment goes there, and no task begins twice. */
export function submitArgv({ name, indexes, output, choice }: SlurmArray): string[] {
  const { partition, constraint } = choice;
  return [
    ...['sbatch', '--parsable', `--job-name=${name}`, `--array=${indexes.join(',')}`, `--output=${output}`],
    ...['--chdir=/', '--export=NIL', '--no-requeue'],
    ...(partition === undefined ? [] : [`--partition=${partition}`]),
    ...(constraint === undefined ? [] : [`--constraint=${constraint}`]),
  ];
}

/** argv of the question after all tasks of a name, the pending ones in lines of their own. */
export function stateArgv(name: string): string[] {
  const fields = ['%i', '%K', '%T', '%N', '%r'].join('|');
  return ['squeue', '--noheader', '--array', '--states=all', `--name=${name}`, `--format=${fields}`];
}

/** The line of a task in the answer. */
export function readState(answer: string, index: number): TaskState | undefined {
  const rows = answer.split('\n').map((line) => line.trim().split('|'));
  const [id = '', , state = '', node = '', reason = ''] = rows.find(([, at]) => at === `${index}`) ?? [];
  return id === '' ? undefined : { id, state, node, reason };
}

/** What of the environment is for Slurm: which cluster, and what sbatch is told beside its options. */
export function slurmEnvironment(env: Readonly<Record<string, string | undefined>>): Record<string, string> {
  const names = /^(SLURM_CONF|SLURM_CLUSTERS|SBATCH_\w+)$/;
  return Object.fromEntries(
    Object.entries(env).flatMap(([name, value]) =>
      names.test(name) && value !== undefined ? [[name, value]] : [],
    ),
  );
}

/** Throws `tool-missing` where this host cannot submit jobs. */
export async function openSlurm(env: Readonly<Record<string, string | undefined>>): Promise<Slurm> {
  for (const command of ['sbatch', 'squeue', 'scancel']) {
    if ((await findTool(command)) !== undefined) continue;
    throw new RootimgError('tool-missing', `${command} is not installed.`, {
      hint: 'Install the client commands of Slurm (slurm-client), or name a host: --on HOST',
    });
  }
  const call = (argv: readonly string[], input = '') =>
    run(argv, { env: slurmEnvironment(env), input, okCodes: anyExitCode, outlivesStop: true });
  return {
    submit: async (array) => {
      const { exitCode, stderr } = await call(submitArgv(array), array.script);
      if (exitCode === 0) return;
      throw new RootimgError('slurm-refused', 'Slurm does not take the job.', {
        details: lastLines(stderr),
        hint: 'Partition, constraint, account and time limit are those of --partition, --constraint and SBATCH_…',
      });
    },
    stateOf: async ({ batch, index }) => {
      const { exitCode, stdout, stderr } = await call(stateArgv(batch));
      if (exitCode === 0) return readState(stdout, index);
      throw new RootimgError('slurm-failed', 'Slurm does not answer.', { details: lastLines(stderr) });
    },
    cancel: async (id) => void (await call(['scancel', id])),
  };
}
