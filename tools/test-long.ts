// npm run test:long: npm test, and the campaigns: every archive form booted, builds and packs killed at random moments.
import { runTests } from './lib/run-tests.ts';
import { runTool } from './lib/run-tool.ts';

await runTool(() => runTests(['unit', 'integration', 'e2e', 'long']));
