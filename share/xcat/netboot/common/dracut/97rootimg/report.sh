#!/bin/sh
# Runs in the booted system, from /run. Waits until systemd has no job left, then writes one block of key=value lines to a terminal.

rootimg_fs=${rootimg_fs-}
rootimg_states=$rootimg_fs/run/initramfs/rootimg
PATH=${PATH:-/usr/sbin:/usr/bin:/sbin:/bin}
tty=
poweroff=no
# shellcheck source=/dev/null # written by handover.sh
. "$rootimg_fs/run/rootimg/report.conf"

# Without a job for systemd. --wait came with systemd 240; asking costs a slow node more than waiting. A busy systemd may not answer in
# time: that is no answer, and it is asked again.
wait_for_rest() {
    if systemctl --help 2> /dev/null | grep -q -e --wait; then
        while :; do
            case $(systemctl is-system-running --wait 2> /dev/null) in
                running | degraded | maintenance) return 0 ;;
            esac
            sleep 3
        done
    fi
    while :; do
        sleep 3
        jobs=$(systemctl list-jobs --no-legend 2> /dev/null) || continue
        case $jobs in
            '' | 'No jobs'*) return 0 ;;
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

# Runs systemctl until it answers.
ask() {
    until answer=$(systemctl "$@" 2> /dev/null); do sleep 3; done
    printf '%s\n' "$answer"
}

failed_units() {
    ask list-units --state=failed --no-legend --plain --full | while read -r unit _; do
        [ -z "$unit" ] || printf '%s ' "$unit"
    done
}

# Properties of a unit, or of systemd itself, as lines of the report: NAMES-AND-PROPERTIES [UNIT]. Names: `state:ActiveState …`.
properties() {
    wanted=
    rules=
    for pair in $1; do
        wanted="$wanted --property=${pair#*:}"
        rules="${rules}s/^${pair#*:}=/${pair%%:*}=/p;"
    done
    shift
    # shellcheck disable=SC2086
    ask show $wanted "$@" | sed -n "$rules"
}

# What the kernel complained about, without our own lines; the oldest hundred.
kernel_warnings() {
    dmesg --level=emerg,alert,crit,err,warn 2> /dev/null | sed -e '/ rootimg: /d' -e 's/^\[ *[0-9.]*\] //' -e 's/^/kernel-warning=/' -e 100q
}

report() {
    available=$(memory MemAvailable)
    total=$(memory MemTotal)
    read -r uptime _ < "$rootimg_fs/proc/uptime"
    echo 'ROOTIMG-REPORT-BEGIN 1'
    properties 'target:Id target-state:ActiveState target-microseconds:ActiveEnterTimestampMonotonic' default.target
    properties 'state:SystemState userspace-microseconds:UserspaceTimestampMonotonic'
    echo "failed=$(failed_units)"
    echo "root=$(root_type)"
    echo "uuid=$(sed -n 's/^IMAGEUUID=//p' "$rootimg_fs/opt/xcat/xcatinfo" 2> /dev/null | tr -d "'\"")"
    echo "kernel=$(uname -r)"
    echo "memory-total=$total"
    echo "memory-available=$available"
    echo "memory-used=$((total - available))"
    echo "uptime=$uptime"
    sed 's/^/at-/' "$rootimg_states/times" 2> /dev/null
    sed 's/^/available-/' "$rootimg_states/available" 2> /dev/null
    sed 's/^/booted-/' "$rootimg_fs/run/rootimg/booted" 2> /dev/null
    kernel_warnings
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
