// Runs a task of tools/ on a machine where only Node, npm and git exist: installs the npm packages, builds,
// then starts the task.
import { spawnSync } from 'node:child_process';
import { statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

const checkout = dirname(dirname(fileURLToPath(import.meta.url)));
const [task, ...taskArguments] = process.argv.slice(2);
const tasksForRoot = [
  'quickstart',
  'test',
  'test-boot',
  'test-long',
  'test-attack',
  'test-hosts',
  'bench',
  'bench-boot',
  'bench-against',
  'bench-remote',
  'bench-peers',
  'fresh-machine',
  'recordings',
];

function stop(message) {
  console.error(`Error: ${message}`);
  process.exit(1);
}

function npm(words) {
  const result = spawnSync('npm', words, { cwd: checkout, stdio: ['ignore', 'inherit', 'inherit'] });
  if (result.status !== 0) stop(`npm ${words.join(' ')} failed; its own message stands above.`);
}

function modified(path) {
  return statSync(join(checkout, path), { throwIfNoEntry: false })?.mtimeMs ?? 0;
}

const major = Number(process.versions.node.split('.')[0]);
if (major < 20) stop(`Node ${process.versions.node} is too old: Node 20 or newer is needed.`);
if (tasksForRoot.includes(task) && process.getuid?.() !== 0) {
  stop(
    `npm run ${task} needs root: it installs packages into a folder as their owner and mounts file systems. Try: sudo npm run ${task}`,
  );
}

if (modified('node_modules/.package-lock.json') < modified('package-lock.json')) {
  console.log('Installing the npm packages of package-lock.json …');
  npm(['ci', '--no-audit', '--no-fund', '--loglevel=error']);
}
npm(['run', '--silent', 'build']);

process.chdir(checkout);
process.argv = [process.argv[0], join(checkout, 'dist/tools', `${task}.mjs`), ...taskArguments];
await import(pathToFileURL(process.argv[1]).href);
