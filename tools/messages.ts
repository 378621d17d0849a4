// npm run messages: docs/troubleshooting.md, from the messages of the code.
import { writeFile } from 'node:fs/promises';
import { allEntries, messagesPage } from './messages/page.ts';
import { runTool } from './lib/run-tool.ts';

await runTool(async () => {
  await writeFile('docs/troubleshooting.md', messagesPage(allEntries('src')));
  return 0;
});
