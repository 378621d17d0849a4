import { quoteWord } from '../../base/quote.ts';
import { nodeBase, nodeScript, prelude, openBase } from '../node-script.ts';

/** Files in the folder of a build that the nodes share. */
export const shared = {
  /** The plan that the node executes. */
  plan: 'plan.json',
  kit: 'kit.tar',
  inputs: 'inputs',
  /** Digests of all of these. */
  sums: 'sums',
  /** Digest and path of what the node must have itself. */
  there: 'there',
  /** `node NAME`, the events, and `ended STATUS` as the last line. */
  events: 'events',
  /** What genimage says on standard error. */
  errors: 'errors',
  /** What the script says, and Slurm of it. */
  output: 'output',
  /** The image, or its logs alone. */
  image: 'image.tar',
  /** What the part `fetch` says of it. */
  imageSum: 'image.sum',
} as const;

/** What the script of an array is made of. */
export interface JobWords {
  /** Begins the paths of the builds' shared folders; the index of the task follows. */
  readonly sharedPrefix: string;
  readonly batch: string;
  readonly verbose: boolean;
}

/** The folder on its node that a task works in. */
export function workFolder(batch: string, index: number): string {
  return `${nodeBase}/jobs/${batch}-${index}`;
}

/**
 * The batch script of an array. A task copies what it needs to its node, builds there and writes the image as
 * one checked stream into the shared folder; nothing of it stays on the node. A task that was killed leaves
 * its folder to the next one there, which sees by the lock that nobody works in it. Told to stop (SIGTERM
 * comes to all its processes), it lets genimage end in order.
 */
export function jobScript({ sharedPrefix, batch, verbose }: JobWords): string {
  return `#!/bin/sh
PATH=\${PATH-}
${prelude}shared=${quoteWord(sharedPrefix)}$SLURM_ARRAY_TASK_ID
work=$base/jobs/${batch}-$SLURM_ARRAY_TASK_ID
status=1
: >>"$shared/${shared.events}" || fail "$SLURMD_NODENAME cannot write $shared."
over() {
  trap - EXIT
  printf '\\nended %s\\n' "$status" >>"$shared/${shared.events}" || :
  cd /
  rm -rf --one-file-system "$work" "$work.lock"
}
trap over EXIT
trap : TERM
printf 'node %s\\n' "$SLURMD_NODENAME" >>"$shared/${shared.events}"
exec 2>>"$shared/${shared.errors}"
${openBase}mkdir -p "$base/jobs"
for old in "$base"/jobs/*.lock; do
  [ ! -f "$old" ] || (flock -n 8 && rm -rf --one-file-system "\${old%.lock}" "$old") 8>>"$old" || :
done
exec 9>>"$work.lock"
flock 9
mkdir "$work"
cp -R "$shared/${shared.plan}" "$shared/${shared.kit}" "$shared/${shared.inputs}" "$work"
(cd "$work" && sha256sum -c --status -) <"$shared/${shared.sums}" || fail "What lies in $shared is not what was written there."
while read -r digest path; do
  [ -r "$path" ] || fail "$SLURMD_NODENAME has no $path: let the folder be mounted there as it is here."
  [ "$(sha256sum <"$path" | cut -c 1-64)" = "$digest" ] || fail "$path of $SLURMD_NODENAME is another than here."
done <"$shared/${shared.there}"
tar -x -p --no-same-owner -C "$work" -f "$work/${shared.kit}"
cd "$work"/netboot/*
./genimage --plan "$work/${shared.plan}" --json${verbose ? ' --verbose' : ''} >>"$shared/${shared.events}" </dev/null 9>&- &
while :; do
  wait $! && status=0 || status=$?
  kill -0 $! 2>/dev/null || break
done
what=image
[ "$status" = 0 ] || what=logs
sh -c ${quoteWord(nodeScript('fetch'))} rootimg "$work/image" $what >"$shared/${shared.image}" 2>"$shared/${shared.imageSum}" || status=1
`;
}
