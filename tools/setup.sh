# shellcheck shell=sh
# Shared by ./run and ./check, which source it from the root of the tree: installs what is missing.

build_packages="gcc g++ libc6-dev meson ninja-build pkgconf python3 python3-yaml libmicrohttpd-dev
    libuv1-dev libsqlite3-dev libpq-dev libssl-dev libjansson-dev libphonenumber-dev libicu-dev
    libinih-dev libpng-dev libturbojpeg0-dev libwebp-dev libseccomp-dev zlib1g-dev
    libqrencode-dev"

# For the five older services of test/django.
# shellcheck disable=SC2034 # scripts that source this use it
django_packages="python3-django python3-djangorestframework
    python3-djangorestframework-simplejwt python3-psycopg2"

say()
{
    printf '%s\n' "$*" >&2
}

# The names among "$@" that dpkg does not have installed.
missing_packages()
{
    for package in "$@"; do
        case "$(dpkg-query -W -f='${Status} ' "$package" 2>/dev/null)" in
        *' installed '*) ;;
        *) printf '%s ' "$package" ;;
        esac
    done
}

as_root()
{
    if [ "$(id -u)" -eq 0 ]; then "$@"; else sudo "$@"; fi
}

# Runs apt-get without questions, as root.
apt_get()
{
    as_root env DEBIAN_FRONTEND=noninteractive apt-get -q -o DPkg::Lock::Timeout=300 "$@" >&2
}

have_package_lists()
{
    for list in /var/lib/apt/lists/*_Packages*; do
        [ -e "$list" ] && return 0
    done
    return 1
}

# Stops where "$1", a list of packages, cannot be installed.
need_root_for()
{
    if [ "$(id -u)" -ne 0 ] && ! command -v sudo >/dev/null; then
        say "Some packages are missing, and there is no sudo. As root, run:"
        say "  apt-get update && apt-get install --no-install-recommends $1"
        exit 1
    fi
}

# Installs those of "$@" that are missing; stops where that cannot be done.
install_packages()
{
    missing=$(missing_packages "$@")
    [ -n "$missing" ] || return 0
    need_root_for "$missing"
    say "Installing: $missing"
    have_package_lists || apt_get update
    # Old lists name files that are gone: one more try with new ones.
    # shellcheck disable=SC2086 # a list of words
    apt_get install -y --no-install-recommends $missing ||
        { apt_get update && apt_get install -y --no-install-recommends $missing; } ||
        { say "apt-get could not install: $missing"; exit 1; }
}

# Unpacks the servers that tests start beside domofon into build-check/servers. Installed, they
# would be started by their packages, then and at every boot. Where the distribution does not have
# them all, their tests are left out.
unpack_servers()
{
    packages="nginx libnginx-mod-http-js caddy"
    servers=build-check/servers
    [ "$(cat "$servers/.unpacked" 2>/dev/null)" != "$packages" ] || return 0
    say "Unpacking: $packages"
    rm -rf "$servers"
    mkdir -p "$servers"
    # shellcheck disable=SC2086 # a list of words
    (cd "$servers" && { apt-get -q download $packages >&2 ||
        { apt_get update && apt-get -q download $packages >&2; }; } &&
        for package in *.deb; do dpkg -x "$package" . || exit 1; done && rm ./*.deb) ||
        { say "apt-get could not download: $packages"; return 0; }
    echo "$packages" >"$servers/.unpacked"
}

# Installs PostgreSQL's server for the tests, which make clusters of their own: nothing is made or
# started by the package, as it would be otherwise.
install_postgresql()
{
    for program in /usr/lib/postgresql/*/bin/initdb; do
        [ ! -x "$program" ] || return 0
    done
    need_root_for postgresql
    conf=/etc/postgresql-common/createcluster.conf
    as_root mkdir -p "${conf%/*}"
    if [ -e "$conf" ]; then as_root cp -p "$conf" "$conf.before"; fi
    echo 'create_main_cluster = false' | as_root tee "$conf" >/dev/null
    trap restore_createcluster_conf EXIT
    trap 'exit 1' INT TERM
    install_packages postgresql
    trap - EXIT INT TERM
    restore_createcluster_conf
}

