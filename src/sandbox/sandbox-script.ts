/**
 * What the image's `uname` is covered with: kernel and machine come from the image, all else from the real
 * one.
 */
const unameWrapper = `#!/bin/sh
here=/run/rootimg
real() { "$here/real/uname" "$@"; }
letters=
for word; do
  case $word in
    --all) word=-a ;;
    --kernel-name) word=-s ;;
    --nodename) word=-n ;;
    --kernel-release) word=-r ;;
    --kernel-version) word=-v ;;
    --machine) word=-m ;;
    --processor) word=-p ;;
    --hardware-platform) word=-i ;;
    --operating-system) word=-o ;;
    -[!-]*) ;;
    *) exec "$here/real/uname" "$@" ;;
  esac
  letters=$letters\${word#-}
done
case $letters in
  *[!asnrvmpio]*) exec "$here/real/uname" "$@" ;;
  '') letters=s ;;
  *a*) letters=asnrvmpio ;;
esac
answer=
for letter in s n r v m p i o; do
  case $letters in
    *$letter*) ;;
    *) continue ;;
  esac
  value=$(real "-$letter")
  case $letter in
    r) read -r value <"$here/release" || : ;;
    m) read -r value <"$here/machine" ;;
    [pi])
      if [ "$value" != unknown ]; then
        read -r value <"$here/machine"
      else
        case $letters in a*) continue ;; esac
      fi
      ;;
  esac
  answer=$answer\${answer:+ }$value
done
echo "$answer"
`;

/**
 * Stands for the programs that start services: nothing is started in an image that is being built, and that
 * is not a failure.
 */
const serviceWrapper = `#!/bin/sh
name=\${0##*/}
case " $* " in
  *' start '* | *' stop '* | *' restart '* | *' reload '* | *' condrestart '* | *' try-restart '* | *' force-reload '*)
    echo "$name: services do not run while the image is built: $*" >&2
    exit 0
    ;;
esac
for folder in /usr/sbin /sbin /usr/bin /bin; do
  if [ -x "$folder/$name" ]; then exec "$folder/$name" "$@"; fi
done
echo "$name: not found" >&2
exit 127
`;

/**
 * Exit status of the script when it could not prepare the root, told apart from the command's own by the line
 * on standard error.
 */
export const sandboxFailed = { exitCode: 125, line: 'sandbox: the root could not be prepared' } as const;

/** Texts of ours that the script writes into the root, its last values. */
export const sandboxTexts: readonly string[] = [serviceWrapper, unameWrapper];

/**
 * Runs inside private mount and PID namespaces, as their first process: mounts below the root what programs
 * expect of a running system, then runs the command and stays its parent, so that the command is not process
 * 1 (systemctl sees by process 1 that it is in a chroot) and whatever it leaves behind is reaped, and ends
 * with it. All values come as positional parameters; none is ever read as shell text: mode (look, over, in,
 * layer), root, layer, shared, release, machine, cover, macros, dracut module, sandboxTexts; then the command.
 * It starts few programs, because a build runs it often: one mount(8) for all that does not depend on values. As
 * many open files as a login has must do: libzypp and older rpm close all that could be open before each program
 * that they start, which takes longer than the program where containers allow a million.
 */
