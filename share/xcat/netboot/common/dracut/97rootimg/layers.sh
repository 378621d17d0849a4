#!/bin/sh
# An image in layers: what was fetched is a list, which names a base and what is laid over it, each with its digest and its bytes.
# shellcheck disable=SC2034,SC2154 # the parts share variables

# NAME: the file system of a layer in rootimg_filesystem; fails where it is none of ours, or leads elsewhere.
rootimg_layer_kind() {
    rootimg_filesystem=
    case $1 in
        *[!0-9a-z.-]*) return 1 ;;
        rootimg-*.sfs) rootimg_filesystem=squashfs ;;
        rootimg-*.erofs) rootimg_filesystem=erofs ;;
        *) return 1 ;;
    esac
}

# LIST: how many layers it has in rootimg_layers_number, what they have together, in bytes, in rootimg_layers_size, and their file systems in
# rootimg_layers_kinds. 1 with the reason in rootimg_cause.
rootimg_read_layers() {
    rootimg_layers_number=0 rootimg_layers_size=0 rootimg_layers_kinds='' rootimg_line=''
    read -r rootimg_line < "$1"
    if [ "$rootimg_line" != '# rootimg layers 1' ]; then
        rootimg_cause='the list of layers has a form that this initrd does not know: make the initrd anew (genimage --onlyinitrd)'
        return 1
    fi
    while read -r rootimg_digest rootimg_bytes rootimg_name; do
        case $rootimg_digest in '#'*) continue ;; esac
        if [ ${#rootimg_digest} -ne 64 ] || ! rootimg_is_number "$rootimg_bytes" || ! rootimg_layer_kind "$rootimg_name"; then
            rootimg_cause="the list of layers has the line '$rootimg_digest $rootimg_bytes $rootimg_name', which is none"
            return 1
        fi
        rootimg_layers_number=$((rootimg_layers_number + 1)) rootimg_layers_size=$((rootimg_layers_size + rootimg_bytes))
        case " $rootimg_layers_kinds " in
            *" $rootimg_filesystem "*) ;;
            *) rootimg_layers_kinds="$rootimg_layers_kinds $rootimg_filesystem" ;;
        esac
    done < "$1"
    [ -n "$rootimg_layers_kinds" ] && return 0
    rootimg_cause='the list of layers is empty'
    return 1
}

# LIST: what an earlier try fetched and the list does not name goes.
rootimg_forget_layers() {
    for rootimg_layer in "$rootimg_pack"/rootimg-*.sfs "$rootimg_pack"/rootimg-*.erofs; do
        [ -e "$rootimg_layer" ] || continue
        grep -qF " ${rootimg_layer##*/}" "$1" && continue
        rootimg_drop "$rootimg_layer"
        rm -f "$rootimg_layer.verified"
    done
}

# DIGEST BYTES NAME: fetches a layer from beside the list, unless an earlier try has. 1 when it should be tried again.
rootimg_get_layer() {
    rootimg_layer=$rootimg_pack/$3 rootimg_value=
    [ -e "$rootimg_layer.verified" ] && read -r rootimg_value < "$rootimg_layer.verified"
    [ "$rootimg_value" != "$1" ] || return 0
    rootimg_expected=$1 rootimg_size=$2 rootimg_value=${rootimg_from%%\?*}
    rootimg_info "downloading $3"
    if ! rootimg_fetch "${rootimg_value%/*}/$3" "$rootimg_layer" "$rootimg_if"; then
        rootimg_cause="$3: $rootimg_cause"
        rootimg_later rootimg_warn
        return 1
    fi
    if ! rootimg_verify "$rootimg_layer"; then
        rootimg_cause="$3: $rootimg_cause"
        rootimg_later rootimg_error
        return 1
    fi
    printf '%s\n' "$1" > "$rootimg_layer.verified"
}

# Fetches and verifies what the list names. 1 when it should be tried again.
rootimg_get_layers() {
    if ! rootimg_read_layers "$rootimg_packed"; then
        rootimg_hopeless "$rootimg_cause"
        rootimg_later rootimg_error
        return 1
    fi
    [ "$rootimg_layers_size" -le "$(($(rootimg_memory) * 1048576))" ] ||
        rootimg_fatal "the layers have $rootimg_layers_size bytes, but this node has $(rootimg_memory) MB"
    for rootimg_value in $rootimg_layers_kinds; do
        rootimg_check_modules "$rootimg_value" && continue
        rootimg_later rootimg_error
        return 1
    done
    rootimg_forget_layers "$rootimg_packed"
    rootimg_begin_layers "$rootimg_packed"
    # A list that nobody vouches for has digests that say no more than it does.
    rootimg_vouched=$rootimg_verified rootimg_teller=$(rootimg_file_name "$rootimg_from")
    while read -r rootimg_digest rootimg_bytes rootimg_name <&3; do
        case $rootimg_digest in '#'*) continue ;; esac
        rootimg_get_layer "$rootimg_digest" "$rootimg_bytes" "$rootimg_name" || return 1
        rootimg_verified=$rootimg_vouched
        # The first is the base.
        rootimg_has_layers
    done 3< "$rootimg_packed"
    rootimg_stamp downloaded
    rootimg_stamp verified
}

# LIST: mounts each layer; as overlayfs reads them from within rootimg_run, the topmost first, in rootimg_lower. 1 with the reason in rootimg_cause.
rootimg_mount_layers() {
    rootimg_lower='' rootimg_layers_count=0
    while read -r rootimg_digest rootimg_bytes rootimg_name <&3; do
        case $rootimg_digest in '#'*) continue ;; esac
        rootimg_layer=lower$rootimg_layers_count
        case " $rootimg_laid " in
            *" $rootimg_run/$rootimg_layer "*) ;;
            *)
                rootimg_layer_kind "$rootimg_name"
                rootimg_mount_lower "$rootimg_filesystem" "$rootimg_pack/$rootimg_name" "$rootimg_run/$rootimg_layer" || return 1
                ;;
        esac
        rootimg_lower=$rootimg_layer${rootimg_lower:+:$rootimg_lower}
        rootimg_layers_count=$((rootimg_layers_count + 1))
    done 3< "$1"
}
