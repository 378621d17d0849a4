#!/bin/sh
# One attempt to get the root: exit status 0 it stands, 1 try again later, 2 it can never work (the reason is in the file `fatal`).

rootimg_fs=${rootimg_fs-}
rootimg_lib=${rootimg_lib:-$rootimg_fs/lib/rootimg}
# shellcheck source=/dev/null # dracut's
. "$rootimg_fs/lib/dracut-lib.sh"
. "$rootimg_lib/lib.sh"
. "$rootimg_lib/network.sh"
. "$rootimg_lib/status.sh"
. "$rootimg_lib/fetch.sh"
. "$rootimg_lib/digest.sh"
. "$rootimg_lib/unpack.sh"
. "$rootimg_lib/fit.sh"

rootimg_pack=$rootimg_run/pack

# Reads NAME of the state that outlives an attempt; 0 when there is none.
rootimg_get() {
    rootimg_value=0
    [ -e "$rootimg_run/$1" ] && read -r rootimg_value < "$rootimg_run/$1"
    printf '%s\n' "$rootimg_value"
}

# Whole seconds since the kernel started.
rootimg_now() {
    read -r rootimg_up _ < "$rootimg_fs/proc/uptime"
    printf '%s\n' "${rootimg_up%.*}"
}

# Every 30 seconds: says why there is no network, and lets dracut ask again.
rootimg_wait_for_network() {
    rootimg_networkd_start
    [ -e "$rootimg_run/offline" ] || echo "$(($(rootimg_now) + 20))" > "$rootimg_run/offline"
    [ "$(rootimg_now)" -ge "$(rootimg_get offline)" ] || return 1
    rootimg_warn "no network yet: $(rootimg_offline_reason)"
    echo "$(($(rootimg_now) + 30))" > "$rootimg_run/offline"
    rootimg_ask_again
    return 1
}

# PREFIX: the line about what failed, with the pause until the next time: 1, 2, 4 … 32 seconds and as much again at random.
rootimg_later() {
    rootimg_tries=$(rootimg_get tries)
    rootimg_pause=$((1 << (rootimg_tries < 5 ? rootimg_tries : 5)))
    rootimg_pause=$((rootimg_pause + $(rootimg_random $((rootimg_pause + 1)))))
    echo "$((rootimg_tries + 1))" > "$rootimg_run/tries"
    echo "$(($(rootimg_now) + rootimg_pause))" > "$rootimg_run/next"
    "$1" "$rootimg_from: ${rootimg_cause:-unknown cause}; next try in $rootimg_pause s"
    return 1
}

# A file system of its own for the packed file, which is freed by unmounting.
rootimg_pack_room() {
    [ -d "$rootimg_pack" ] && return 0
    mkdir -p "$rootimg_pack"
    mount -t tmpfs -o mode=700,size=80% rootimg-pack "$rootimg_pack"
}

# The mirrors in an order of this node's own: it stays the same, so that each further try goes to another.
rootimg_mirrors() {
    if [ ! -s "$rootimg_run/mirrors" ]; then
        read -r rootimg_list < "$rootimg_run/imgurl"
        # shellcheck disable=SC2046
        rootimg_shuffle $(rootimg_urls "$rootimg_list") > "$rootimg_run/mirrors"
    fi
    cat "$rootimg_run/mirrors"
}

# Sets rootimg_from and rootimg_if: each further try goes to the next mirror and, when there are several, through the next interface.
rootimg_choose_way() {
    rootimg_tries=$(rootimg_get tries)
    # shellcheck disable=SC2046
    set -- $(rootimg_mirrors)
    rootimg_from=$(rootimg_item $((rootimg_tries % $#)) "$@")
    # shellcheck disable=SC2086
    set -- $rootimg_online
    rootimg_if=
    [ $# -gt 1 ] && [ $((rootimg_tries % ($# + 1))) -gt 0 ] &&
        rootimg_if=$(rootimg_item $((rootimg_tries % ($# + 1) - 1)) "$@")
    return 0
}

# KIND: is the image unpacked while it comes? Never when it can be verified; after a failure it is fetched first, because what was fetched can
# be completed.
rootimg_may_stream() {
    [ -z "$rootimg_expected" ] && [ "$rootimg_tries" -eq 0 ] || return 1
    case $1:$rootimg_from in
        cpio:http* | tar:http*) return 0 ;;
    esac
    return 1
}

# Fetches and verifies the packed file.
rootimg_get_packed() {
    if ! rootimg_fetch "$rootimg_from" "$rootimg_packed" "$rootimg_if"; then
        rootimg_later rootimg_warn
        return 1
    fi
    rootimg_stamp downloaded
    rootimg_info "downloaded $(wc -c < "$rootimg_packed") bytes"
    if ! rootimg_verify "$rootimg_packed"; then
        rootimg_later rootimg_error
        return 1
    fi
    rootimg_stamp verified
}

rootimg_attempt() {
    [ "$(rootimg_now)" -ge "$(rootimg_get next)" ] || return 1
    rootimg_online=$(rootimg_online)
    if [ -z "$rootimg_online" ]; then
        rootimg_wait_for_network
        return 1
    fi
    rootimg_stamp network
    rootimg_networkd_names
    rootimg_status
    rootimg_pack_room
    rootimg_choose_way
    rootimg_packed=$rootimg_pack/image
    # shellcheck disable=SC2046
    set -- $(rootimg_kind "$rootimg_from")
    rootimg_check_fit "$1" "$2"
    if ! rootimg_expect "$rootimg_from" "$rootimg_if"; then
        rootimg_later rootimg_error
        return 1
    fi
    rootimg_info "downloading $rootimg_from"
    rootimg_stamp download
    rootimg_stream=
    if rootimg_may_stream "$1"; then
        rootimg_stream=$rootimg_from
    else
        rootimg_get_packed || return 1
    fi
    if ! rootimg_unpack "$1" "$2" "$rootimg_packed"; then
        # The right bytes that cannot be unpacked will not get better; others may.
        [ -z "$rootimg_expected" ] || rootimg_fatal "$rootimg_from cannot be unpacked: $rootimg_cause"
        rm -f "$rootimg_packed" "$rootimg_packed.validator"
        rootimg_later rootimg_error
        return 1
    fi
    rootimg_stamp unpacked
    case $1 in
        squashfs | erofs) ;;
        *) umount "$rootimg_pack" && rmdir "$rootimg_pack" ;;
    esac
    rootimg_stamp root
    rootimg_info "root is ready, $1"
    : > "$rootimg_run/ready"
}

case $(getarg xcatdebugmode=) in
    '' | 0) ;;
    *)
        exec 2>> "$rootimg_run/trace.log"
        set -x
        ;;
esac
rootimg_attempt
