#!/bin/sh
# What is small comes in the background, several files by one program, while something else is done: starting programs is what costs on a slow node. It is
# a shortcut: what does not come this way, or is not what it should be, is forgotten, and fetched by itself as fetch.sh does it.
# shellcheck disable=SC2034,SC2154 # the parts share variables

# The process in the background; and where it has mounted layers.
rootimg_early='' rootimg_laid=''

# FUNCTION ARGUMENT…: in the background, with the program that it waits for when it is stopped.
rootimg_begin_early() {
    {
        rootimg_before=$!
        trap '[ "$!" = "$rootimg_before" ] || kill "$!"; wait; exit 1' TERM
        "$@"
    } 2> /dev/null &
    rootimg_early=$!
    printf '%s\n' "$rootimg_early" > "$rootimg_run/early"
}

# Waits for it.
rootimg_await_early() {
    wait "$rootimg_early" 2> /dev/null
    rootimg_early=
    : > "$rootimg_run/early"
}

# In every way out of an attempt: nothing goes on in the background, and what it has mounted for a root that does not stand is given back.
rootimg_end_early() {
    if [ -n "$rootimg_early" ]; then
        kill "$rootimg_early" 2> /dev/null
        rootimg_await_early
    fi
    [ -e "$rootimg_run/ready" ] || rootimg_forget_early
}

# What was begun or mounted in the background, also by a try that was killed.
rootimg_forget_early() {
    rootimg_laid='' rootimg_left=
    [ -e "$rootimg_run/early" ] && read -r rootimg_left < "$rootimg_run/early"
    if [ -n "$rootimg_left" ]; then
        kill "$rootimg_left" 2> /dev/null && sleep 1
        : > "$rootimg_run/early"
    fi
    [ ! -e "$rootimg_run/laid" ] || rm -f "$rootimg_run/laid"
    for rootimg_mounted in "$rootimg_run"/lower[0-9]*; do
        [ -d "$rootimg_mounted" ] || continue
        umount "$rootimg_mounted" 2> /dev/null
        rmdir "$rootimg_mounted" 2> /dev/null
    done
    for rootimg_folder in "$rootimg_pack"/early*; do
        [ ! -d "$rootimg_folder" ] || rm -rf "$rootimg_folder"
    done
}

# BYTES SECONDS [FILE URL]…: each URL into its FILE, none with more than BYTES, all in so many seconds; 0 is for ever.
rootimg_fetch_together() {
    rootimg_limit=$1 rootimg_by=exec
    [ "$2" -eq 0 ] || rootimg_by="exec timeout $2"
    rootimg_file=$3 rootimg_url=$4
    shift 4
    for rootimg_value in "$@"; do
        case $rootimg_value in http*://*) set -- "$@" "$rootimg_value" ;; *) set -- "$@" --output "$rootimg_value" ;; esac
        shift
    done
    [ -z "$rootimg_if" ] || set -- "$@" --interface "$rootimg_if"
    {
        # A server need not say beforehand how much it sends.
        ulimit -f "$((rootimg_limit / 512 + 1))"
        rootimg_curl "$rootimg_url" "$@" --output "$rootimg_file" --max-filesize "$rootimg_limit"
    } &
    wait "$!"
}

# Begins to fetch the list of an image in layers while it is being found out which one is right. What has come of one in an earlier try is completed.
rootimg_begin_list() {
    case $rootimg_from in http*) ;; *) return 0 ;; esac
    rootimg_has_key && [ ! -e "$rootimg_packed" ] || return 0
    rootimg_begin_early rootimg_fetch_together "$rootimg_small" 60 "$rootimg_packed" "$rootimg_from"
}

# Has it come, and is it the right one?
rootimg_has_list() {
    [ -n "$rootimg_early" ] || return 1
    rootimg_await_early
    [ -s "$rootimg_packed" ] && rootimg_verify "$rootimg_packed"
}

