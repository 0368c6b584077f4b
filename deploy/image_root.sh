#!/bin/sh
# Fills a folder with what a program needs to run, and nothing else, to be the root of an image.
#
#   deploy/image_root.sh PROGRAM FOLDER
#
# That is: the program, the Debian packages that its libraries come from, and the names of the user
# and the hosts. Of the packages it leaves out manuals, translations and tables of character sets;
# their copyright files stay, and /var/lib/dpkg/status.d tells scanners of images what is installed.
# There is no shell and no package manager.
set -eu

program=$1
root=$2

# The library files, one a line.
libraries()
{
    if ldd "$program" | grep 'not found' >&2; then return 1; fi
    ldd "$program" | grep -o '/[^ ]*'
}

# The package of a file, which dpkg may know with or without /usr before it.
package_of()
{
    { dpkg-query -S "$1" || dpkg-query -S "/usr$1" || dpkg-query -S "$(readlink -f "$1")"; } \
        2>/dev/null | sed 's/: .*//'
}

# Debian's layout: /lib and the like are names of folders under /usr.
mkdir -p "$root/usr/bin" "$root/usr/lib" "$root/usr/lib64" "$root/usr/sbin" "$root/etc" \
    "$root/var/lib/dpkg/status.d"
for folder in bin lib lib64 sbin; do
    ln -s "usr/$folder" "$root/$folder"
done

packages=$(for library in $(libraries); do package_of "$library"; done | sort -u)
for package in $packages; do
    name=${package%:*}
    dpkg-query -s "$package" >"$root/var/lib/dpkg/status.d/$name"
    install -D -m 644 "/usr/share/doc/$name/copyright" "$root/usr/share/doc/$name/copyright"
    # Folders come with their files.
    dpkg-query -L "$package" | grep -E -v '^/usr/share/|/gconv/' | while read -r path; do
        if [ -h "$path" ] || [ ! -d "$path" ]; then printf '%s\n' "${path#/}"; fi
    done
done | tar -C / --create --files-from=- | tar -C "$root" --extract --keep-directory-symlink

install -m 644 /etc/os-release "$root/etc/os-release"
echo 'hosts: files dns' >"$root/etc/nsswitch.conf"
echo 'domofon:x:10001:10001:domofon:/var/lib/domofon:/usr/sbin/nologin' >"$root/etc/passwd"
echo 'domofon:x:10001:' >"$root/etc/group"
install -d -m 1777 "$root/tmp"
install -s "$program" "$root/usr/bin/"
