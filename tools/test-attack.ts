// npm run test:attack: the attacks in their long form. npm test runs the same files in their short form.
import { runTests } from './lib/run-tests.ts';
import { runTool } from './lib/run-tool.ts';

process.env['ROOTIMG_LONG'] = '1';
await runTool(() => runTests(['attack'], { check: false }));
