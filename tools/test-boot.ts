// npm run test:boot: the sample image in every form, and over PXE with both firmwares, booted in virtual
// machines.
import { runTests } from './lib/run-tests.ts';
import { runTool } from './lib/run-tool.ts';

await runTool(() => runTests(['boot'], { check: false }));
