#!/bin/sh
# Which mirror and which interface a try takes, and what follows from its failure. The state outlives an attempt, in files.
# shellcheck disable=SC2034,SC2154 # the parts share variables

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

# The mirrors in an order of this node's own: it stays the same, so that each further try goes to another.
rootimg_mirrors() {
    if [ ! -s "$rootimg_run/mirrors" ]; then
        read -r rootimg_list < "$rootimg_run/imgurl"
        # shellcheck disable=SC2046
        rootimg_shuffle $(rootimg_urls "$rootimg_list") > "$rootimg_run/mirrors"
    fi
    cat "$rootimg_run/mirrors"
}

# Sets rootimg_from and rootimg_if: each further try goes to the next mirror and, when there are several, through the next interface; also after one
# that was killed, by want of memory for instance.
rootimg_choose_way() {
    rootimg_tries=$(rootimg_get tries)
    echo "$((rootimg_tries + 1))" > "$rootimg_run/tries"
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

# PREFIX: the line about what failed, with the pause until the next time: 1, 2, 4 … 32 seconds and as much again at random.
rootimg_later() {
    rootimg_pause=$((1 << (rootimg_tries < 5 ? rootimg_tries : 5)))
    rootimg_pause=$((rootimg_pause + $(rootimg_random $((rootimg_pause + 1)))))
    echo "$(($(rootimg_now) + rootimg_pause))" > "$rootimg_run/next"
    "$1" "$rootimg_from: ${rootimg_cause:-unknown cause}; next try in $rootimg_pause s"
    return 1
}

# REASON: what ends the boot when these are the right bytes. Where nobody vouches for them another mirror may have better ones: only when each has
# brought such is it for good. Else gives 1, with the reason in rootimg_cause.
rootimg_hopeless() {
    rootimg_cause=$*
    [ -z "$rootimg_verified" ] || rootimg_fatal "$rootimg_cause"
    printf '%s\n' "$rootimg_from" >> "$rootimg_run/hopeless"
    for rootimg_mirror in $(rootimg_mirrors); do
        grep -qxF -e "$rootimg_mirror" "$rootimg_run/hopeless" || return 1
    done
    rootimg_fatal "$rootimg_cause"
}
