// npm run test:long: npm test, and the campaigns: every archive form booted, builds and packs killed at
// random moments.
import { runTests } from './lib/run-tests.ts';
import { runTool } from './lib/run-tool.ts';

process.env['ROOTIMG_LONG'] = '1';
await runTool(() => runTests(['unit', 'integration', 'attack', 'e2e', 'long']));
