// npm run bench:peers [-- ROUNDS]: our commands beside mkosi, mmdebstrap and the pipelines of other
// provisioners, all in a root of Debian 13 of their own; writes docs/benchmarks-peers.md.
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { availableParallelism, cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { plainReporter } from '../src/report/plain.ts';
import { withScope } from '../src/system/scope.ts';
import { sectionText } from './bench/markdown.ts';
import { benchPeers, makeWorkshop } from './bench/peers.ts';
import { ensureHostTools, fillingTools, productTools } from './lib/host-packages.ts';
import { runTool } from './lib/run-tool.ts';

await runTool(() =>
  withScope(async (scope) => {
    const rounds = Number(process.argv[2] ?? 3);
    const reporter = plainReporter({
      out: (t) => process.stdout.write(t),
      err: (t) => process.stderr.write(t),
    });
    await ensureHostTools([...productTools, ...fillingTools.debian], reporter);
    const work = await mkdtemp(join(process.env['ROOTIMG_BENCH'] ?? tmpdir(), 'rootimg-peers-'));
    scope.defer('the bench folder', () => rm(work, { recursive: true, force: true }));
    const sections = await benchPeers(await makeWorkshop(work), rounds);
    const text = [
      '# Benchmarks beside other builders',
      '',
      `Made by \`npm run bench:peers\`: medians of ${rounds}, in turn. ${availableParallelism()} × ${cpus()[0]?.model ?? 'unknown'}.`,
      '',
      ...sections.map(sectionText),
    ].join('\n');
    await writeFile('docs/benchmarks-peers.md', text);
    console.log(`\n${text}`);
    return 0;
  }),
);
