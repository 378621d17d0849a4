#!/bin/sh
# Knowing which bytes the packed root must have. Where a key was put into this initrd, a list that the key signed must name them, whatever the
# kernel line says; imgsha256= on the kernel line may ask for one of them only.
# shellcheck disable=SC2034,SC2154 # the parts share variables

# Bytes that a list or its signature may have.
rootimg_small=65536

# Fetches a small file: URL FILE [INTERFACE]. 1 with the reason in rootimg_cause.
rootimg_fetch_small() {
    rm -f "$2"
    case $1 in
        nfs://*)
            rootimg_fetch_nfs "$1" "$2" "$rootimg_small" && return 0
            rootimg_cause="$1: $rootimg_cause"
            ;;
        *)
            rootimg_take "$rootimg_small" "$2" "$1" ${3:+--interface "$3"} --max-time 60 && return 0
            rootimg_cause="$1: $(rootimg_curl_reason "$2.errors")"
            [ "$rootimg_status" -ne 63 ] || rootimg_cause="$1: more than $rootimg_small bytes"
            ;;
    esac
    return 1
}

# LIST FILE-NAME: what a signed list says, in rootimg_list_form, _image, _generation, _time, _size and, of that file, _digest; each empty where
# it says nothing.
rootimg_read_list() {
    rootimg_list_form='' rootimg_list_image='' rootimg_list_generation='' rootimg_list_time='' rootimg_list_size='' rootimg_list_digest=''
    while read -r rootimg_mark rootimg_word rootimg_value; do
        case $rootimg_mark$rootimg_word in
            '#rootimg') rootimg_list_form=$rootimg_value ;;
            '#image') rootimg_list_image=$rootimg_value ;;
            '#generation') rootimg_list_generation=$rootimg_value ;;
            '#time') rootimg_list_time=$rootimg_value ;;
            '#size') rootimg_list_size=$rootimg_value ;;
            '#'*) ;;
            # sha256sum marks files that it read as binary with a star. The first line with the name counts.
            *) [ "${rootimg_word#\*}" != "$2" ] || rootimg_list_digest=${rootimg_list_digest:-$rootimg_mark} ;;
        esac
    done < "$1"
}

# LIST-URL FILE-NAME: why what was read from a signed list is not good for this node; nothing when it is.
rootimg_list_problem() {
    rootimg_own=
    [ -e "$rootimg_lib/image" ] && read -r rootimg_own < "$rootimg_lib/image"
    rootimg_minimum=$(getarg imgmin=)
    if [ -z "$rootimg_list_form" ]; then
        echo "$1 was signed in the old form, which names no image: make it anew (rootimg sign $rootimg_own)"
    elif [ "$rootimg_list_form" != 'signed list 2' ]; then
        echo "$1 is a '$rootimg_list_form', which this initrd does not know: make the initrd anew (genimage --onlyinitrd)"
    elif [ "$rootimg_list_image" != "$rootimg_own" ]; then
        echo "$1 was signed for the image $rootimg_list_image, but this initrd is that of $rootimg_own"
    elif [ ${#rootimg_list_digest} -ne 64 ]; then
        echo "$1 does not name $2"
    elif ! rootimg_is_number "$rootimg_list_size"; then
        echo "$1 does not tell the size of $2"
    elif [ -n "$rootimg_minimum" ] && ! rootimg_at_least "$rootimg_list_generation" "$rootimg_minimum"; then
        echo "$1 is that of generation ${rootimg_list_generation:-0}, but imgmin= asks for $rootimg_minimum or a later one"
    fi
}

# Fetches the signed list and takes digest and size of the image from it: IMAGE-URL LIST-URL [INTERFACE]. 1 with the reason in rootimg_cause.
rootimg_signed_digest() {
    rootimg_sums=$rootimg_pack/sums
    for rootimg_end in '' .sig; do
        rootimg_fetch_small "$2$rootimg_end" "$rootimg_sums$rootimg_end" "$3" || return 1
    done
    # Nothing of the list is read before its signature has been found good.
    if ! openssl dgst -sha256 -verify "$rootimg_lib/sums.pem" -signature "$rootimg_sums.sig" "$rootimg_sums" > /dev/null 2>&1; then
        rootimg_cause="$2 is not signed by the key in this initrd"
        return 1
    fi
    rootimg_name=$(rootimg_file_name "$1")
    rootimg_read_list "$rootimg_sums" "$rootimg_name"
    rootimg_cause=$(rootimg_list_problem "$2" "$rootimg_name")
    [ -z "$rootimg_cause" ] || return 1
    if [ -n "$rootimg_expected" ] && [ "$rootimg_expected" != "$rootimg_list_digest" ]; then
        rootimg_cause="imgsha256= says $rootimg_expected, but $2 says $rootimg_list_digest"
        return 1
    fi
    rootimg_info "signed: generation $rootimg_list_generation of $rootimg_list_image, packed $rootimg_list_time"
    rootimg_expected=$rootimg_list_digest rootimg_size=$rootimg_list_size rootimg_teller=$2
}

# IMAGE-URL [INTERFACE]: the digest and the size in bytes that the image must have in rootimg_expected and rootimg_size; each empty when nothing was
# said about it, the first never where this initrd has a key. 1 with the reason in rootimg_cause.
rootimg_expect() {
    rootimg_expected=$(getarg imgsha256= | tr 'A-F' 'a-f') rootimg_size='' rootimg_teller=imgsha256=
    rootimg_has_key || return 0
    rootimg_value=$(getarg imgsums=)
    case $rootimg_value in
        *://*) ;;
        # A bare name lies beside the image; xCAT's lines have none.
        *) rootimg_value=${1%/*}/${rootimg_value:-rootimg.sums} ;;
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
    if [ "$rootimg_found" = "$rootimg_expected" ]; then
        rootimg_verified=yes
        return 0
    fi
    # One of several mirrors spoilt it, and nobody knows which: from now on no two of them make one file.
    [ ! -e "$1.mixed" ] || : > "$rootimg_run/unmixed"
    rootimg_drop "$1"
    rootimg_cause="sha256 is $rootimg_found, but $rootimg_teller says $rootimg_expected"
    return 1
}

# Can this initrd check what the kernel line asks for? Prints why not.
rootimg_digest_problem() {
    rootimg_value=$(getarg imgsha256=)
    case $rootimg_value in
        *[!0-9a-fA-F]*) echo "imgsha256=$rootimg_value: expected 64 hexadecimal digits" ;;
        '') ;;
        *) [ ${#rootimg_value} -eq 64 ] || echo "imgsha256=$rootimg_value: expected 64 hexadecimal digits" ;;
    esac
    rootimg_value=$(getarg imgmin=)
    if [ -n "$rootimg_value" ] && ! rootimg_is_number "$rootimg_value"; then
        echo "imgmin=$rootimg_value: expected the number of a generation"
    fi
    if rootimg_has_key; then
        command -v openssl > /dev/null 2>&1 || echo 'this initrd has a key but no openssl to check signatures with'
        return 0
    fi
    for rootimg_name in imgsums imgmin; do
        [ -z "$(getarg $rootimg_name=)" ] ||
            echo "$rootimg_name=: this initrd has no public key to check it with (genimage --sumskey)"
    done
}
