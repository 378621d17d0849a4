// Loaded into a command under attack (NODE_OPTIONS=--import): at the POWER_AT-th call that changes a name or
// a content, or, with POWER_AT=end, when the command has ended well, the file system at POWER_FS is shut down
// without a flush, as a loss of power does, and the process is gone. With POWER_SIGNAL the process only gets
// that signal.
import { spawnSync } from 'node:child_process';
import fs from 'node:fs/promises';
import { syncBuiltinESMExports } from 'node:module';

const { POWER_AT: at, POWER_FS: folder, POWER_SIGNAL: signal } = process.env;

// EXT4_IOC_SHUTDOWN (linux/ext4.h), the same number on XFS; 2 = GOING_FLAGS_NOLOGFLUSH.
const shutdown =
  'open(my $f, "<", $ARGV[0]) or die; my $n = pack("L", 2); ioctl($f, 0x8004587d, $n) or die "$!"';

function cut() {
  if (signal !== undefined) return process.kill(process.pid, signal);
  const { status } = spawnSync('perl', ['-e', shutdown, folder], { stdio: 'inherit' });
  // What was not cut must not look as if it had been survived.
  if (status !== 0) process.exit(99);
  process.kill(process.pid, 'SIGKILL');
}

let calls = 0;
for (const name of [
  'chmod',
  'copyFile',
  'link',
  'mkdir',
  'open',
  'rename',
  'rm',
  'symlink',
  'unlink',
  'writeFile',
]) {
  const real = fs[name];
  fs[name] = (...words) => {
    calls += 1;
    if (at === String(calls)) cut();
    return real(...words);
  };
}
syncBuiltinESMExports();
process.on('exit', (code) => {
  process.stderr.write(`calls: ${calls}\n`);
  if (at === 'end' && code === 0) cut();
});
