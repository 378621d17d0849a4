// npm test: the machine prepared, the code checked, every test of usual length.
import { runTests } from './lib/run-tests.ts';
import { runTool } from './lib/run-tool.ts';

await runTool(() => runTests(['unit', 'integration', 'attack', 'e2e']));
