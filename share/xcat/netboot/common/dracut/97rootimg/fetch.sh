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

# What counts as too slow: rootimg_rate kB/s over rootimg_patience seconds; a rate of 0 is never.
rootimg_rate=10 rootimg_patience=60

# Takes both from imgslow=RATE/SECONDS.
rootimg_read_slow() {
    rootimg_value=$(getarg imgslow=)
    [ -n "$rootimg_value" ] || return 0
    if ! rootimg_is_number "${rootimg_value%%/*}" || ! rootimg_is_number "${rootimg_value#*/}" || [ "${rootimg_value#*/}" -eq 0 ]; then
        rootimg_warn "imgslow=$rootimg_value: expected kilobytes a second and seconds like 10/60; going on with 10/60"
        return 0
    fi
    rootimg_rate=${rootimg_value%%/*} rootimg_patience=${rootimg_value#*/}
}

# BYTES: seconds that they may take at most.
rootimg_longest() {
    echo "$(($1 / (rootimg_rate * 1024) + rootimg_patience))"
}

# What curl is started by.
rootimg_by=

# curl with what every transfer needs: URL OPTION… Redirects lead to web servers only, and never away from https.
rootimg_curl() {
    rootimg_address=$1
    shift
    case $rootimg_address in
        https://*) rootimg_schemes=https ;;
        *) rootimg_schemes=http,https ;;
    esac
    # shellcheck disable=SC2086
    $rootimg_by curl --disable --fail --location --max-redirs 10 --proto =http,https --proto-redir "=$rootimg_schemes" --globoff --silent --show-error \
        --connect-timeout 15 --speed-limit "$((rootimg_rate * 1024))" --speed-time "$rootimg_patience" "$@" -- "$rootimg_address"
}

# ERRORFILE: why curl failed. Advice may follow that line.
rootimg_curl_reason() {
    rootimg_value=$(sed -n '/^curl: (/p' "$1" 2> /dev/null | tail -n 1)
    printf '%s\n' "${rootimg_value:-$(rootimg_last_line "$1")}"
}

# FILE: removes it and all that is known of it.
rootimg_drop() {
    rm -f "$1" "$1.sum" "$1.validator" "$1.from" "$1.mixed" "$1.headers"
}

# LIMIT FILE URL OPTION…: at most LIMIT bytes behind what FILE has. With rootimg_expected the digest of a FILE that is new is taken while the bytes
# come, and left in FILE.sum. Gives curl's status, 63 when there was more than LIMIT, 23 when there was no room; also in rootimg_status.
rootimg_take() {
    rootimg_limit=$1 rootimg_file=$2 rootimg_had=0
    shift 2
    [ ! -e "$rootimg_file" ] || rootimg_had=$(wc -c < "$rootimg_file")
    rm -f "$rootimg_file.status" "$rootimg_file.full" "$rootimg_file.sum"
    {
        rootimg_curl "$@" --max-filesize "$rootimg_limit" 2> "$rootimg_file.errors"
        echo $? > "$rootimg_file.status"
    } | head -c "$((rootimg_limit + 1))" | if [ "$rootimg_had" -eq 0 ] && [ -n "$rootimg_expected" ]; then
        { tee "$rootimg_file" 2> /dev/null || : > "$rootimg_file.full"; } | sha256sum > "$rootimg_file.sum"
    else
        cat 2> /dev/null >> "$rootimg_file" || : > "$rootimg_file.full"
    fi
    read -r rootimg_status < "$rootimg_file.status"
    [ "$(wc -c < "$rootimg_file")" -le "$((rootimg_had + rootimg_limit))" ] || rootimg_status=63
    [ ! -e "$rootimg_file.full" ] || rootimg_status=23
    [ "$rootimg_status" -eq 0 ] || rm -f "$rootimg_file.sum"
    return "$rootimg_status"
}

# STATUS FILE: what a failed transfer means in rootimg_cause. What could not be kept makes room for that of the next mirror.
rootimg_curl_failed() {
    rootimg_cause=$(rootimg_curl_reason "$2.errors")
    rootimg_room="$(rootimg_free_memory) MB free of $(rootimg_memory) MB"
    case $1:$rootimg_size in
        1:*) rootimg_cause="$rootimg_cause (a redirect must lead to a web server, and stay on https)" ;;
        63:?*)
            rootimg_drop "$2"
            rootimg_cause="it sends more than the $rootimg_size bytes that $rootimg_teller says"
            ;;
        63:)
            rootimg_drop "$2"
            rootimg_hopeless "the packed image is larger than this node's memory: $rootimg_room"
            ;;
        23:*)
            rootimg_drop "$2"
            rootimg_hopeless "this node has no room for the packed image: $rootimg_room"
            ;;
    esac
}

