// npm run recordings: the pictures of terminals in README, each from a real run.
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { plainReporter } from '../src/report/plain.ts';
import { withScope } from '../src/system/scope.ts';
import { ensureHostTools, fillingTools, productTools, testTools } from './lib/host-packages.ts';
import { runTool } from './lib/run-tool.ts';
import { recordOn, recordQuickstart } from './recordings/record.ts';
import { type Recording, terminalSvg } from './recordings/svg.ts';
import { ensureSampleRepository, sampleRepositoryTools } from './sample-repo/index.ts';

/** As a word of its own: a host may be called `vm`. */
function isNamed(text: string, name: string): boolean {
  return text.split(name).some((part, index, parts) => {
    const next = parts[index + 1];
    return next !== undefined && !/\w$/.test(part) && !/^\w/.test(next);
  });
}

/** What only this machine is called must be in no picture. */
function requireNeutral({ lines }: Recording): void {
  const text = lines.map((line) => line.text).join('\n');
  const own = [process.cwd(), hostname()].filter((name) => isNamed(text, name));
  if (own.length > 0) throw new Error(`the recording names ${own.join(', ')}`);
}

await runTool(() =>
  withScope(async (scope) => {
    const reporter = plainReporter({
      out: (text) => process.stdout.write(text),
      err: (text) => process.stderr.write(text),
    });
    const tools = [...productTools, ...Object.values(fillingTools).flat(), ...testTools];
    await ensureHostTools([...tools, ...sampleRepositoryTools], reporter);
    const sample = await ensureSampleRepository(reporter);
    // Not in /tmp: an image is built there, and its folders must be root's alone.
    const state = await mkdtemp('/var/tmp/rootimg-recordings-');
    scope.defer(state, () => rm(state, { recursive: true, force: true }));
    const recordings = {
      quickstart: () => recordQuickstart(state),
      'genimage-on': () => recordOn(sample),
    };
    for (const [name, record] of Object.entries(recordings)) {
      const recording = await record();
      requireNeutral(recording);
      const path = join('docs/pictures', `${name}.svg`);
      await writeFile(path, terminalSvg(recording));
      console.log(path);
    }
    return 0;
  }),
);
