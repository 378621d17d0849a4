#!/bin/sh
# cmdline hook, sourced: with imgurl= on the kernel line the root comes from the network, and dracut is told so.

. "${rootimg_lib:-/lib/rootimg}/lib.sh"
. "$rootimg_lib/network.sh"
. "$rootimg_lib/digest.sh"

rootimg_want() {
    mkdir -p "$rootimg_run" "$rootimg_fs/etc/cmdline.d"
    for rootimg_url in $(rootimg_urls "$imgurl"); do
        case $rootimg_url in
            http://?*/?* | https://?*/?* | nfs://?*/?*) ;;
            *) die "rootimg: error: imgurl=$rootimg_url: expected http://, https:// or nfs://, a server and a path" ;;
        esac
        rootimg_kind "$rootimg_url" > /dev/null ||
            die "rootimg: error: imgurl=$rootimg_url: the name must end in .sfs, .erofs, .layers, or .cpio or .tar with .gz, .xz or .zst"
    done
    rootimg_problem=$(rootimg_digest_problem)
    [ -z "$rootimg_problem" ] || die "rootimg: error: $rootimg_problem"
    printf '%s\n' "$imgurl" > "$rootimg_run/imgurl"
    rootimg_stamp initrd
    rootimg_network_wanted
    # The main loop goes on until this is true.
    mkdir -p "$hookdir/initqueue/finished"
    echo "[ -e $rootimg_run/ready ]" > "$hookdir/initqueue/finished/rootimg.sh"
}

if imgurl=$(getarg imgurl=) && [ -n "$imgurl" ]; then
    rootimg_want
    # shellcheck disable=SC2034 # read by dracut: /sbin/rootimgroot is the handler of this netroot
    root=rootimg netroot=rootimg rootok=1
elif rootimg_has_key; then
    # Any other root would be one that the key has not signed.
    die 'rootimg: error: imgurl= is missing: this initrd boots signed images only'
fi