# URL FILE: may what is there of the file be completed from this server? It says itself whether it still has the same file.
rootimg_may_complete() {
    [ -s "$2" ] && [ -s "$2.validator" ] || return 1
    rootimg_begun=
    [ -e "$2.from" ] && read -r rootimg_begun < "$2.from"
    [ "$rootimg_begun" = "$1" ] && return 0
    [ ! -e "$rootimg_run/unmixed" ] || return 1
    : > "$2.mixed"
}

# URL FILE [INTERFACE]. What a broken transfer left is completed, provided that the server still has the same file.
rootimg_fetch_http() {
    rootimg_url=$1 rootimg_file=$2
    set -- ${3:+--interface "$3"} --dump-header "$rootimg_file.headers"
    rm -f "$rootimg_file.headers"
    rootimg_had=0
    [ ! -e "$rootimg_file" ] || rootimg_had=$(wc -c < "$rootimg_file")
    # More than there should be is no part of it.
    [ "$rootimg_had" -le "${rootimg_size:-$rootimg_had}" ] || rootimg_drop "$rootimg_file"
    if rootimg_may_complete "$rootimg_url" "$rootimg_file"; then
        # It is whole, and only the end of the transfer was missing.
        [ "$rootimg_had" != "$rootimg_size" ] || return 0
        set -- "$@" --continue-at "$rootimg_had" --header "If-Range: $(cat "$rootimg_file.validator")"
    else
        rootimg_drop "$rootimg_file"
        rootimg_had=0
        printf '%s\n' "$rootimg_url" > "$rootimg_file.from"
    fi
    if [ -n "$rootimg_size" ]; then
        rootimg_limit=$((rootimg_size - rootimg_had))
        [ "$rootimg_rate" -eq 0 ] || set -- "$@" --max-time "$(rootimg_longest "$rootimg_limit")"
    else
        rootimg_limit=$(($(rootimg_free_memory) * 1048576))
    fi
    rootimg_take "$rootimg_limit" "$rootimg_file" "$rootimg_url" "$@"
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
        33:* | 22:416) rootimg_drop "$rootimg_file" ;;
    esac
    rootimg_curl_failed "$rootimg_status" "$rootimg_file"
    return 1
}

# MOUNTED-FILE FILE LIMIT: at most LIMIT bytes of it, in the time that they may take. 1 with the reason in rootimg_cause.
rootimg_copy_nfs() {
    if [ ! -f "$1" ]; then
        rootimg_cause="there is no file ${1##*/}"
        return 1
    fi
    set -- "$1" "$2" "$3" "$(wc -c < "$1")"
    if [ "$4" -gt "$3" ]; then
        rootimg_cause="it has $4 bytes, and $3 can be taken at most"
        return 1
    fi
    if [ "$rootimg_rate" -eq 0 ]; then
        head -c "$3" "$1" > "$2" 2> "$2.errors"
    else
        timeout "$(rootimg_longest "$4")" head -c "$3" "$1" > "$2" 2> "$2.errors"
    fi
    rootimg_status=$?
    [ "$rootimg_status" -ne 0 ] || return 0
    rootimg_cause=$(rootimg_last_line "$2.errors")
    [ "$rootimg_status" -ne 124 ] || rootimg_cause="slower than $rootimg_rate kB/s"
    return 1
}

# nfs://server[:port]/path: mounted read-only, the file is copied. A server that falls silent makes the copy fail after a few minutes at most rather
# than hang; what it sent by then is seen to be short like any other file. URL FILE LIMIT
rootimg_fetch_nfs() {
    rootimg_path=${1#nfs://}
    rootimg_server=${rootimg_path%%/*}
    rootimg_path=/${rootimg_path#*/}
    rootimg_options=ro,nolock,nosuid,nodev,soft,timeo=150,retrans=3
    case $rootimg_server in
        # The colons of a bare IPv6 address end with a bracket.
        *]) ;;
        *:*) rootimg_options=$rootimg_options,port=${rootimg_server##*:} rootimg_server=${rootimg_server%:*} ;;
    esac
    # curl must not go on with a part that came from here.
    rootimg_drop "$2"
    mkdir -p "$rootimg_run/nfs"
    modprobe nfs 2> /dev/null
    if ! mount -t nfs -o "$rootimg_options" "$rootimg_server:${rootimg_path%/*}" "$rootimg_run/nfs" 2> "$2.errors"; then
        rootimg_cause=$(rootimg_last_line "$2.errors")
        return 1
    fi
    rootimg_copy_nfs "$rootimg_run/nfs/${rootimg_path##*/}" "$2" "$3"
    rootimg_status=$?
    umount "$rootimg_run/nfs"
    return "$rootimg_status"
}

# URL FILE [INTERFACE]
rootimg_fetch() {
    case $1 in
        nfs://*) rootimg_fetch_nfs "$1" "$2" "${rootimg_size:-$(($(rootimg_free_memory) * 1048576))}" ;;
        *) rootimg_fetch_http "$@" ;;
    esac
}
