#!/bin/sh
# pre-pivot hook, sourced: what the initrd learnt is given to the root, just before it is switched to.

. "${rootimg_lib:-/lib/rootimg}/lib.sh"

# Name servers, unless the root has somebody who manages them.
rootimg_hand_over_names() {
    grep -q '^nameserver' "$rootimg_fs/etc/resolv.conf" 2> /dev/null || return 0
    [ -L "$NEWROOT/etc/resolv.conf" ] && return 0
    cat "$rootimg_fs/etc/resolv.conf" > "$NEWROOT/etc/resolv.conf"
}

# dhclient's leases under the names that the scripts of each distribution look for. NetworkManager and systemd-networkd keep theirs in /run.
rootimg_hand_over_leases() {
    for rootimg_lease in "$rootimg_fs"/tmp/dhclient.*.lease; do
        [ -e "$rootimg_lease" ] || continue
        rootimg_if=${rootimg_lease##*/dhclient.}
        rootimg_if=${rootimg_if%.lease}
        for rootimg_name in dhclient/dhclient-"$rootimg_if".leases dhclient/dhclient-"$rootimg_if".lease \
            dhcp/dhclient."$rootimg_if".leases; do
            [ -d "$NEWROOT/var/lib/${rootimg_name%/*}" ] && cp "$rootimg_lease" "$NEWROOT/var/lib/$rootimg_name"
        done
    done
}

# INTERFACE: does the image itself say how this card comes up? Files of netplan may mean it by anything; those that genimage wrote (otherifce) say
# its name.
rootimg_configured() {
    for rootimg_file in "$NEWROOT"/etc/netplan/*.yaml; do
        case $rootimg_file in
            */80-xcat-"$1".yaml) return 0 ;;
            *'/*.yaml' | */80-xcat-*) ;;
            *) return 0 ;;
        esac
    done
    for rootimg_file in "$NEWROOT"/etc/network/interfaces "$NEWROOT"/etc/network/interfaces.d/*; do
        [ -f "$rootimg_file" ] && grep -q -e "^[^#]*[[:space:]]$1\([[:space:]:]\|\$\)" -e '^[[:space:]]*\(auto\|allow-[a-z]*\)[[:space:]].*/' "$rootimg_file" && return 0
    done
    return 1
}

# INTERFACE: whoever brings cards up in the root keeps the lease by which it booted. NetworkManager does so by itself, and systemd-networkd with
# the file that this initrd gave it; netplan and ifupdown (Debian, Ubuntu) must be told.
rootimg_keep_address() {
    if [ -x "$NEWROOT/usr/sbin/netplan" ]; then
        mkdir -p "$NEWROOT/etc/netplan"
        printf 'network:\n  version: 2\n  ethernets:\n    "%s":\n      dhcp4: true\n      dhcp-identifier: mac\n      critical: true\n' "$1" \
            > "$NEWROOT/etc/netplan/90-xcat-$1.yaml"
        chmod 600 "$NEWROOT/etc/netplan/90-xcat-$1.yaml"
    elif [ ! -e "$NEWROOT/usr/sbin/NetworkManager" ] && [ -x "$NEWROOT/sbin/ifup" ] && [ -d "$NEWROOT/etc/network/interfaces.d" ] &&
        { [ -x "$NEWROOT/sbin/dhclient" ] || [ -x "$NEWROOT/usr/sbin/dhcpcd" ]; }; then
        printf 'allow-hotplug %s\niface %s inet dhcp\n' "$1" "$1" > "$NEWROOT/etc/network/interfaces.d/xcat-$1"
    fi
}

rootimg_hand_over_addresses() {
    for rootimg_if in "$rootimg_fs"/sys/class/net/*; do
        rootimg_if=${rootimg_if##*/}
        # Only an address that ends has somebody to renew it; others were given on the kernel line.
        ip -o -4 addr show dev "$rootimg_if" scope global dynamic 2> /dev/null | grep -q inet || continue
        rootimg_configured "$rootimg_if" || rootimg_keep_address "$rootimg_if"
    done
}

