#!/bin/sh
# One attempt to get the root: exit status 0 it stands, 1 try again later, 2 it can never work (the reason is in the file `fatal`).

rootimg_fs=${rootimg_fs-}
rootimg_lib=${rootimg_lib:-$rootimg_fs/lib/rootimg}
# shellcheck source=/dev/null # dracut's
. "$rootimg_fs/lib/dracut-lib.sh"
. "$rootimg_lib/lib.sh"
. "$rootimg_lib/network.sh"
. "$rootimg_lib/status.sh"
. "$rootimg_lib/way.sh"
. "$rootimg_lib/fetch.sh"
. "$rootimg_lib/digest.sh"
. "$rootimg_lib/unpack.sh"
. "$rootimg_lib/fit.sh"
. "$rootimg_lib/layers.sh"
. "$rootimg_lib/early.sh"

rootimg_pack=$rootimg_run/pack

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

# A file system of its own for the packed file, which is freed by unmounting.
rootimg_pack_room() {
    [ -d "$rootimg_pack" ] && return 0
    mkdir -p "$rootimg_pack"
    mount -t tmpfs -o mode=700,size=80% rootimg-pack "$rootimg_pack"
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

# KIND: fetches and verifies the packed file; of an image in layers their list.
rootimg_get_packed() {
    if [ -n "$rootimg_size" ] && [ "$rootimg_size" -gt "$(($(rootimg_memory) * 1048576))" ]; then
        rootimg_fatal "the packed image has $rootimg_size bytes, but this node has $(rootimg_memory) MB"
    fi
    if [ "$1" != layers ] || ! rootimg_has_list; then
        if ! rootimg_fetch "$rootimg_from" "$rootimg_packed" "$rootimg_if"; then
            rootimg_later rootimg_warn
            return 1
        fi
        [ "$1" = layers ] || rootimg_stamp downloaded
        rootimg_info "downloaded $(wc -c < "$rootimg_packed") bytes"
        if ! rootimg_verify "$rootimg_packed"; then
            rootimg_later rootimg_error
            return 1
        fi
    fi
    # What the node runs: of an image in layers it is the list that tells.
    [ ! -e "$rootimg_run/sha256" ] || rm -f "$rootimg_run/sha256"
    [ -z "$rootimg_verified" ] || printf '%s\n' "$rootimg_expected" > "$rootimg_run/sha256"
    [ "$1" = layers ] || rootimg_stamp verified
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
    rootimg_forget_early
    rootimg_read_slow
    rootimg_choose_way
    rootimg_packed=$rootimg_pack/image
    rootimg_verified=
    # shellcheck disable=SC2046
    set -- $(rootimg_kind "$rootimg_from")
    if ! rootimg_check_fit "$1" "$2"; then
        rootimg_later rootimg_error
        return 1
    fi
    [ "$1" != layers ] || rootimg_begin_list
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
        rootimg_get_packed "$1" || return 1
        if [ "$1" = layers ] && ! rootimg_get_layers; then
            # By the next try there may be another list.
            rootimg_drop "$rootimg_packed"
            return 1
        fi
    fi
    if ! rootimg_unpack "$1" "$2" "$rootimg_packed"; then
        # The right bytes that cannot be unpacked will not get better; others may.
        [ -z "$rootimg_verified" ] || rootimg_fatal "$rootimg_from cannot be unpacked: $rootimg_cause"
        rootimg_drop "$rootimg_packed"
        rootimg_later rootimg_error
        return 1
    fi
    rootimg_stamp unpacked
    case $1 in
        squashfs | erofs | layers) ;;
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
trap rootimg_end_early EXIT
rootimg_attempt
