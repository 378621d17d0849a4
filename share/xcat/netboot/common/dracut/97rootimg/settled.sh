#!/bin/sh
# initqueue/settled hook, sourced by dracut's main loop again and again until the root stands.

if [ -e "${rootimg_fs-}/run/initramfs/rootimg/imgurl" ] && [ ! -e "${rootimg_fs-}/run/initramfs/rootimg/ready" ]; then
    # dracut gives up after rd.retry rounds; a node waits for its server for ever.
    # shellcheck disable=SC2034
    main_loop=0
    # A process of its own: what it sets and where it stands are not dracut's.
    sh "${rootimg_lib:-/lib/rootimg}/attempt.sh"
    if [ $? -eq 2 ]; then
        read -r rootimg_reason < "${rootimg_fs-}/run/initramfs/rootimg/fatal"
        die "$rootimg_reason"
    fi
fi
