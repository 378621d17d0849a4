/**
 * What runs on a building node before our own program is there, and around it: POSIX sh, util-linux,
 * coreutils and GNU tar. Every part is one call over the connection; its words come as `$1`, `$2` …
 */

/** All that we keep on a node lies here, for root alone. */
export const nodeBase = '/var/lib/rootimg/remote';

/** Begins every script that runs there. */
export const prelude = `set -eu
umask 077
PATH=$PATH:/usr/local/sbin:/usr/sbin:/sbin:/usr/local/bin:/usr/bin:/bin
LC_ALL=C
export PATH LC_ALL
base=${nodeBase}
fail() { echo "$*" >&2; exit 1; }
`;

/** Root alone may have made our folder, and nobody else may write there. */
export const openBase = `mkdir -p /var/lib/rootimg
[ -d "$base" ] || mkdir -m 700 "$base"
[ ! -L "$base" ] && [ -O "$base" ] || fail "$base does not belong to root."
chmod 700 "$base"
mkdir -p "$base/kits" "$base/blobs" "$base/builds" "$base/trash"
`;

/** Needs no rights: facts as key=value. $1: names of programs to look for. */
const probe = `say() { printf '%s=%s\\n' "$1" "$2"; }
say machine "$(uname -m)"
for file in /etc/os-release /usr/lib/os-release; do
  [ -r "$file" ] && (. "$file"; say id "\${ID-}"; say version "\${VERSION_ID-}"; say name "\${PRETTY_NAME-}") && break
done
say user "$(id -un)"
if [ "$(id -u)" = 0 ]; then say root yes
elif ! command -v sudo >/dev/null; then say root no
elif sudo -kn -- sh -c : >/dev/null 2>&1; then say root sudo
else say root password
fi
say node "$(node --version 2>/dev/null || :)"
for program in $1; do command -v "$program" >/dev/null || say missing "$program"; done
place=$base
while ! [ -d "$place" ]; do place=\${place%/*}; place=\${place:-/}; done
say free "$(df -Pk "$place" | awk 'NR == 2 { print $4 }')"
say time "$(date +%s)"
`;

/**
 * $1: digest of the kit. Says whether it is there as it came, after a loss of power too, and removes what
 * nobody has used for a month.
 */
const kit = `${openBase}
find "$base/kits" "$base/blobs" -mindepth 1 -maxdepth 1 -mtime +30 -exec rm -rf {} +
find "$base/kits" "$base/blobs" -mindepth 1 -maxdepth 1 -name '.new-*' -mmin +600 -exec rm -rf {} +
find "$base/trash" -mindepth 1 -maxdepth 1 -mmin +60 -exec rm -rf --one-file-system {} +
kit=$base/kits/$1
if (cd "$kit" && sha256sum -c --status .files) 2>/dev/null; then touch "$kit"; echo have; exit 0; fi
[ ! -d "$kit" ] || mv -T "$kit" "$(mktemp -d "$base/trash/XXXXXXXX")/kit"
echo need
`;

/** $1: digest of the tar on standard input. */
const putKit = `${openBase}
new=$(mktemp -d "$base/kits/.new-XXXXXXXX")
trap 'rm -rf "$new"' EXIT
cat >"$new/kit.tar"
echo "$1  $new/kit.tar" | sha256sum -c --status - || fail "The kit did not arrive whole."
mkdir "$new/kit"
tar -x -p --no-same-owner -C "$new/kit" -f "$new/kit.tar"
(cd "$new/kit" && find . -type f ! -name .files -exec sha256sum {} + >.files)
mv -T "$new/kit" "$base/kits/$1" 2>/dev/null || [ -d "$base/kits/$1" ] || fail "$base/kits cannot be written."
`;

/** Digests on standard input; says which of these files are not here yet. */
const blobs = `${openBase}
while read -r digest; do
  if echo "$digest  $base/blobs/$digest" | sha256sum -c --status - 2>/dev/null; then touch "$base/blobs/$digest"
  else echo "$digest"
  fi
done
`;

/** A tar of files that are named by their digests. */
const putBlobs = `${openBase}
new=$(mktemp -d "$base/blobs/.new-XXXXXXXX")
trap 'rm -rf "$new"' EXIT
tar -x --no-same-owner -C "$new" -f -
cd "$new"
for name in *; do echo "$name  $name"; done | sha256sum -c --status - || fail "A file did not arrive whole."
mv -f -- * "$base/blobs/"
`;

/** `digest path` in lines; says which paths of this host have that content. */
const same = `while read -r digest path; do
  [ -f "$path" ] && [ -r "$path" ] && [ "$(sha256sum <"$path" | cut -c 1-64)" = "$digest" ] && printf '%s\\n' "$path"
done || :
`;

/** $1: image. `digest mode name` in lines up to one that is a dot, then the plan. */
const place = `dir=$base/builds/$1
while read -r digest mode name && [ "$digest" != . ]; do
  mkdir -p "$dir/inputs/\${name%/*}"
  cp --reflink=auto "$base/blobs/$digest" "$dir/inputs/$name"
  chmod "$mode" "$dir/inputs/$name"
done
cat >"$dir/plan.json"
`;

/**
 * In a session of its own; holds the lock; its last word stands below the events. $1: the build's folder, $2:
 * the family's, $3: further options.
 */
