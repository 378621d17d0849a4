/** Milliseconds that a file server may take: more than one needs that starts anew or gives over to its twin. */
const patience = 300_000;

let hanging = false;

/**
 * What a call to the file system gives. Rejects with code ETIMEDOUT when it takes longer than a server that
 * lives: the call itself cannot be taken back, and its thread waits on.
 */
export async function answered<T>(path: string, call: Promise<T>, limit = patience): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const silence = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      hanging = true;
      const error = new Error(`no answer in ${limit / 1000} s`);
      reject(Object.assign(error, { code: 'ETIMEDOUT', syscall: 'read', path }));
    }, limit);
  });
  try {
    return await Promise.race([call, silence]);
  } finally {
    clearTimeout(timer);
  }
}

/**
 * Ends this process where a call was given up, after all that it had to do: at its exit it would wait for the
 * thread of that call, and only SIGKILL ends one that waits for a file server.
 */
export function endIfHanging(): void {
  if (hanging) process.kill(process.pid, 'SIGKILL');
}

/** Whether a call of this process was given up. */
export function isHanging(): boolean {
  return hanging;
}
