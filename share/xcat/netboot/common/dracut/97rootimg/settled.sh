#!/bin/sh
# initqueue/settled hook, sourced by dracut's main loop again and again until the root stands.

if [ -e "${rootimg_fs-}/run/initramfs/rootimg/imgurl" ] && [ ! -e "${rootimg_fs-}/run/initramfs/rootimg/ready" ]; then
    # dracut gives up after rd.retry rounds; a node waits for its server for ever.
    # shellcheck disable=SC2034
    main_loop=0
    # A process of its own: what it sets and where it stands are not dracut's.
    sh "${rootimg_lib:-/lib/rootimg}/attempt.sh"
    rootimg_status=$?
    if [ $rootimg_status -eq 2 ] && [ -s "${rootimg_fs-}/run/initramfs/rootimg/fatal" ]; then
        read -r rootimg_reason < "${rootimg_fs-}/run/initramfs/rootimg/fatal"
        die "$rootimg_reason"
    elif [ $rootimg_status -gt 1 ]; then
        # Killed when memory was short, or the shell itself stopped: unlike a failure that the attempt has reported, nothing says when to go on.
        printf '<27>rootimg: error: the attempt to get the root broke off with status %s; next try in 10 s\n' "$rootimg_status" \
            >> "${rootimg_fs-}/dev/kmsg"
        sleep 10
    fi
fi
