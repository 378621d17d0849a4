#!/bin/sh
# What all parts of the module share. rootimg_fs stands before every path; it is empty except in tests.
# On the way to the root small files are read by the shell itself: starting a program is what costs on a slow node.

rootimg_fs=${rootimg_fs-}
rootimg_lib=${rootimg_lib:-$rootimg_fs/lib/rootimg}
# Below /run/initramfs, because systemd leaves mounts there alone when the node goes down.
rootimg_run=$rootimg_fs/run/initramfs/rootimg

# One line for the kernel log, and so for every console. Facility daemon; level 6 (info) is hidden by `quiet`, level 3 (error) is not.
rootimg_info() {
    printf '<30>rootimg: %s\n' "$*" >> "$rootimg_fs/dev/kmsg"
}

# Something failed that is tried again.
rootimg_warn() {
    printf '<27>rootimg: warning: %s\n' "$*" >> "$rootimg_fs/dev/kmsg"
}

# Something that an administrator must mend, though the node keeps trying.
rootimg_error() {
    printf '<27>rootimg: error: %s\n' "$*" >> "$rootimg_fs/dev/kmsg"
}

# Ends the attempt for good: the hook that started it lets dracut die with this line.
rootimg_fatal() {
    printf 'rootimg: error: %s\n' "$*" > "$rootimg_run/fatal"
    exit 2
}

# Notes when a step was reached for the first time, `name=seconds` since the kernel started, and the memory that could still be used then.
rootimg_stamp() {
    if [ -e "$rootimg_run/times" ]; then
        while read -r rootimg_line; do
            case $rootimg_line in "$1"=*) return 0 ;; esac
        done < "$rootimg_run/times"
    fi
    read -r rootimg_up _ < "$rootimg_fs/proc/uptime"
    printf '%s=%s\n' "$1" "$rootimg_up" >> "$rootimg_run/times"
    rootimg_read_meminfo MemAvailable
    [ -z "$rootimg_kilobytes" ] || printf '%s=%s\n' "$1" "$rootimg_kilobytes" >> "$rootimg_run/available"
}

# Prints archive kind and compressor as the end of the URL's path says; fails when it is none that we know.
rootimg_kind() {
    case ${1%%\?*} in
        *.sfs | *.squashfs) echo squashfs none ;;
        *.erofs) echo erofs none ;;
        *.layers) echo layers none ;;
        # rootimg.gz: so older releases of xCAT call it.
        *.cpio.gz | */rootimg.gz) echo cpio gzip ;;
        *.cpio.xz) echo cpio xz ;;
        *.cpio.zst) echo cpio zstd ;;
        *.tar.gz) echo tar gzip ;;
        *.tar.xz) echo tar xz ;;
        *.tar.zst) echo tar zstd ;;
        *) return 1 ;;
    esac
}

# Was a public key put into this initrd? Then nothing is believed that it has not signed.
rootimg_has_key() {
    [ -e "$rootimg_lib/sums.pem" ]
}

# A whole number that every shell can reckon with? One after 0 would be octal.
rootimg_is_number() {
    case $1 in
        '' | *[!0-9]* | 0?*) return 1 ;;
    esac
    [ ${#1} -le 15 ]
}

# Are both numbers, and the first no less than the second?
rootimg_at_least() {
    rootimg_is_number "$1" && rootimg_is_number "$2" && [ "$1" -ge "$2" ]
}

# Splits a list of mirrors into words. A comma separates only where a scheme follows: paths may hold commas.
rootimg_urls() {
    printf '%s\n' "$1" | sed -e 's#,http://# http://#g' -e 's#,https://# https://#g' -e 's#,nfs://# nfs://#g'
}

# Prints the last line of a tool's error output, for a message of one line.
rootimg_last_line() {
    sed '/^[[:space:]]*$/d' "$1" 2> /dev/null | tail -n 1
}

# Prints one of several words: INDEX (from 0) WORD…
rootimg_item() {
    shift "$(($1 + 1))"
    printf '%s\n' "$1"
}

# 0 to N-1, so that a thousand nodes do not do the same in the same second.
rootimg_random() {
    read -r rootimg_value < "$rootimg_fs/proc/sys/kernel/random/uuid"
    echo "$((0x${rootimg_value%%-*} % $1))"
}

# Prints the words in random order, on one line.
rootimg_shuffle() {
    while [ $# -gt 0 ]; do
        rootimg_index=$(rootimg_random $#)
        rootimg_rest=
        for rootimg_word in "$@"; do
            if [ "$rootimg_index" -eq 0 ]; then
                printf '%s ' "$rootimg_word"
            else
                rootimg_rest="$rootimg_rest $rootimg_word"
            fi
            rootimg_index=$((rootimg_index - 1))
        done
        # shellcheck disable=SC2086
        set -- $rootimg_rest
    done
}

# Prints the file's name at the end of a URL.
rootimg_file_name() {
    rootimg_value=${1%%\?*}
    printf '%s\n' "${rootimg_value##*/}"
}

# NAME of /proc/meminfo in rootimg_kilobytes, empty where the kernel does not have it.
rootimg_read_meminfo() {
    while read -r rootimg_line rootimg_kilobytes _; do
        [ "$rootimg_line" != "$1:" ] || return 0
    done < "$rootimg_fs/proc/meminfo"
    rootimg_kilobytes=
}

# Megabytes of memory: NAME of /proc/meminfo, nothing where the kernel does not have it.
rootimg_meminfo() {
    rootimg_read_meminfo "$1"
    [ -z "$rootimg_kilobytes" ] || echo "$((rootimg_kilobytes / 1024))"
}

# Megabytes of memory of this node.
rootimg_memory() {
    rootimg_meminfo MemTotal
}

# Megabytes that can still be used; kernels before 3.14 know only what lies idle.
rootimg_free_memory() {
    rootimg_megabytes=$(rootimg_meminfo MemAvailable)
    echo "${rootimg_megabytes:-$(rootimg_meminfo MemFree)}"
}
