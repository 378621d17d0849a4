// Makes the sample repository of this machine, or finds it, and prints what it holds as JSON.
import { plainReporter } from '../src/report/plain.ts';
import { ensureSampleRepository } from './sample-repo/index.ts';

const toStandardError = {
  out: (text: string) => void process.stderr.write(text),
  err: (text: string) => void process.stderr.write(text),
};

const repository = await ensureSampleRepository(plainReporter(toStandardError));
console.log(JSON.stringify(repository, null, 2));
