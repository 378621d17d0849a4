#!/bin/sh
# dracut sources this file and calls the functions below. Asked for with `--add rootimg`.
# ROOTIMG_ROOTLIMIT in the environment of dracut becomes the default size of the root tmpfs. With ROOTIMG_SUMS_KEY, a public key in PEM form, the initrd
# boots nothing but what that key signed for the image of the name ROOTIMG_IMAGE.

# What the initrd cannot do without, in words of the commands that it runs.
rootimg_needed='curl cpio tar gzip sha256sum ip grep sed tr od wc head tail tee sleep timeout
mount umount modprobe mkdir rmdir chmod cat cp ln mv rm uname'

# Brought when the image has them: the other compressors, the status exchange, nfs, extended attributes.
rootimg_wanted='xz zstd pigz bash mount.nfs setfattr getfattr hostname dmesg'

rootimg_modules='loop squashfs erofs overlay nfs nfsv3 nfsv4 virtio_pci'

# called by dracut
check() {
    rootimg_missing=
    for rootimg_name in $rootimg_needed ${ROOTIMG_SUMS_KEY:+openssl}; do
        find_binary "$rootimg_name" > /dev/null 2>&1 || rootimg_missing="$rootimg_missing $rootimg_name"
    done
    if [ -n "$rootimg_missing" ]; then
        derror "rootimg: the image lacks programs that its initrd needs:$rootimg_missing"
        return 1
    fi
    # Only when it is asked for by name.
    return 255
}

# called by dracut
depends() {
    # dracut picks systemd-networkd before dhclient, but until dracut 060 nothing in an initrd configured it.
    rootimg_has_network_manager || ! rootimg_has_dhclient || printf 'network-legacy '
    # url-lib knows which CA files this image's curl reads.
    echo 'network url-lib'
}

# Whether dracut has its module for dhclient, and the image what that asks for.
rootimg_has_dhclient() {
    for rootimg_name in ip dhclient sed awk grep pgrep tr expr; do
        find_binary "$rootimg_name" > /dev/null 2>&1 || return 1
    done
    find_binary arping > /dev/null 2>&1 || find_binary arping2 > /dev/null 2>&1 || return 1
    # shellcheck disable=SC2154 # dracutbasedir is dracut's
    for rootimg_name in "${dracutbasedir:-/usr/lib/dracut}"/modules.d/[0-9]*network-legacy; do
        [ -d "$rootimg_name" ] && return 0
    done
    return 1
}

rootimg_has_network_manager() {
    for rootimg_name in /usr/libexec /usr/lib /usr/lib/NetworkManager; do
        [ -x "${dracutsysrootdir-}$rootimg_name/nm-initrd-generator" ] && return 0
    done
    return 1
}

# called by dracut
installkernel() {
    # A driver that is built in, or that this kernel does not know, is not an error here: the initrd names it when it needs it.
    # shellcheck disable=SC2086
    hostonly='' instmods $rootimg_modules
    # dracut's own systemd module takes these among the programs, where there may be no drivers yet.
    for rootimg_name in "${dracutsysrootdir-}"/usr/lib/modules-load.d/*.conf; do
        if [ -f "$rootimg_name" ]; then sed '/^[[:space:]]*[#;]/d' "$rootimg_name"; fi
    done | hostonly='' instmods || :
}

# FOLDER RUN: what a root is given in its /run to report how it came up, ready to be copied: starting programs is slow on the way to the root.
rootimg_prepare_report() {
    mkdir -p "$2/rootimg" "$2/systemd/system"
    cp "$1/report.sh" "$2/rootimg/report.sh"
    cp "$1/rootimg-report.service" "$2/systemd/system/rootimg-report.service"
    # default.target: also where that is not multi-user; the other two so that a boot which ends there is told as well.
    for rootimg_name in multi-user default emergency rescue; do
        mkdir -p "$2/systemd/system/$rootimg_name.target.wants"
        ln -s ../rootimg-report.service "$2/systemd/system/$rootimg_name.target.wants/rootimg-report.service"
    done
}

# called by dracut
install() {
    # shellcheck disable=SC2086
    inst_multiple $rootimg_needed
    # shellcheck disable=SC2086
    inst_multiple -o $rootimg_wanted
    # Read by mount.nfs.
    inst_multiple -o /etc/netconfig /etc/protocols /etc/services
    # Threads of xz and zstd load it when they end.
    inst_libdir_file 'libgcc_s.so*'

    # shellcheck disable=SC2154 # moddir and initdir are dracut's
    for rootimg_name in lib network status way fetch digest unpack layers early fit attempt; do
        inst_simple "$moddir/$rootimg_name.sh" "/lib/rootimg/$rootimg_name.sh"
    done
    # What packimage may count on: the holes of a cpio archive take no memory, layers are laid one above the other.
    # shellcheck disable=SC2154
    mkdir -p "$initdir/lib/rootimg/abilities"
    for rootimg_name in holes layers; do : > "$initdir/lib/rootimg/abilities/$rootimg_name"; done
    # shellcheck disable=SC2154
    rootimg_prepare_report "$moddir" "$initdir/lib/rootimg/run"
    inst_simple "$moddir/rootimgroot.sh" /sbin/rootimgroot
    # dracut looks for an executable; a copied folder may have lost its modes.
    # shellcheck disable=SC2154
    chmod 755 "$initdir/sbin/rootimgroot"

    inst_hook cmdline 20 "$moddir/cmdline.sh"
    inst_hook initqueue/settled 60 "$moddir/settled.sh"
    inst_hook pre-pivot 60 "$moddir/handover.sh"

    # shellcheck disable=SC2154
    if [ -n "${ROOTIMG_ROOTLIMIT-}" ]; then
        printf '%s\n' "$ROOTIMG_ROOTLIMIT" > "$initdir/lib/rootimg/rootlimit"
    fi
    if [ -n "${ROOTIMG_SUMS_KEY-}" ]; then
        inst_multiple openssl
        printf '%s\n' "$ROOTIMG_SUMS_KEY" > "$initdir/lib/rootimg/sums.pem"
        printf '%s\n' "${ROOTIMG_IMAGE-}" > "$initdir/lib/rootimg/image"
    fi
    dracut_need_initqueue
}
