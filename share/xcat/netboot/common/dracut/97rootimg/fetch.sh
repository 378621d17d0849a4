#!/bin/sh
# Getting the packed root from its server. Every function gives 0, or 1 with the reason in rootimg_cause when it should be tried again.
# shellcheck disable=SC2034,SC2154 # the parts share variables

# Of the last answer, the status and what tells whether the server still has the same file: a strong ETag, else the date; each empty where
# there is none. Of the answers before it, redirects for instance, nothing counts. HEADERFILE
rootimg_read_headers() {
    rootimg_answer='' rootimg_tag='' rootimg_date=''
    while IFS=': ' read -r rootimg_line rootimg_value; do
        # The lines end with a carriage return.
        rootimg_value=${rootimg_value%[[:cntrl:]]}
        case $rootimg_line in
            HTTP/*) rootimg_answer=${rootimg_value%% *} rootimg_tag='' rootimg_date='' ;;
            [Ee][Tt][Aa][Gg]) case $rootimg_value in '"'?*'"') rootimg_tag=$rootimg_value ;; esac ;;
            [Ll]ast-[Mm]odified) rootimg_date=$rootimg_value ;;
        esac
    done < "$1"
    rootimg_validator=${rootimg_tag:-$rootimg_date}
}

# curl with what every transfer needs: OPTION… -- URL. A server that sends less than 1 kB/s for 30 s is stuck. Redirects may not lead to other
# kinds of servers.
rootimg_curl() {
    curl --fail --location --proto-redir =http,https --globoff --silent --show-error --connect-timeout 15 \
        --speed-limit 1024 --speed-time 30 "$@"
}

# STATUS ERRORFILE: what a failed transfer means for good, else its reason in rootimg_cause.
rootimg_curl_failed() {
    rootimg_room="$(rootimg_free_memory) MB free of $(rootimg_memory) MB"
    case $1 in
        63) rootimg_fatal "the packed image is larger than this node's memory: $rootimg_room" ;;
        23) rootimg_fatal "this node has no room for the packed image: $rootimg_room" ;;
    esac
    rootimg_cause=$(rootimg_last_line "$2")
}

# FILE OPTION… -- URL: like curl, but the digest is taken while the bytes come, and left in FILE.sum. Both ends of the pipe are checked.
rootimg_curl_digest() {
    rootimg_file=$1
    shift
    rm -f "$rootimg_file.status" "$rootimg_file.full"
    {
        rootimg_curl "$@" 2> "$rootimg_file.errors"
        echo $? > "$rootimg_file.status"
    } | {
        tee "$rootimg_file" 2> /dev/null || : > "$rootimg_file.full"
    } | sha256sum > "$rootimg_file.sum"
    read -r rootimg_status < "$rootimg_file.status"
    [ ! -e "$rootimg_file.full" ] || rootimg_status=23
    [ "$rootimg_status" -eq 0 ] || rm -f "$rootimg_file.sum"
    return "$rootimg_status"
}

# URL FILE [INTERFACE]. What a broken transfer left is completed, provided that the server still has the same file.
rootimg_fetch_http() {
    rootimg_url=$1 rootimg_file=$2
    rm -f "$rootimg_file.headers" "$rootimg_file.sum"
    set -- ${3:+--interface "$3"} --max-filesize "$(($(rootimg_free_memory) * 1048576))" --dump-header "$rootimg_file.headers"
    if [ -s "$rootimg_file" ] && [ -s "$rootimg_file.validator" ]; then
        rootimg_curl "$@" --continue-at - --header "If-Range: $(cat "$rootimg_file.validator")" --output "$rootimg_file" \
            -- "$rootimg_url" 2> "$rootimg_file.errors"
    else
        rm -f "$rootimg_file" "$rootimg_file.validator"
        if [ -n "$rootimg_expected" ]; then
            rootimg_curl_digest "$rootimg_file" "$@" -- "$rootimg_url"
        else
            rootimg_curl "$@" --output "$rootimg_file" -- "$rootimg_url" 2> "$rootimg_file.errors"
        fi
    fi
    rootimg_status=$?
    rootimg_answer=
    # curl makes the file before it connects: without an answer it is empty.
    [ -s "$rootimg_file.headers" ] && rootimg_read_headers "$rootimg_file.headers"
    case $rootimg_answer in
        # An answer that does not tell leaves what was known.
        200 | 206) [ -z "$rootimg_validator" ] || printf '%s\n' "$rootimg_validator" > "$rootimg_file.validator" ;;
    esac
    case $rootimg_status:$rootimg_answer in
        0:*) return 0 ;;
        # The file changed, or no part of it can be had: from the beginning next time. After any other answer, the server being overloaded
        # for instance, what has come is completed.
        33:* | 22:416) rm -f "$rootimg_file" "$rootimg_file.validator" ;;
    esac
    rootimg_curl_failed "$rootimg_status" "$rootimg_file.errors"
    return 1
}

# nfs://server[:port]/path: mounted read-only, the file is copied. A server that falls silent makes cp fail after a few minutes at most rather than
# hang; what it sent by then is seen to be short like any other file. URL FILE
rootimg_fetch_nfs() {
    rootimg_path=${1#nfs://}
    rootimg_server=${rootimg_path%%/*}
    rootimg_path=/${rootimg_path#*/}
    rootimg_options=ro,nolock,soft,timeo=150,retrans=3
    case $rootimg_server in
        # The colons of a bare IPv6 address end with a bracket.
        *]) ;;
        *:*) rootimg_options=$rootimg_options,port=${rootimg_server##*:} rootimg_server=${rootimg_server%:*} ;;
    esac
    # curl must not go on with a part that came from here.
    rm -f "$2.sum" "$2.validator"
    mkdir -p "$rootimg_run/nfs"
    modprobe nfs 2> /dev/null
    if ! mount -t nfs -o "$rootimg_options" "$rootimg_server:${rootimg_path%/*}" "$rootimg_run/nfs" 2> "$2.errors"; then
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
