#!/bin/sh
# Making the root from the packed file. Sourced by attempt.sh.
# shellcheck disable=SC2034,SC2154 # the parts share variables

# Options of the tmpfs that holds the root or what is written to it.
rootimg_tmpfs_options() {
    rootimg_limit=$(getarg rootlimit=)
    [ -z "$rootimg_limit" ] && [ -s "$rootimg_lib/rootlimit" ] && read -r rootimg_limit < "$rootimg_lib/rootlimit"
    rootimg_flags=$(getarg rootflags=)
    printf '%s\n' "mode=755${rootimg_limit:+,size=$rootimg_limit}${rootimg_flags:+,$rootimg_flags}"
}

# MOUNTPOINT
rootimg_mount_tmpfs() {
    rootimg_options=$(rootimg_tmpfs_options)
    mount -t tmpfs -o "$rootimg_options" rootimg "$1" 2> "$rootimg_run/errors" ||
        rootimg_fatal "no tmpfs with rootlimit and rootflags ($rootimg_options): $(rootimg_last_line "$rootimg_run/errors")"
}

# COMPRESSOR: standard input unpacked on standard output.
rootimg_decompress() {
    case $1 in
        gzip) if command -v pigz > /dev/null 2>&1; then pigz -dc; else gzip -dc; fi ;;
        *) "$1" -dc ;;
    esac
}

# COMPRESSOR FILE: the archive on standard output; from the server itself when rootimg_stream has its URL.
rootimg_archive() {
    if [ -z "$rootimg_stream" ]; then
        rootimg_decompress "$1" < "$2"
        return
    fi
    # No more than this node could hold: a server need not come to an end.
    {
        rootimg_curl "$rootimg_stream" ${rootimg_if:+--interface "$rootimg_if"} 2> "$rootimg_run/download-errors" ||
            : > "$rootimg_run/download-failed"
    } | head -c "$(($(rootimg_free_memory) * 1048576))" | rootimg_decompress "$1"
}

# KIND: unpacks standard input below the working directory, owners and modes as they are in the archive.
rootimg_extract() {
    case $1 in
        cpio)
            # Zeros become holes, which take no memory; cpio before 2.12 (EL 7) miscounts those of 2 GiB.
            case $(cpio --version 2> /dev/null < /dev/null) in
                *'cpio) 2.1'[01]*) rootimg_sparse= ;;
                *) rootimg_sparse=--sparse ;;
            esac
            # By itself cpio reads 512 bytes at a time.
            # shellcheck disable=SC2086
            cpio --extract --make-directories --preserve-modification-time --unconditional --quiet --io-size=65536 $rootimg_sparse
            ;;
        tar) tar --extract --file - --numeric-owner --preserve-permissions --xattrs --xattrs-include='*' ;;
    esac
}

# KIND COMPRESSOR FILE: into a tmpfs. All ends of the pipe are checked.
rootimg_unpack_archive() {
    rootimg_mount_tmpfs "$NEWROOT"
    rm -f "$rootimg_run/decompress-failed" "$rootimg_run/download-failed"
    {
        rootimg_archive "$2" "$3" 2> "$rootimg_run/decompress-errors" || : > "$rootimg_run/decompress-failed"
    } | (
        cd "$NEWROOT" || exit 1
        umask 022
        rootimg_extract "$1" 2> "$rootimg_run/errors"
        rootimg_status=$?
        # An archive may be padded; a reader that goes early would break the pipe.
        cat > /dev/null
        exit "$rootimg_status"
    )
    rootimg_status=$?
    if [ "$rootimg_status" -ne 0 ] && grep -q 'No space left' "$rootimg_run/errors"; then
        rootimg_hopeless "the image does not fit into memory: $(rootimg_memory) MB in all, root tmpfs with $(rootimg_tmpfs_options)"
        return 1
    fi
    for rootimg_part in download decompress; do
        [ -e "$rootimg_run/$rootimg_part-failed" ] || continue
        rootimg_cause=$(rootimg_curl_reason "$rootimg_run/$rootimg_part-errors")
        return 1
    done
    [ "$rootimg_status" -eq 0 ] && return 0
    rootimg_cause=$(rootimg_last_line "$rootimg_run/errors")
    return 1
}

