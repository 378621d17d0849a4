import { expect, test, vi } from 'vitest';
import { answered, endIfHanging, isHanging } from '../../../src/base/answered.ts';

test('gives what a call gives, or throws what it throws', async () => {
  expect(await answered('/f', Promise.resolve(1), 60_000)).toBe(1);
  await expect(answered('/f', Promise.reject(new Error('x')), 60_000)).rejects.toThrow('x');
  const kill = vi.spyOn(process, 'kill').mockReturnValue(true);
  endIfHanging();
  expect(kill).not.toHaveBeenCalled();
  kill.mockRestore();
});

test('a call that gives nothing is told by its path, and the process ends by force', async () => {
  const silent = new Promise(() => {});
  await expect(answered('/server/f', silent, 5)).rejects.toMatchObject({
    code: 'ETIMEDOUT',
    path: '/server/f',
  });
  expect(isHanging()).toBe(true);
  const kill = vi.spyOn(process, 'kill').mockReturnValue(true);
  endIfHanging();
  expect(kill).toHaveBeenCalledWith(process.pid, 'SIGKILL');
  kill.mockRestore();
});