# What stood there, or what the package would have put there.
restore_createcluster_conf()
{
    if [ -e "$conf.before" ]; then
        as_root mv "$conf.before" "$conf"
    elif [ -e /usr/share/postgresql-common/createcluster.conf ]; then
        as_root cp /usr/share/postgresql-common/createcluster.conf "$conf"
        as_root rm -f "$conf.ucf-dist"
    else
        as_root rm -f "$conf"
    fi
}

# One line for each thing that building needs and this system lacks.
lacking_for_build()
{
    for tool in "cc:a C17 compiler: gcc 12 or clang 14" "c++:a C++17 compiler: g++ 12 or clang 14" \
        "meson:meson 1.0" "ninja:ninja 1.10" "pkg-config:pkg-config or pkgconf" \
        "python3:python 3.9"; do
        command -v "${tool%%:*}" >/dev/null || echo "${tool#*:}"
    done
    python3 -c 'import yaml' 2>/dev/null || echo "PyYAML 5.4 for python3"
    have_web_packages || command -v npm >/dev/null || echo "npm 8, with node 16"
    # The names and least versions stand in meson.build.
    sed -n "s/^ *dependency('\([a-z0-9]*\)', version: '>=\([0-9.]*\)').*/\1 \2/p" meson.build |
        while read -r name version; do
            pkg-config --exists "$name >= $version" 2>/dev/null ||
                echo "$name $version, with its headers and pkg-config file"
        done
    probe=$(mktemp -d)
    echo '#include <phonenumbers/phonenumberutil.h>
int main() { return i18n::phonenumbers::PhoneNumberUtil::GetInstance() == nullptr; }' >"$probe/a.cc"
    c++ -std=c++17 "$probe/a.cc" -o "$probe/a" -lphonenumber 2>/dev/null ||
        echo "libphonenumber 8.12 (C++), with its headers"
    rm -r "$probe"
}

# The suites' node.
have_node()
{
    node -e 'process.exit(parseInt(process.versions.node) >= 18 ? 0 : 1)' 2>/dev/null
}

have_apt()
{
    command -v apt-get >/dev/null && command -v dpkg-query >/dev/null
}

# What the pages take from npm is there, in the versions of the lock file.
have_web_packages()
{
    cmp -s web/package-lock.json web/node_modules/.installed
}

# Installs that, with npm, which may come from elsewhere than the distribution.
install_web_packages()
{
    have_web_packages && return 0
    if have_apt; then command -v npm >/dev/null || install_packages nodejs npm; fi
    say "Installing: the packages of web/package.json"
    (cd web && npm ci --no-audit --no-fund --loglevel=error) >&2 ||
        { say "npm could not install the packages of web/package.json"; exit 1; }
    cp web/package-lock.json web/node_modules/.installed
}

# One line for each thing lacking that a script needs beside; scripts say it in their own words.
lacking_besides()
{
    :
}

# Makes sure that the program can be built, by apt, or else by saying what is lacking. "$@": more
# packages wanted where there is apt.
prepare_build()
{
    if have_apt; then
        # shellcheck disable=SC2086 # a list of words
        install_packages $build_packages "$@"
        install_web_packages
        return 0
    fi
    lacking=$(lacking_for_build; lacking_besides)
    if [ -n "$lacking" ]; then
        say "This system has no apt, and lacks:"
        echo "$lacking" | sed 's/^/  /' >&2
        say "Install these, at least in the versions named, and run this again."
        exit 1
    fi
    install_web_packages
}

# The first python that has PyYAML: another than the distribution's may stand first on the path.
find_python()
{
    for python in python3 /usr/bin/python3; do
        "$python" -c 'import yaml' 2>/dev/null && return 0
    done
    say "No python3 with PyYAML"
    exit 1
}

# Ninja tells of its progress where somebody watches.
build_program()
{
    say "Building build/domofon"
    if [ -t 1 ]; then
        ninja -C build domofon
    else
        ninja -C build --quiet domofon
    fi
}