# Fetches layers above the base into the folder. None that an earlier try has begun, and none that is larger than they are on the average: so all
# of them, though each may be sent with as much as the largest has, have no more than the list says.
rootimg_take_early() {
    rootimg_number=0 rootimg_sum=0 rootimg_largest=0
    rootimg_beside=${rootimg_from%%\?*}
    rootimg_beside=${rootimg_beside%/*}
    set --
    while read -r rootimg_digest rootimg_bytes rootimg_name; do
        case $rootimg_digest in '#'*) continue ;; esac
        rootimg_number=$((rootimg_number + 1))
        { [ "$rootimg_number" -gt 1 ] && [ ! -e "$rootimg_pack/$rootimg_name" ]; } || continue
        [ "$rootimg_bytes" -le "$((rootimg_layers_size / rootimg_layers_number))" ] || continue
        [ "$rootimg_bytes" -le "$rootimg_largest" ] || rootimg_largest=$rootimg_bytes
        rootimg_sum=$((rootimg_sum + rootimg_bytes))
        printf '%s  %s\n' "$rootimg_digest" "$rootimg_name" >> "$rootimg_folder/sums"
        set -- "$@" "$rootimg_folder/$rootimg_name" "$rootimg_beside/$rootimg_name"
    done < "$rootimg_list"
    [ $# -gt 0 ] || return 1
    rootimg_seconds=0
    [ "$rootimg_rate" -eq 0 ] || rootimg_seconds=$(rootimg_longest "$rootimg_sum")
    rootimg_fetch_together "$rootimg_largest" "$rootimg_seconds" "$@"
    # What has not come, the digests tell.
    return 0
}

# LIST: what the folder has with the right digest becomes what an attempt would have fetched; the table of its mounts is written. The mountpoints in
# rootimg_places.
rootimg_keep_early() {
    (cd "$rootimg_folder" && sha256sum -c sums > found)
    set --
    while read -r rootimg_name rootimg_value; do
        [ "$rootimg_value" != OK ] || set -- "$@" "$rootimg_folder/${rootimg_name%:}"
    done < "$rootimg_folder/found"
    { [ $# -gt 0 ] && mv "$@" "$rootimg_pack/"; } || return 1
    rootimg_good=" $* " rootimg_places='' rootimg_number=-1
    while read -r rootimg_digest rootimg_bytes rootimg_name; do
        case $rootimg_digest in '#'*) continue ;; esac
        rootimg_number=$((rootimg_number + 1))
        case $rootimg_good in *" $rootimg_folder/$rootimg_name "*) ;; *) continue ;; esac
        printf '%s\n' "$rootimg_digest" > "$rootimg_pack/$rootimg_name.verified"
        rootimg_layer_kind "$rootimg_name"
        rootimg_places="$rootimg_places $rootimg_run/lower$rootimg_number"
        printf '%s %s %s ro,loop 0 0\n' "$rootimg_pack/$rootimg_name" "$rootimg_run/lower$rootimg_number" "$rootimg_filesystem"
    done < "$rootimg_list" > "$rootimg_folder/mounts"
}

# LIST: the layers above the base, fetched, checked and mounted; what is mounted in the file `laid`.
rootimg_lay_early() {
    rootimg_list=$1 rootimg_folder=$rootimg_pack/early$rootimg_tries
    mkdir "$rootimg_folder" || return 1
    # shellcheck disable=SC2086
    if rootimg_take_early && rootimg_keep_early && mkdir -p $rootimg_places; then
        if mount -a -T "$rootimg_folder/mounts"; then
            printf '%s\n' "$rootimg_places" > "$rootimg_run/laid"
        else
            umount $rootimg_places
        fi
    fi
    # What is no layer takes no memory.
    rm -rf "$rootimg_folder"
}

# Begins with it, unless there is nothing but a base.
rootimg_begin_layers() {
    case $rootimg_from in http*) ;; *) return 0 ;; esac
    [ "$rootimg_layers_number" -gt 1 ] || return 0
    rootimg_info "downloading what lies above the base"
    rootimg_begin_early rootimg_lay_early "$1"
}

# Waits for it.
rootimg_has_layers() {
    [ -n "$rootimg_early" ] || return 0
    rootimg_await_early
    [ ! -e "$rootimg_run/laid" ] || read -r rootimg_laid < "$rootimg_run/laid"
}
