#!/bin/sh
# Getting the packed root from its server. Every function gives 0, or 1 with the reason in rootimg_cause when it should be tried again.
# shellcheck disable=SC2034,SC2154 # the parts share variables

# Prints the value that tells whether the server still has the same file: a strong ETag, else the date. HEADERFILE
rootimg_validator() {
    tr -d '\r' < "$1" | sed -n -e 's/^[Ee][Tt][Aa][Gg]: *\("..*"\)$/\1/p' | tail -n 1 > "$1.tag"
    [ -s "$1.tag" ] || tr -d '\r' < "$1" | sed -n -e 's/^[Ll]ast-[Mm]odified: *//p' | tail -n 1 > "$1.tag"
    cat "$1.tag"
}

# URL FILE [INTERFACE]. What a broken transfer left is completed, provided that the server still has the same file.
rootimg_fetch_http() {
    rootimg_url=$1 rootimg_file=$2
    set -- --fail --location --globoff --silent --show-error --connect-timeout 15 ${3:+--interface "$3"}
    # A server that sends less than 1 kB/s for 30 s is stuck.
    set -- "$@" --speed-limit 1024 --speed-time 30
    if [ -s "$rootimg_file" ] && [ -s "$rootimg_file.validator" ]; then
        set -- "$@" --continue-at - --header "If-Range: $(cat "$rootimg_file.validator")"
    else
        rm -f "$rootimg_file"
    fi
    curl "$@" --dump-header "$rootimg_file.headers" --output "$rootimg_file" -- "$rootimg_url" 2> "$rootimg_file.errors"
    rootimg_status=$?
    [ -e "$rootimg_file.headers" ] && rootimg_validator "$rootimg_file.headers" > "$rootimg_file.validator"
    case $rootimg_status in
        0) return 0 ;;
        23) rootimg_fatal "this node has no room for the packed image: $(rootimg_memory) MB of memory in all" ;;
        # The file changed, or no part of it can be had: from the beginning next time.
        22 | 33) rm -f "$rootimg_file" ;;
    esac
    rootimg_cause=$(rootimg_last_line "$rootimg_file.errors")
    return 1
}

# nfs://server/path: mounted read-only, the file is copied. URL FILE
rootimg_fetch_nfs() {
    rootimg_path=${1#nfs://}
    rootimg_server=${rootimg_path%%/*}
    rootimg_path=/${rootimg_path#*/}
    mkdir -p "$rootimg_run/nfs"
    modprobe nfs 2> /dev/null
    if ! mount -t nfs -o ro,nolock "$rootimg_server:${rootimg_path%/*}" "$rootimg_run/nfs" 2> "$2.errors"; then
        rootimg_cause=$(rootimg_last_line "$2.errors")
        return 1
    fi
    cp "$rootimg_run/nfs/${rootimg_path##*/}" "$2" 2> "$2.errors"
    rootimg_status=$?
    umount "$rootimg_run/nfs"
    [ "$rootimg_status" -eq 0 ] && return 0
    rootimg_cause=$(rootimg_last_line "$2.errors")
    return 1
}

# URL FILE [INTERFACE]
rootimg_fetch() {
    case $1 in
        nfs://*) rootimg_fetch_nfs "$1" "$2" ;;
        *) rootimg_fetch_http "$@" ;;
    esac
}

# Megabytes of memory of this node.
rootimg_memory() {
    echo "$(($(sed -n 's/^MemTotal: *\([0-9]*\) .*/\1/p' "$rootimg_fs/proc/meminfo") / 1024))"
}

# FILE: is it the one that imgsha256= names? A file that is not is removed, so that it is fetched anew.
rootimg_verify() {
    rootimg_expected=$(getarg imgsha256= | tr 'A-F' 'a-f')
    [ -n "$rootimg_expected" ] || return 0
    rootimg_found=$(sha256sum "$1")
    rootimg_found=${rootimg_found%% *}
    [ "$rootimg_found" = "$rootimg_expected" ] && return 0
    rm -f "$1" "$1.validator"
    rootimg_cause="sha256 is $rootimg_found, but imgsha256= says $rootimg_expected"
    return 1
}
