// npm run test:hosts: the building road on hosts of other releases, whose roots are made once and kept in
// /var/cache/rootimg/hosts.
import { runTests } from './lib/run-tests.ts';
import { runTool } from './lib/run-tool.ts';

await runTool(() => runTests(['hosts'], { check: false }));
