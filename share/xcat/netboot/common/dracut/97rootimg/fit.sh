#!/bin/sh
# Whether this node can take the image at all, told before anything is downloaded. Ends the attempt for good with the cause when it cannot; where it only
# cannot take the form that this mirror has, gives 1, and the next mirror may have another.
# shellcheck disable=SC2034,SC2154 # the parts share variables

# Two numbers with a plus between them? Anything else would end this shell when it is reckoned with; a number after 0 would be octal.
rootimg_is_need() {
    case $1 in
        *[!0-9+]* | *+*+* | +* | *+ | 0[0-9]* | *+0[0-9]*) return 1 ;;
        *+*) return 0 ;;
    esac
    return 1
}

# Compares imgneed=PACKED+UNPACKED, both in MB, with the memory that is free.
rootimg_check_memory() {
    rootimg_need=$(getarg imgneed=)
    [ -n "$rootimg_need" ] || return 0
    if ! rootimg_is_need "$rootimg_need"; then
        rootimg_warn "imgneed=$rootimg_need: expected megabytes like 100+800; going on without"
        return 0
    fi
    rootimg_unpacked=${rootimg_need#*+}
    rootimg_sum=$((${rootimg_need%%+*} + rootimg_unpacked))
    # What an earlier try left of what is packed is counted in the need.
    rootimg_there=0
    for rootimg_file in "$rootimg_packed" "$rootimg_pack"/rootimg-*; do
        [ -e "$rootimg_file" ] && rootimg_there=$((rootimg_there + $(wc -c < "$rootimg_file")))
    done
    rootimg_free=$(($(rootimg_free_memory) + rootimg_there / 1048576))
    rootimg_all=$(rootimg_memory)
    [ "$rootimg_sum" -le "$rootimg_free" ] ||
        rootimg_fatal "the image needs $rootimg_sum MB (${rootimg_need%%+*} packed, $rootimg_unpacked unpacked), but this node has $rootimg_free MB free of $rootimg_all MB"
    # Without a size of its own a tmpfs takes half of the memory.
    case $(rootimg_tmpfs_options) in
        *size=*) ;;
        *)
            [ "$rootimg_unpacked" -le $((rootimg_all / 2)) ] ||
                rootimg_fatal "the unpacked image needs $rootimg_unpacked MB, but its tmpfs takes half of $rootimg_all MB; a rootlimit= makes it larger"
            ;;
    esac
}

# COMPRESSOR
rootimg_check_compressor() {
    [ "$1" = none ] || command -v "$1" > /dev/null 2>&1 ||
        rootimg_hopeless "$1 is not in this initrd: install it in the image and make the initrd anew (genimage --onlyinitrd)"
}

# FILESYSTEM: does the kernel have it now? The lines are its name, with or without `nodev` before it.
rootimg_has_filesystem() {
    while read -r rootimg_first rootimg_second; do
        [ "${rootimg_second:-$rootimg_first}" != "$1" ] || return 0
    done < "$rootimg_fs/proc/filesystems"
    return 1
}

# FILESYSTEM: the modules that it needs, and what lies above it, once.
rootimg_loaded=
rootimg_load() {
    case $rootimg_loaded in *" $1 "*) return 0 ;; esac
    rootimg_loaded="$rootimg_loaded $1 "
    modprobe --all loop "$1" overlay 2> /dev/null
}

# FILESYSTEM: it and what lies above it, from the modules of this initrd or built in.
rootimg_check_modules() {
    rootimg_load "$1"
    for rootimg_module in loop "$1" overlay; do
        case $rootimg_module in
            loop) [ -e "$rootimg_fs/dev/loop-control" ] ;;
            *) rootimg_has_filesystem "$rootimg_module" ;;
        esac || rootimg_hopeless "this initrd has no module $rootimg_module for kernel $(uname -r): make it anew (genimage --onlyinitrd)" || return 1
    done
}

# KIND COMPRESSOR
rootimg_check_fit() {
    rootimg_check_compressor "$2" || return 1
    case $1 in
        squashfs | erofs) rootimg_check_modules "$1" || return 1 ;;
        # What they are their list tells.
        layers) rootimg_load squashfs ;;
    esac
    rootimg_check_memory
}
