#!/bin/sh
# Telling the management node how far this node is: XCAT=server:3001, XCATIPORT=3002.
# shellcheck disable=SC2034,SC2154 # the parts share variables

# One exchange, at most 20 seconds: the server says ready, we say the state, it says done. SERVER PORT STATE
rootimg_status_exchange() {
    # Only bash can open a socket; everything else here runs in any shell.
    # shellcheck disable=SC2016
    timeout 20 bash -c '
        exec 3<> "/dev/tcp/$0/$1" || exit 1
        read -r -t 10 answer <&3 && [ "$answer" = ready ] || exit 1
        printf "installstatus %s\n" "$2" >&3
        read -r -t 10 answer <&3 && [ "$answer" = done ]
    ' "$1" "$2" "$3" 2> /dev/null
}

# Reports `netbooting` once. A server that does not answer is named and does not keep the node from booting.
rootimg_status() {
    [ -e "$rootimg_run/status" ] && return 0
    : > "$rootimg_run/status"
    rootimg_server=$(getarg XCAT=)
    [ -n "$rootimg_server" ] || return 0
    getarg nonodestatus > /dev/null && return 0
    rootimg_server=${rootimg_server%:*}
    rootimg_port=$(getarg XCATIPORT=)
    rootimg_port=${rootimg_port:-3002}
    if ! command -v bash > /dev/null 2>&1; then
        rootimg_warn 'the status is not reported: this initrd has no bash'
        return 0
    fi
    rootimg_status_exchange "$rootimg_server" "$rootimg_port" netbooting && return 0
    rootimg_status_exchange "$rootimg_server" "$rootimg_port" netbooting && return 0
    rootimg_warn "$rootimg_server:$rootimg_port took no status report; going on without"
}
