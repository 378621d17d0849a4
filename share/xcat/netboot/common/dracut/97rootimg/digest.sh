#!/bin/sh
# Knowing which bytes the packed root must have: imgsha256= on the kernel line, or a signed list of digests that imgsums= names.
# shellcheck disable=SC2034,SC2154 # the parts share variables

# Fetches a small file: URL FILE [INTERFACE]. 1 with the reason in rootimg_cause.
rootimg_fetch_small() {
    case $1 in
        nfs://*)
            rootimg_fetch_nfs "$1" "$2" && return 0
            rootimg_cause="$1: $rootimg_cause"
            ;;
        *)
            rootimg_curl ${3:+--interface "$3"} --max-filesize 1048576 --output "$2" -- "$1" 2> "$2.errors" && return 0
            rootimg_cause="$1: $(rootimg_last_line "$2.errors")"
            ;;
    esac
    return 1
}

# Fetches the signed list and prints the digest that it has for the image: IMAGE-URL SUMS-URL [INTERFACE]. 1 with the reason in rootimg_cause.
rootimg_signed_digest() {
    rootimg_sums=$rootimg_pack/sums
    for rootimg_end in '' .sig; do
        rm -f "$rootimg_sums$rootimg_end"
        rootimg_fetch_small "$2$rootimg_end" "$rootimg_sums$rootimg_end" "$3" || return 1
    done
    # Nothing of the list is read before its signature has been found good.
    if ! openssl dgst -sha256 -verify "$rootimg_lib/sums.pem" -signature "$rootimg_sums.sig" "$rootimg_sums" > /dev/null 2>&1; then
        rootimg_cause="$2 is not signed by the key in this initrd"
        return 1
    fi
    rootimg_name=$(rootimg_file_name "$1")
    while read -r rootimg_digest rootimg_word; do
        # sha256sum marks files that it read as binary with a star.
        [ "${rootimg_word#\*}" = "$rootimg_name" ] || continue
        rootimg_expected=$rootimg_digest
        return 0
    done < "$rootimg_sums"
    rootimg_cause="$2 does not name $rootimg_name"
    return 1
}

# IMAGE-URL [INTERFACE]: the digest that the image must have in rootimg_expected; empty when nothing was said about it. 1 with the reason in
# rootimg_cause.
rootimg_expect() {
    rootimg_expected=$(getarg imgsha256= | tr 'A-F' 'a-f')
    [ -z "$rootimg_expected" ] || return 0
    rootimg_value=$(getarg imgsums=)
    case $rootimg_value in
        '') return 0 ;;
        *://*) ;;
        # A bare name lies beside the image.
        *) rootimg_value=${1%/*}/$rootimg_value ;;
    esac
    rootimg_signed_digest "$1" "$rootimg_value" "$2"
}

# FILE: has it the digest of rootimg_expected? A file that has not is removed, so that it is fetched anew.
rootimg_verify() {
    [ -n "$rootimg_expected" ] || return 0
    if [ -s "$1.sum" ]; then
        read -r rootimg_found < "$1.sum"
    else
        rootimg_found=$(sha256sum "$1")
    fi
    rootimg_found=${rootimg_found%% *}
    [ "$rootimg_found" = "$rootimg_expected" ] && return 0
    rm -f "$1" "$1.sum" "$1.validator"
    rootimg_cause="sha256 is $rootimg_found, but $(getarg imgsha256= > /dev/null && echo imgsha256= || echo imgsums=) says $rootimg_expected"
    return 1
}

# Can this initrd check what the kernel line asks for? Prints why not.
rootimg_digest_problem() {
    rootimg_value=$(getarg imgsha256=)
    case $rootimg_value in
        *[!0-9a-fA-F]*)
            echo "imgsha256=$rootimg_value: expected 64 hexadecimal digits"
            return 0
            ;;
    esac
    if [ -n "$rootimg_value" ]; then
        [ ${#rootimg_value} -eq 64 ] || echo "imgsha256=$rootimg_value: expected 64 hexadecimal digits"
    elif [ -n "$(getarg imgsums=)" ]; then
        if [ ! -s "$rootimg_lib/sums.pem" ]; then
            echo 'imgsums=: this initrd has no public key to check it with (genimage --sumskey)'
        elif ! command -v openssl > /dev/null 2>&1; then
            echo 'imgsums=: this initrd has no openssl to check it with'
        fi
    fi
}