export const sandboxScript = `set -eu
umask 022
mode=$1 root=$2 layer=$3 shared=$4 release=$5 machine=$6 cover=$7 macros=$8 module=$9
shift 9
serviceText=$1 unameText=$2
shift 2
trap 'echo "${sandboxFailed.line}" >&2; exit ${sandboxFailed.exitCode}' EXIT

running_system() {
  mkdir "$root/run/lock" "$home/bin" "$home/real"
  chmod 1777 "$root/run/lock"
  (
    cd "$root"
    {
      echo 'proc ./proc proc nosuid,nodev,noexec 0 0'
      for name in sys sysrq-trigger irq bus fs; do
        if [ -e "/proc/$name" ]; then echo "./proc/$name ./proc/$name none bind,ro,nosuid,nodev,noexec 0 0"; fi
      done
      echo 'sysfs ./sys sysfs ro,nosuid,nodev,noexec 0 0'
      echo 'tmpfs ./dev tmpfs mode=755,nosuid 0 0'
      echo 'devpts ./dev/pts devpts newinstance,ptmxmode=666,mode=620,gid=5,X-mount.mkdir 0 0'
      echo 'tmpfs ./dev/shm tmpfs mode=1777,nosuid,nodev,X-mount.mkdir 0 0'
    } >run/rootimg/mounts
    mount --all --fstab run/rootimg/mounts
  )
  while read -r name major minor; do
    mknod -m 666 "$root/dev/$name" c "$major" "$minor"
  done <<'NODES'
null 1 3
zero 1 5
full 1 7
random 1 8
urandom 1 9
tty 5 0
NODES
  ln -s pts/ptmx "$root/dev/ptmx"
  ln -s /proc/self/fd "$root/dev/fd"
  ln -s fd/0 "$root/dev/stdin"
  ln -s fd/1 "$root/dev/stdout"
  ln -s fd/2 "$root/dev/stderr"
}

own_programs() {
  for name in service invoke-rc.d initctl; do printf '%s' "$serviceText" >"$home/bin/$name"; done
  if [ -n "$machine" ]; then
    printf '%s\\n' "$release" >"$home/release"
    printf '%s\\n' "$machine" >"$home/machine"
    for path in usr/bin/uname bin/uname; do
      if [ -f "$root/$path" ] && [ ! -L "$root/$path" ]; then
        : >"$home/real/uname"
        mount --bind "$root/$path" "$home/real/uname"
        printf '%s' "$unameText" >"$home/bin/uname"
        break
      fi
    done
  fi
  chmod 755 "$home/bin"/*
  if [ -n "$cover" ] && [ -e "$home/bin/uname" ]; then mount --bind "$home/bin/uname" "$root/$path"; fi
}

if [ "$mode" = layer ]; then
  mount -t tmpfs -o mode=700 tmpfs "$layer"
  mkdir "$layer/lower" "$layer/upper" "$layer/work" "$layer/root"
  mount --bind "$root" "$layer/lower"
  (cd "$layer" && mount -t overlay -o lowerdir=lower,upperdir=upper,workdir=work overlay root)
  root=$layer/root
fi

mount -t tmpfs -o mode=755,nosuid,nodev tmpfs "$root/run"
home=$root/run/rootimg
mkdir -p "$home/shared"
if [ "$mode" != look ]; then running_system; fi
if [ -n "$shared" ]; then mount --bind "$shared" "$home/shared"; fi
if [ "$mode" != look ]; then own_programs; fi

if [ -n "$module" ]; then
  modules=$root/usr/lib/dracut/modules.d
  if [ ! -d "$modules" ]; then modules=$root/usr/share/dracut/modules.d; fi
  modules=$(cd -P "$modules" && pwd)
  case $modules in
    "$(cd -P "$root" && pwd)"/*) ;;
    *) echo "the folder of dracut's modules is a link that leads out of the image" >&2; exit 1 ;;
  esac
  mkdir -p "$modules/97rootimg"
  mount --bind "$module" "$modules/97rootimg"
fi

if [ -n "$macros" ]; then
  (cd "$macros" && mount -t overlay -o lowerdir=macros:/usr/lib/rpm/macros.d overlay /usr/lib/rpm/macros.d)
  if [ -d /etc/rpm ]; then mount -t tmpfs -o mode=755 tmpfs /etc/rpm; fi
  for file in /etc/rpmrc /root/.rpmrc /root/.rpmmacros /root/.config/rpm/macros /root/.config/rpm/rpmrc; do
    if [ -e "$file" ]; then mount --bind /dev/null "$file"; fi
  done
fi

trap - EXIT
# Shells that have no such limit say so.
# shellcheck disable=SC3045
ulimit -S -n 1024 2>/dev/null || :
status=0
if [ "$mode" = over ] || [ "$mode" = look ]; then
  "$@" || status=$?
else
  chroot "$root" "$@" || status=$?
fi
exit "$status"
`;