# FILE: is a squashfs whole? Its superblock holds its length, bytes 40 to 47, little end first.
rootimg_squashfs_whole() {
    # shellcheck disable=SC2046
    set -- $(wc -c < "$1") $(od -A n -t u1 -j 40 -N 8 "$1")
    [ $# -eq 9 ] && [ "$1" -ge "$(($2 + ($3 << 8) + ($4 << 16) + ($5 << 24) + ($6 << 32) + ($7 << 40)))" ]
}

# FILESYSTEM: why its mount failed; the kernel says it better than mount, a compressor that it lacks for instance.
rootimg_mount_reason() {
    dmesg 2> /dev/null | sed -n -e 's/^.*\(SQUASHFS error: \)/\1/p' -e 's/^.*\(erofs: \)/\1/p' | tail -n 1 > "$rootimg_run/reason"
    [ -s "$rootimg_run/reason" ] || rootimg_last_line "$rootimg_run/errors" > "$rootimg_run/reason"
    cat "$rootimg_run/reason"
}

# FILESYSTEM FILE FOLDER: mounts it there, or 1 with the reason in rootimg_cause.
rootimg_mount_lower() {
    mkdir -p "$3"
    mount -t "$1" -o ro,loop "$2" "$3" 2> "$rootimg_run/errors" && return 0
    rootimg_cause="this kernel cannot mount the $1: $(rootimg_mount_reason "$1")"
    return 1
}

# KIND FILE: what was packed stays in memory, a tmpfs above it takes what is written.
rootimg_unpack_image() {
    rootimg_lower=$rootimg_run/lower
    # Layers have been compared with their digests.
    if [ "$1" = squashfs ] && [ -z "$rootimg_verified" ] && ! rootimg_squashfs_whole "$2"; then
        rootimg_cause='the squashfs is cut short'
        return 1
    fi
    case $1 in
        layers) rootimg_mount_layers "$2" ;;
        *) rootimg_mount_lower "$1" "$2" "$rootimg_lower" ;;
    esac || return 1
    mkdir -p "$rootimg_run/upper"
    rootimg_mount_tmpfs "$rootimg_run/upper"
    mkdir -m 755 "$rootimg_run/upper/data" "$rootimg_run/upper/work"
    # Since util-linux 2.39 an option has at most 255 bytes, unless mount is told to go the old way.
    (
        cd "$rootimg_run" &&
            LIBMOUNT_FORCE_MOUNT2=always mount -t overlay -o "lowerdir=$rootimg_lower,upperdir=$rootimg_run/upper/data,workdir=$rootimg_run/upper/work" \
                overlay "$NEWROOT"
    ) 2> "$rootimg_run/errors" ||
        rootimg_fatal "no overlay above the $1: $(rootimg_last_line "$rootimg_run/errors")"
}

# Takes back what a failed unpacking mounted.
rootimg_unpack_undo() {
    for rootimg_mounted in "$NEWROOT" "$rootimg_run/upper" "$rootimg_run"/lower*; do
        umount "$rootimg_mounted" 2> /dev/null
    done
}

# cpio holds no extended attributes; packimage sends them as a list that setfattr reads.
rootimg_restore_xattrs() {
    [ -e "$NEWROOT/.rootimg-xattrs" ] || return 0
    if command -v setfattr > /dev/null 2>&1; then
        (cd "$NEWROOT" && setfattr --no-dereference --restore=.rootimg-xattrs 2> "$rootimg_run/errors") ||
            rootimg_warn "some extended attributes are lost: $(rootimg_last_line "$rootimg_run/errors")"
    else
        rootimg_warn 'capabilities and other extended attributes are lost: setfattr is not in this initrd'
    fi
    rm -f "$NEWROOT/.rootimg-xattrs"
}

# cpio leaves folders with the time of now. systemd does the work of a first boot where /usr is younger than these stamps, which genimage has set
# when it was done: they become younger again.
rootimg_renew_stamps() {
    for rootimg_stamp in "$NEWROOT/etc/.updated" "$NEWROOT/var/.updated"; do
        { [ -f "$rootimg_stamp" ] && [ ! -L "$rootimg_stamp" ]; } || continue
        cp "$rootimg_stamp" "$rootimg_run/stamp" && cat "$rootimg_run/stamp" > "$rootimg_stamp"
    done
}

# What the kernel and systemd need of a root; a root of another kernel is refused.
rootimg_check_root() {
    if [ ! -d "$NEWROOT/lib/modules/$(uname -r)" ] && [ ! -d "$NEWROOT/usr/lib/modules/$(uname -r)" ]; then
        rootimg_hopeless "the image has no /lib/modules/$(uname -r): it was packed with another kernel than this one"
        return 1
    fi
    for rootimg_init in sbin/init usr/lib/systemd/systemd lib/systemd/systemd; do
        if [ -e "$NEWROOT/$rootimg_init" ] || [ -L "$NEWROOT/$rootimg_init" ]; then
            for rootimg_folder in proc sys dev run; do
                [ -d "$NEWROOT/$rootimg_folder" ] || mkdir -p "$NEWROOT/$rootimg_folder"
            done
            return 0
        fi
    done
    rootimg_hopeless 'the image has no /sbin/init'
}

# KIND COMPRESSOR FILE: what rootimg_unpack does, without taking back what a failure leaves.
rootimg_make_root() {
    case $1 in
        squashfs | erofs | layers) rootimg_unpack_image "$1" "$3" ;;
        *) rootimg_unpack_archive "$@" ;;
    esac || return 1
    rootimg_restore_xattrs
    [ "$1" != cpio ] || rootimg_renew_stamps
    rootimg_check_root
}

# KIND COMPRESSOR FILE: the root stands at NEWROOT, or 1 with the reason in rootimg_cause.
rootimg_unpack() {
    rootimg_make_root "$@" && return 0
    rootimg_unpack_undo
    return 1
}
