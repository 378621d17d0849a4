// Makes the sample media of SUSE of this machine, or finds them, and prints where they lie as JSON.
import { plainReporter } from '../src/report/plain.ts';
import { ensureSampleSuse } from './sample-suse/index.ts';

const toStandardError = {
  out: (text: string) => void process.stderr.write(text),
  err: (text: string) => void process.stderr.write(text),
};

console.log(JSON.stringify(await ensureSampleSuse(plainReporter(toStandardError)), null, 2));
