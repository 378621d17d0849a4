import type { ChildProcess } from 'node:child_process';
import type { Readable, Writable } from 'node:stream';

export interface TypedAnswer {
  readonly status: number;
  /** Both of its streams. */
  readonly output: string;
}

/**
 * Types lines into a shell that lives on, one after another. `input` and `outputs` are its streams, by
 * default the standard ones of `child`.
 */
export function typedShell(
  child: ChildProcess,
  input: Writable | null = child.stdin,
  outputs: readonly (Readable | null)[] = [child.stdout, child.stderr],
): (line: string) => Promise<TypedAnswer> {
  const streams = outputs.filter((one) => one !== null);
  return (line) =>
    new Promise((resolve, reject) => {
      let output = '';
      const gone = () => reject(new Error(`the shell is gone: ${output}`));
      if (child.exitCode !== null) return gone();
      child.once('close', gone);
      const take = (chunk: Buffer) => {
        output += chunk.toString();
        const end = /^(?<before>[^]*)=== (?<status>\d+)\n$/.exec(output);
        if (end === null) return;
        for (const stream of streams) stream.off('data', take);
        child.off('close', gone);
        resolve({ status: Number(end.groups?.['status']), output: end.groups?.['before'] ?? '' });
      };
      for (const stream of streams) stream.on('data', take);
      input?.write(`{ ${line}\n} 2>&1; echo "=== $?"\n`);
    });
}
