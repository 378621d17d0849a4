#!/bin/sh
# Runs in the booted system, from /run. Waits until systemd has no job left, then writes one block of key=value lines to a terminal.

rootimg_fs=${rootimg_fs-}
rootimg_states=$rootimg_fs/run/initramfs/rootimg
PATH=${PATH:-/usr/sbin:/usr/bin:/sbin:/bin}
tty=
poweroff=no
# shellcheck source=/dev/null # written by handover.sh
. "$rootimg_fs/run/rootimg/report.conf"

# Prints a property: UNIT NAME, or '' NAME for one of systemd itself.
property() {
    if [ -n "$1" ]; then systemctl show --property="$2" "$1"; else systemctl show --property="$2"; fi | sed -n "s/^$2=//p"
}

# Twice in a row without a job: a job that ends may start others.
wait_for_rest() {
    quiet=0
    while [ "$quiet" -lt 2 ]; do
        sleep 1
        case $(systemctl list-jobs --no-legend 2> /dev/null) in
            '' | 'No jobs'*) quiet=$((quiet + 1)) ;;
            *) quiet=0 ;;
        esac
    done
}

root_type() {
    type=
    while read -r _ where what _; do
        [ "$where" = / ] && type=$what
    done < "$rootimg_fs/proc/mounts"
    printf '%s\n' "$type"
}

# Kilobytes: NAME of /proc/meminfo.
memory() {
    sed -n "s/^$1: *\([0-9]*\) .*/\1/p" "$rootimg_fs/proc/meminfo"
}

failed_units() {
    systemctl list-units --state=failed --no-legend --plain --full | while read -r unit _; do
        printf '%s ' "$unit"
    done
}

report() {
    target=$(systemctl get-default)
    available=$(memory MemAvailable)
    total=$(memory MemTotal)
    read -r uptime _ < "$rootimg_fs/proc/uptime"
    echo 'ROOTIMG-REPORT-BEGIN 1'
    echo "state=$(systemctl is-system-running)"
    echo "target=$target"
    echo "target-state=$(systemctl is-active "$target")"
    echo "target-microseconds=$(property "$target" ActiveEnterTimestampMonotonic)"
    echo "userspace-microseconds=$(property '' UserspaceTimestampMonotonic)"
    echo "failed=$(failed_units)"
    echo "root=$(root_type)"
    echo "uuid=$(sed -n "s/^IMAGEUUID=//p" "$rootimg_fs/opt/xcat/xcatinfo" 2> /dev/null | tr -d "'\"")"
    echo "kernel=$(uname -r)"
    echo "memory-total=$total"
    echo "memory-available=$available"
    echo "memory-used=$((total - available))"
    echo "uptime=$uptime"
    sed 's/^/at-/' "$rootimg_states/times" 2> /dev/null
    echo 'ROOTIMG-REPORT-END'
}

wait_for_rest
while [ ! -c "$rootimg_fs/dev/$tty" ] && [ ! -p "$rootimg_fs/dev/$tty" ]; do sleep 1; done
report > "$rootimg_fs/run/rootimg/report"
cat "$rootimg_fs/run/rootimg/report" > "$rootimg_fs/dev/$tty"
if [ "$poweroff" = yes ]; then
    # The terminal may still be sending.
    sleep 1
    poweroff -f
fi
