/**
 * Last line on standard error, with exit status 127, when there is no program of the name: shells word it
 * each in their way.
 */
const notThere = 'rootimg: there is no such program';

/** True when a tied program was never started, because there is none of its name. */
export function wasNotThere(exitCode: number | undefined, stderr: string): boolean {
  return exitCode === 127 && stderr.trimEnd().endsWith(notThere);
}

/** Becomes the program; what the shell has added to the environment goes. */
const become = `
case $1 in
  */*) [ -x "$1" ] ;;
  *) command -v -- "$1" >/dev/null 2>&1 ;;
esac || { echo '${notThere}' >&2; exit 127; }
unset PWD OLDPWD SHLVL
exec "$@"`;

/** The death signal is set by now: who died before it was had another child number than our parent has. */
const byDeathSignal = `[ "$PPID" = "$1" ] || exit 1
shift${become}`;

/**
 * Field 22 of stat (proc_pid_stat(5)), when the process began, tells it from a later one of its number. The
 * name before may hold blanks.
 */
const startOf = `start_of() {
  read -r stat 2>/dev/null <"/proc/$1/stat" || return 1
  set -- \${stat##*) }
  shift 19
  start=$1
}`;

/**
 * Writes itself down with the watcher before it becomes the program; when the parent is gone, its end of the
 * pipe is too.
 */
const byWatcher = `${startOf}
start_of $$ && echo "$$ $start" 2>/dev/null 1<>"$1" || exit 1
shift${become}`;

/** Hears of each program, and of our end by the end of its input: then it kills those that still live. */
const watcher = `trap '' HUP INT TERM
${startOf}
all=
while read -r pid began; do all="$all $pid:$began"; done
for one in $all; do
  if start_of "\${one%:*}" && [ "$start" = "\${one#*:}" ]; then kill -KILL "\${one%:*}"; fi
done`;

export const watcherArgv: readonly string[] = ['sh', '-c', watcher];

/** Who sees to it that a child dies with us: the kernel, or a watcher that reads the pipe at this path. */
export type Tie = { readonly by: 'death signal' } | { readonly by: 'watcher'; readonly pipe: string };

/**
 * argv of a program that dies when process `parent` does, SIGKILL included. `setpriv --pdeathsig` sets the
 * death signal when it runs already: the shell after it looks whether the parent lived until then. Linux ties
 * the signal to the spawning thread: never spawn from a worker.
 */
export function tiedArgv(argv: readonly string[], parent: number, tie: Tie): string[] {
  if (tie.by === 'watcher') return ['sh', '-c', byWatcher, 'sh', tie.pipe, ...argv];
  return ['setpriv', '--pdeathsig', 'KILL', '--', 'sh', '-c', byDeathSignal, 'sh', `${parent}`, ...argv];
}
