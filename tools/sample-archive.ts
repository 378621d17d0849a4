// Makes the sample archive of this machine, or finds it, and prints where it lies as JSON.
import { plainReporter } from '../src/report/plain.ts';
import { ensureSampleArchive } from './sample-archive/index.ts';

const toStandardError = {
  out: (text: string) => void process.stderr.write(text),
  err: (text: string) => void process.stderr.write(text),
};

console.log(JSON.stringify(await ensureSampleArchive(plainReporter(toStandardError)), null, 2));
