import { expect, test } from 'vitest';
import { isAlive, readState, slurmEnvironment, submitArgv } from '../../../../src/remote/slurm/slurm.ts';

const array = { name: 'rootimg-1', indexes: [0, 2], script: '', output: '/install/x-%a/output' };

test('the tasks of those that are ready, and where they may run', () => {
  const argv = submitArgv({ ...array, choice: { partition: 'a b', constraint: 'x&[y|z]' } });
  expect(argv).toEqual([
    ...['sbatch', '--parsable', '--job-name=rootimg-1', '--array=0,2', '--output=/install/x-%a/output'],
    ...['--chdir=/', '--export=NIL', '--no-requeue', '--partition=a b', '--constraint=x&[y|z]'],
  ]);
  expect(submitArgv({ ...array, choice: {} }).at(-1)).toBe('--no-requeue');
});

test('a task is found by its index, and one that is not listed is not known', () => {
  const answer = '17_0|0|RUNNING|n1|None\n17_12|12|PENDING||Resources\n';
  expect(readState(answer, 12)).toEqual({ id: '17_12', state: 'PENDING', node: '', reason: 'Resources' });
  expect(readState(answer, 0)).toMatchObject({ id: '17_0', node: 'n1' });
  expect(readState(answer, 1)).toBeUndefined();
  expect(readState('', 0)).toBeUndefined();
});

test.each([
  ['PENDING', true],
  ['COMPLETING', true],
  ['COMPLETED', false],
  ['NODE_FAIL', false],
  ['OUT_OF_MEMORY', false],
])('a task that is %s may still do something: %s', (state, expected) => {
  expect(isAlive({ id: '1_0', state, node: '', reason: '' })).toBe(expected);
});

test('of the environment sbatch has what is for it', () => {
  const env = {
    SLURM_CONF: '/etc/s',
    SBATCH_ACCOUNT: 'hpc',
    SLURM_JOB_ID: '7',
    SQUEUE_FORMAT: '%u',
    HOME: '/',
  };
  expect(slurmEnvironment(env)).toEqual({ SLURM_CONF: '/etc/s', SBATCH_ACCOUNT: 'hpc' });
});
