// npm run docs: README, docs/ and the other pages as a static site that needs no network and no web server.
import { resolve } from 'node:path';
import { Command } from 'commander';
import { makeSite } from './docs/make-site.ts';
import { runCommandTool } from './lib/run-tool.ts';

const command = new Command('docs')
  .description('make the documents as a static site')
  .option('--out <dir>', 'folder that gets the site: new, empty, or one that was made so', 'site')
  .allowExcessArguments(false)
  .action(async (options: { out: string }) => {
    // npm runs us in the checkout; the folder that the caller meant is in INIT_CWD.
    const out = resolve(process.env['INIT_CWD'] ?? process.cwd(), options.out);
    const count = await makeSite(out);
    console.log(`${out}/index.html: ${count} pages`);
  });

await runCommandTool(command);
