#!/bin/sh
# Tries ./run and ./check where nothing is installed: in a minimal Debian 12 made by debootstrap.
#
#   tools/bare_root.sh DIR [--work-tree] [COMMAND...]     default: ./run --build
#
# DIR is made at the first use and kept for the next ones; in it, the tree (the last commit, or with
# --work-tree the files as they are) lies under /root/domofon and COMMAND runs there. What COMMAND
# installs stays installed: remove DIR to begin from nothing. Needs root, debootstrap and git.
set -eu

[ $# -ge 1 ] || { sed -n '2,8s/^# \{0,1\}//p' "$0"; exit 2; }
root=$1
shift
source=commit
if [ "${1-}" = --work-tree ]; then
    source=files
    shift
fi
[ $# -gt 0 ] || set -- ./run --build
tree=$(CDPATH='' cd -- "$(dirname -- "$0")/.." && pwd)

# A sandbox may not allow mounting; then the root does without.
# shellcheck disable=SC2317 # called by the trap
unmount_all()
{
    for place in dev/pts dev/shm dev proc; do
        if mountpoint -q "$root/$place"; then umount "$root/$place"; fi
    done
}

if [ ! -e "$root/root/.made" ]; then
    debootstrap --variant=minbase --include=git bookworm "$root"
    touch "$root/root/.made"
fi
root=$(CDPATH='' cd -- "$root" && pwd)

# The machine's way to the network: how it finds names, and whom it trusts.
for file in /etc/resolv.conf /etc/hosts; do
    if [ -e "$file" ]; then cp -L "$file" "$root$file"; fi
done
trusted=/root/.trusted.crt
if [ -e /etc/ssl/certs/ca-certificates.crt ]; then
    cp -L /etc/ssl/certs/ca-certificates.crt "$root$trusted"
else
    trusted=
fi

# A new copy each time; what COMMAND built in the last one is gone.
clone=$root/root/domofon
rm -rf "$clone"
if [ "$source" = commit ]; then
    git clone --quiet --no-hardlinks "$tree" "$clone"
else
    git -c init.defaultBranch=main init --quiet "$clone"
    (cd "$tree" && git ls-files -co --exclude-standard -z | tar cf - --null -T -) |
        tar xf - -C "$clone"
fi

trap unmount_all EXIT
trap 'exit 1' INT TERM
mount -t proc proc "$root/proc" || true
mount --bind /dev "$root/dev" || true
mount --bind /dev/shm "$root/dev/shm" || true
mount --bind /dev/pts "$root/dev/pts" || true
status=0
env -i HOME=/root PATH=/usr/sbin:/usr/bin:/sbin:/bin TERM=dumb npm_config_cafile="$trusted" \
    chroot "$root" /bin/sh -c 'cd /root/domofon && exec "$@"' sh "$@" </dev/null || status=$?
exit "$status"
