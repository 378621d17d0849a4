import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type BenchImage, failed } from './image.ts';

/** Runs one of our commands and gives the most memory that its own process had, in bytes. */
export function runAndWatch({ env }: BenchImage, command: string, words: readonly string[]): Promise<number> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [join(process.cwd(), 'bin', command), ...words], {
      env,
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    let peak = 0;
    let said = '';
    child.stderr.on('data', (text) => (said += text));
    const timer = setInterval(() => {
      peak = Math.max(peak, highWater(child.pid));
    }, 100);
    child.on('close', (status) => {
      clearInterval(timer);
      if (status === 0) resolve(peak);
      else reject(failed(command, said));
    });
  });
}

function highWater(pid: number | undefined): number {
  try {
    const kilobytes = /^VmHWM:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
    return Number(kilobytes ?? 0) * 1024;
  } catch {
    return 0;
  }
}