# The name from the boot parameters, or from the lease of systemd-networkd, when nobody has given one yet.
rootimg_hand_over_hostname() {
    rootimg_node=$(getarg NODE=)
    [ -n "$rootimg_node" ] || rootimg_node=$(sed -n 's/^HOSTNAME=//p' "$rootimg_fs"/run/systemd/netif/leases/* 2> /dev/null | tail -n 1)
    [ -n "$rootimg_node" ] || return 0
    read -r rootimg_name < "$rootimg_fs/proc/sys/kernel/hostname"
    case $rootimg_name in
        '' | '(none)' | localhost*) printf '%s\n' "$rootimg_node" > "$rootimg_fs/proc/sys/kernel/hostname" ;;
    esac
}

# Has the root labels that the kernel will read? What was unpacked into a tmpfs has not; a file system image may.
rootimg_labelled() {
    grep -q "^[^ ]* $NEWROOT overlay " "$rootimg_fs/proc/mounts" || return 1
    for rootimg_init in usr/lib/systemd/systemd sbin/init; do
        getfattr --name=security.selinux "$NEWROOT/$rootimg_init" > /dev/null 2>&1 && return 0
    done
    return 1
}

# A policy that is enforced over files without labels would stop the node. What the image says stays where it is off anyway, where the files
# have labels, and with selinux=1 on the kernel line.
rootimg_selinux() {
    rootimg_config=$NEWROOT/etc/selinux/config
    grep -q '^[[:space:]]*SELINUX=' "$rootimg_config" 2> /dev/null || return 0
    grep -q '^[[:space:]]*SELINUX=disabled[[:space:]]*$' "$rootimg_config" && return 0
    [ "$(getarg selinux=)" = 1 ] && return 0
    rootimg_labelled && return 0
    {
        sed '/^[[:space:]]*SELINUX=/d' "$rootimg_config"
        echo 'SELINUX=disabled'
    } > "$rootimg_run/selinux"
    cat "$rootimg_run/selinux" > "$rootimg_config"
    rootimg_info 'SELinux is switched off: the files of this root have no labels'
}

# FILE NAME[:SHOWN]…: the lines NAME=value of a file, as SHOWN=value without quotation marks.
rootimg_tell_lines() {
    rootimg_file=$1
    shift
    [ -e "$rootimg_file" ] || return 0
    while IFS= read -r rootimg_line || [ -n "$rootimg_line" ]; do
        for rootimg_name in "$@"; do
            case $rootimg_line in "${rootimg_name%:*}"=*) ;; *) continue ;; esac
            rootimg_value=${rootimg_line#*=}
            rootimg_value=${rootimg_value#\'}
            printf '%s=%s\n' "${rootimg_name#*:}" "${rootimg_value%\'}"
        done
    done < "$rootimg_file"
}

# What this node runs, as lines of key=value for `rootimg stale`: image and uuid as xcatinfo has them, the digests of initrd and kernel that the initrd
# knows, that of the packed root where it was checked, the kernel's release and its line.
rootimg_tell_booted() {
    mkdir -p "$rootimg_fs/run/rootimg"
    {
        rootimg_tell_lines "$NEWROOT/opt/xcat/xcatinfo" IMAGENAME:image IMAGEUUID:uuid
        rootimg_tell_lines "$rootimg_fs/rootimg.id" initrd kernel
        for rootimg_pair in root:"$rootimg_run/sha256" release:"$rootimg_fs/proc/sys/kernel/osrelease" line:"$rootimg_fs/proc/cmdline"; do
            [ -e "${rootimg_pair#*:}" ] || continue
            IFS= read -r rootimg_value < "${rootimg_pair#*:}"
            printf '%s=%s\n' "${rootimg_pair%%:*}" "$rootimg_value"
        done
    } > "$rootimg_fs/run/rootimg/booted"
    chmod 644 "$rootimg_fs/run/rootimg/booted"
}

# With rootimg.report=TTY the booted system says there how it came up; see report.sh.
rootimg_report_wanted() {
    rootimg_tty=$(getarg rootimg.report=)
    [ -n "$rootimg_tty" ] || return 0
    cp -RP "$rootimg_lib/run/." "$rootimg_fs/run/"
    {
        printf 'tty=%s\n' "${rootimg_tty#/dev/}"
        getarg rootimg.report-poweroff > /dev/null && echo 'poweroff=yes'
    } > "$rootimg_fs/run/rootimg/report.conf"
}

if [ -e "$rootimg_run/ready" ]; then
    rootimg_hand_over_names
    rootimg_hand_over_leases
    rootimg_hand_over_addresses
    rootimg_hand_over_hostname
    rootimg_selinux
    rootimg_tell_booted
    rootimg_report_wanted
    rootimg_stamp switch
fi