const runner = `dir=$1
trap "" HUP
no_proxy=\${no_proxy:+$no_proxy,}127.0.0.1
export no_proxy
cd "$2"
./genimage --plan "$dir/plan.json" --json $3 >"$dir/events" 2>"$dir/errors" </dev/null 9>&- &
pid=$!
echo "$pid" >"$dir/pid.new"
mv "$dir/pid.new" "$dir/pid"
wait "$pid" && status=0 || status=$?
echo "$status" >"$dir/status.new"
mv "$dir/status.new" "$dir/status"
printf '\\nended %s\\n' "$status" >>"$dir/events"
`;

/**
 * Holds a build's lock as long as its connection lasts; the build itself holds it too. $1: image, $2: who we
 * are, $3: `keep` or `stop`, $4: `new` or `resume`, $5: folder of the family in the kit, $6: further options.
 * Takes the words start, stop, alive, end; says ready, busy, gone, the lines of events, `ended STATUS`, where
 * the status of a build that was killed is `lost`.
 * Without a word for two minutes the other side is gone, whatever the network says.
 */
const session = `${openBase}
dir=$base/builds/$1 owner=$2 lost=$3
clean() { # at once out of the way; a tree takes seconds to delete
  away=$(mktemp -d "$base/trash/XXXXXXXX")
  find "$1" -mindepth 1 -maxdepth 1 ! -name lock -exec mv -t "$away" {} +
  setsid rm -rf --one-file-system "$away" 8>&- 9>&- </dev/null >/dev/null 2>&1 &
}
follow() {
  tail -c +1 -f "$dir/events" 2>/dev/null 9>&- </dev/null &
  tail=$!
}
isDead() { [ ! -f "$dir/status" ] && [ -f "$dir/runner" ] && ! kill -0 "$(cat "$dir/runner")" 2>/dev/null; }
stop() { [ -f "$dir/status" ] || [ ! -f "$dir/pid" ] || kill -TERM "$(cat "$dir/pid")" 2>/dev/null || :; }
mkdir -p "$dir"
exec 9>>"$dir/lock"
case $4 in
  new)
    flock -n 9 || { echo "busy $(cat "$dir/owner" 2>/dev/null)"; exit 0; }
    clean "$dir"
    echo "$owner" >"$dir/owner"
    for old in "$base"/builds/*; do
      [ -f "$old/owner" ] && [ -n "$(find "$old/owner" -mtime +7)" ] || continue
      (flock -n 8 && clean "$old") 8>>"$old/lock" || :
    done
    ;;
  resume)
    [ "$(cat "$dir/owner" 2>/dev/null)" = "$owner" ] && [ -f "$dir/events" ] || { echo gone; exit 0; }
    ;;
esac
: >"$dir/alive"
(
  while sleep 10 >/dev/null; do
    kill -0 $$ 2>/dev/null || exit 0
    [ -z "$(find "$dir/alive" -mmin +1 2>/dev/null)" ] || kill -TERM $$
    ! isDead || { echo 'ended lost'; exit 0; }
  done
) 9>&- 2>/dev/null </dev/null &
watch=$!
tail=
over() {
  trap - EXIT TERM
  kill "$watch" $tail 2>/dev/null || :
  case $lost in
    ended) ;;
    stop) stop ;;
    *) [ -f "$dir/events" ] || clean "$dir" ;;
  esac
}
trap over EXIT
trap 'exit 0' TERM HUP
echo ready
if [ "$4" = new ]; then :
elif flock -n 9; then
  cat "$dir/events"
  [ -f "$dir/status" ] || echo 'ended lost'
else follow
fi
while read -r word; do
  case $word in
    start)
      : >"$dir/events"
      setsid sh -c '${runner.replaceAll("'", "'\\''")}' sh "$dir" "$5" "$6" </dev/null >/dev/null 2>&1 &
      echo $! >"$dir/runner"
      follow
      ;;
    stop) stop ;;
    alive) : >"$dir/alive" ;;
    end) clean "$dir"; lost=ended; exit 0 ;;
  esac
done
`;

/** $1: image. The end of what the build said on standard error. */
const errors = `tail -n 20 "$base/builds/$1/errors" 2>/dev/null || :
`;

/**
 * $1: a folder with an image, $2: `image`, or `logs` alone. One tar on standard output; on standard error, last, its
 * digest and how tar ended.
 */
const fetch = `[ -d "$1" ] || fail "There is no folder $1."
cd -- "$1"
names=
if [ "$2" = image ]; then
  for name in kernel initrd-stateless.gz initrd-statelite.gz manifest.json; do
    [ -f "$name" ] || fail "There is no $name in $1: no image of genimage lies there."
    names="$names $name"
  done
  [ -d rootimg ] || fail "There is no rootimg in $1: no image of genimage lies there."
  [ ! -e .rootimg-building.json ] || fail "The build in $1 has not ended."
  names="$names rootimg/."
fi
[ ! -d logs ] || names="logs $names"
[ -n "$names" ] || exit 0
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
mkfifo "$work/pipe"
# Where it is, it takes a quarter of the time.
sum=sha256sum
if command -v openssl >/dev/null; then sum='openssl dgst -sha256 -r'; fi
$sum <"$work/pipe" >"$work/sum" &
{ tar --create --format=posix --sparse --numeric-owner --xattrs '--xattrs-include=*' --acls $names || echo $? >"$work/failed"; } |
  tee "$work/pipe"
wait
echo "rootimg $(cut -c 1-64 "$work/sum") $(cat "$work/failed" 2>/dev/null || echo 0)" >&2
`;

const parts = { probe, kit, putKit, blobs, putBlobs, same, place, session, errors, fetch };
export type NodePart = keyof typeof parts;

/** The text of one part, for `sh -c`. */
export function nodeScript(part: NodePart): string {
  return `${prelude}${parts[part]}`;
}
