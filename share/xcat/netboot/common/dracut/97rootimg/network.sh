#!/bin/sh
# Having dracut bring the network up, whichever of its network modules this initrd has, and knowing when it is up.
# shellcheck disable=SC2034,SC2154 # the parts share variables

# Tells dracut that the network is needed and, unless ip= says it, which interface asks for an address.
rootimg_network_wanted() {
    rootimg_ip=
    if [ -z "$(getarg ip=)" ]; then
        rootimg_netdev=$(getarg netdev=)
        rootimg_ip="${rootimg_netdev:+$rootimg_netdev:}dhcp"
        rootimg_networkd_file "$rootimg_netdev" "$(getarg BOOTIF=)"
    fi
    printf '%s\n' "rd.neednet=1${rootimg_ip:+ ip=$rootimg_ip}" > "$rootimg_fs/etc/cmdline.d/40-rootimg.conf"
}

# BOOTIF as boot loaders write it (01-aa-bb-…, also without the type, also with colons) to aa:bb:….
rootimg_bootif_mac() {
    printf '%s\n' "$1" | sed -e 'y/ABCDEF-/abcdef:/' -e 's/^.*\(\([0-9a-f][0-9a-f]:\)\{5\}[0-9a-f][0-9a-f]\)$/\1/'
}

rootimg_only_networkd() {
    [ -x "$rootimg_fs/usr/lib/systemd/systemd-networkd" ] && [ ! -e "$rootimg_fs/sbin/ifup" ] &&
        [ ! -e "$rootimg_fs/usr/sbin/NetworkManager" ]
}

# systemd-networkd reads no ip= that is not on the kernel's own line: rootimg_networkd_file NETDEV BOOTIF
rootimg_networkd_file() {
    rootimg_only_networkd || return 0
    if [ -n "$2" ]; then
        rootimg_match="MACAddress=$(rootimg_bootif_mac "$2")"
    else
        rootimg_match=${1:+Name=$1}
    fi
    mkdir -p "$rootimg_fs/run/systemd/network"
    {
        printf '[Match]\n%s\n\n' "${rootimg_match:-Type=ether}"
        # The address of the boot loader's lease, and kept while the root is switched.
        printf '[Network]\nDHCP=yes\nKeepConfiguration=dhcp-on-stop\n\n[DHCPv4]\nClientIdentifier=mac\n'
    } > "$rootimg_fs/run/systemd/network/70-rootimg.network"
}

rootimg_networkd_start() {
    [ -e "$rootimg_run/networkd" ] && return 0
    rootimg_only_networkd || return 0
    : > "$rootimg_run/networkd"
    systemctl start --no-block systemd-networkd.service
}

# Without systemd-resolved nobody writes the name servers that networkd learnt.
rootimg_networkd_names() {
    [ -e "$rootimg_run/networkd" ] || return 0
    grep -q '^nameserver' "$rootimg_fs/etc/resolv.conf" 2> /dev/null && return 0
    for rootimg_lease in "$rootimg_fs"/run/systemd/netif/leases/*; do
        [ -e "$rootimg_lease" ] || continue
        sed -n 's/^DOMAINNAME=/search /p' "$rootimg_lease"
        sed -n 's/^DNS=//p' "$rootimg_lease" | tr ' ' '\n' | sed -n '/./s/^/nameserver /p'
    done > "$rootimg_fs/etc/resolv.conf"
}

# Reads addresses as `ip -o addr` prints them: is there one that can be used?
rootimg_usable_address() {
    while read -r rootimg_line; do
        case $rootimg_line in
            *tentative* | *dadfailed*) ;;
            *inet*) return 0 ;;
        esac
    done
    return 1
}

# Prints the interfaces that have an address and whose set-up is not still queued.
rootimg_online() {
    # network-legacy: the lease is there, but routes and name servers come with this job.
    for rootimg_job in "$hookdir"/initqueue/setup_net_*.sh; do
        [ -e "$rootimg_job" ] && return 0
    done
    for rootimg_if in "$rootimg_fs"/sys/class/net/*; do
        rootimg_if=${rootimg_if##*/}
        [ "$rootimg_if" = lo ] && continue
        ip -o addr show dev "$rootimg_if" scope global 2> /dev/null | rootimg_usable_address && printf '%s\n' "$rootimg_if"
    done
}

# Prints why no interface is up, in words for one line: `eth0 has no link, eth1 has no address`.
rootimg_offline_reason() {
    rootimg_reason=
    for rootimg_if in "$rootimg_fs"/sys/class/net/*; do
        [ -e "$rootimg_if/address" ] || continue
        rootimg_state='has no address'
        [ "$(cat "$rootimg_if/carrier" 2> /dev/null)" = 1 ] || rootimg_state='has no link'
        rootimg_if=${rootimg_if##*/}
        [ "$rootimg_if" = lo ] && continue
        rootimg_reason="$rootimg_reason${rootimg_reason:+, }$rootimg_if $rootimg_state"
    done
    rootimg_netdev=$(getarg netdev=)
    if [ -n "$rootimg_netdev" ] && [ ! -e "$rootimg_fs/sys/class/net/$rootimg_netdev" ]; then
        rootimg_reason="netdev=$rootimg_netdev is not there${rootimg_reason:+; $rootimg_reason}"
    fi
    printf '%s\n' "${rootimg_reason:-this initrd has no driver for any network card of this machine}"
}

# NetworkManager in an initrd gives up after a while: since dracut 054 it is a service, before that dracut runs it once between its jobs.
rootimg_ask_network_manager() {
    for rootimg_unit in nm-initrd.service nm-wait-online-initrd.service; do
        [ -e "$rootimg_fs/usr/lib/systemd/system/$rootimg_unit" ] && systemctl restart --no-block "$rootimg_unit"
    done
    rm -f "$rootimg_fs/tmp/nm.done"
}

# Each of dracut's network modules asks for an address once; a link that comes later, or a DHCP server that was away, needs another time.
rootimg_ask_again() {
    if [ ! -x "$rootimg_fs/sbin/ifup" ]; then
        [ -e "$rootimg_fs/usr/sbin/NetworkManager" ] && rootimg_ask_network_manager
        return 0
    fi
    # Names or hardware addresses, when netdev=, ip= or BOOTIF= said which.
    rootimg_only=
    [ -e "$rootimg_fs/tmp/net.ifaces" ] && read -r rootimg_only < "$rootimg_fs/tmp/net.ifaces"
    for rootimg_if in "$rootimg_fs"/sys/class/net/*; do
        rootimg_mac=$(cat "$rootimg_if/address" 2> /dev/null)
        rootimg_if=${rootimg_if##*/}
        [ "$rootimg_if" = lo ] && continue
        case " ${rootimg_only:-$rootimg_if} " in
            *" $rootimg_if "* | *" ${rootimg_mac:-none} "*) ;;
            *) continue ;;
        esac
        rm -f "$rootimg_fs/tmp/dhclient.$rootimg_if.pid"
        "$rootimg_fs/sbin/initqueue" --name "ifup-$rootimg_if" --unique --onetime "$rootimg_fs/sbin/ifup" "$rootimg_if"
    done
}
