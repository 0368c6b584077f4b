#!/usr/bin/env python3
"""The rules of the tree that no compiler knows: floors, caps, banned calls, headers, drift.

usage: check_source.py [PROGRAM]    PROGRAM: a built domofon, to compare documentation with
"""
import pathlib
import re
import subprocess
import sys

sys.dont_write_bytecode = True

import check_drift  # noqa: E402
import check_web  # noqa: E402

ROOT = pathlib.Path(__file__).resolve().parent.parent

# A folder of src/ may include itself and these; "." is src/ itself (main.c).
FLOORS = {
    "base": set(),
    "domain": {"base"},
    "store": {"base", "domain"},
    "http": {"base"},
    "image": {"base"},
    "deliver": {"base", "domain", "store"},
    "api": {"base", "domain", "store", "http", "deliver", "image"},
    "command": {"base", "domain", "store", "http", "deliver", "image", "api", "."},
    ".": {"base", "domain", "store", "http", "deliver", "image", "api", "command"},
}

# System libraries by the start of their headers' names, and the folders or files that know them.
LIBRARIES = {
    "curl/": {"deliver"},
    "malloc.h": {"command"},
    "ini.h": {"base", "command"},
    "jansson.h": {"domain", "api"},
    "microhttpd.h": {"http"},
    "openssl/": {"base", "domain"},
    "phonenumbers/": {"domain/phone_metadata.cc"},
    "png.h": {"image/picture.c", "image/qr.c"},
    "qrencode.h": {"image/qr.c"},
    "seccomp.h": {"image/sandbox.c"},
    "sqlite3.h": {"store", "command/import_source_sqlite.c"},
    "libpq-fe.h": {"store", "command/import_source_pg.c"},
    "turbojpeg.h": {"image/picture.c"},
    "uv.h": {"store", "http", "deliver", "image", "api", "command"},
    "webp/": {"image/picture.c"},
    "zlib.h": {"base/asset.c"},
}

# The C library, POSIX and Linux; sanitizer/ is the compiler's. Any other header needs a line above.
PLATFORM = re.compile(
    r"(arpa|linux|net|netinet|sanitizer|sys)/\w+\.h|"
    r"(assert|ctype|dirent|endian|errno|fcntl|getopt|grp|inttypes|limits|locale|math|netdb|poll|"
    r"pthread|pwd|sched|setjmp|signal|stdarg|stdatomic|stdbool|stddef|stdint|stdio|stdlib|"
    r"string|strings|sysexits|syslog|termios|threads|time|unistd|wchar)\.h|[a-z_]+"
)

FILE_LINES_MAX = 500
FILE_LINES_CAP = 800
FUNCTION_LINES_MAX = 60
COLUMNS_MAX = 100
# Files that are one subject and longer than FILE_LINES_MAX all the same, each with its reason.
LONG_FILES = {}

BANNED = {
    "src": r"strcpy|strcat|strncpy|strncat|stpcpy|sprintf|vsprintf|strtok|gets|atoi|atol|atoll|"
           r"atof|rand|srand|random|system|popen|usleep|sleep|nanosleep|alloca|gmtime|localtime|"
           r"ctime|asctime|setjmp|longjmp|signal",
    "test": r"strcpy|strcat|sprintf|vsprintf|strtok|gets|atoi|rand|alloca",
}
# Promises for later; split so that this file does not hold them.
PROMISE = re.compile(r"\b(TO" r"DO|FIX" r"ME|XX" r"X|HA" r"CK)\b")

CODE = {".c", ".h", ".cc"}
NO_COLUMN_LIMIT = {".def", ".sql", ".md", ".json", ".yaml", ".txt", ".svg"}
NO_LINE_LIMIT = {".json", ".yaml", ".md", ".txt", ".svg"}
GENERATED = {"test/package-lock.json", "web/package-lock.json", "LICENSE"}


class Findings:
    """What is wrong, printed as an editor can jump to it."""

    def __init__(self):
        self.count = 0

    def add(self, path, line, message):
        place = f"{path}:{line}" if line else path
        print(f"{place}: {message}")
        self.count += 1


def tree_files():
    """Tracked and new files, not the ignored ones."""
    listed = subprocess.run(["git", "ls-files", "-co", "--exclude-standard"], cwd=ROOT, check=True,
                            stdout=subprocess.PIPE, text=True)
    names = sorted(set(listed.stdout.splitlines()) - GENERATED)
    return [name for name in names if (ROOT / name).is_file()]


def without_comments(text):
    """C text with comments and the insides of strings blanked, line by line as it was."""
    def blank(match):
        kept = re.sub(r"[^\n]", " ", match.group(0))
        return kept if match.group(0)[0] == "/" else '"' + kept[1:-1] + '"'

    return re.sub(r'/\*.*?\*/|"(?:[^"\\\n]|\\.)*"', blank, text, flags=re.S)


def check_text(found, name, text):
    """What holds for every text file."""
    suffix = pathlib.Path(name).suffix
    lines = text.split("\n")
    for number, line in enumerate(lines, 1):
        if line.rstrip() != line:
            found.add(name, number, "blanks at the end of the line")
        if "\t" in line and not name.endswith(("Makefile", ".go")):
            found.add(name, number, "a tab")
        if PROMISE.search(line):
            found.add(name, number, "a promise for later")
        if len(line) > COLUMNS_MAX and suffix not in NO_COLUMN_LIMIT:
            found.add(name, number, f"{len(line)} columns, more than {COLUMNS_MAX}")
    if text and not text.endswith("\n"):
        found.add(name, len(lines), "no line end at the end of the file")
    if suffix in NO_LINE_LIMIT:
        return
    longest = FILE_LINES_CAP if name in LONG_FILES else FILE_LINES_MAX
    if len(lines) - 1 > longest:
        found.add(name, 0, f"{len(lines) - 1} lines, more than {longest}")


def check_functions(found, name, code):
    """Function bodies are the braces in the first column (.clang-format sees to that)."""
    begin = None
    lines = code.split("\n")
    for number, line in enumerate(lines, 1):
        if line.startswith("{") and not re.match(r'namespace|extern "', lines[number - 2]):
            begin = number
        elif line.startswith("}") and begin is not None:
            if number - begin - 1 > FUNCTION_LINES_MAX:
                found.add(name, begin, f"a function of {number - begin - 1} lines, more than "
                                       f"{FUNCTION_LINES_MAX}")
            begin = None


def check_banned(found, name, code):
    banned = re.compile(rf"(?<![\w.>])({BANNED[name.split('/')[0]]})\s*\(")
    for number, line in enumerate(code.split("\n"), 1):
        match = banned.search(line)
        if match:
            found.add(name, number, f"a call of {match.group(1)}")
        if re.match(r"typedef struct\b", line):
            found.add(name, number, "a typedef of a struct; say `struct x`")
        if "//" in line and not name.endswith(".cc"):
            found.add(name, number, "a // comment; say /* */")


def check_header(found, name, text):
    if not text.startswith("/*"):
        found.add(name, 1, "a header begins with a comment that teaches it")
    guard = re.search(r"^#ifndef (\w+_H)\n#define \1$", text, re.M)
    wanted = re.sub(r"\W", "_", name[4:]).upper()
    if not guard or (name.startswith("src/") and guard.group(1) != wanted):
        found.add(name, 1, f"the include guard is not {wanted}")


def check_library(found, name, number, header, folder):
    for start, allowed in LIBRARIES.items():
        if header.startswith(start):
            if folder not in allowed and name[4:] not in allowed and name != "src/main.c":
                found.add(name, number, f"only {', '.join(sorted(allowed))} may include <{header}>")
            return
    if not PLATFORM.fullmatch(header):
        found.add(name, number, f"<{header}>: say in tools/check_source.py who may include it")


def check_includes(found, name, text):
    parts = name.split("/")
    folder = parts[1] if len(parts) > 2 else "."
    if folder not in FLOORS:
        found.add(name, 0, f"src/{folder} is no floor; see tools/check_source.py")
        return
    for number, line in enumerate(text.split("\n"), 1):
        match = re.match(r'\s*#\s*include\s*([<"])([^>"]+)[>"]', line)
        if not match:
            continue
        if match.group(1) == "<":
            check_library(found, name, number, match.group(2), folder)
            continue
        target = match.group(2).split("/")[0] if "/" in match.group(2) else "."
        if target != folder and target not in FLOORS[folder]:
            found.add(name, number, f"src/{folder} may not include {match.group(2)}")


def check_listed(found, names):
    """Every source file is built."""
    for name in names:
        path = pathlib.PurePosixPath(name)
        if path.parts[0] != "src" or path.suffix not in (".c", ".cc") or len(path.parts) < 3:
            continue
        listing = ROOT / path.parent / "meson.build"
        if not listing.is_file() or f"'{path.name}'" not in listing.read_text():
            found.add(name, 0, f"not named in {path.parent}/meson.build")


def check_file(found, name):
    raw = (ROOT / name).read_bytes()
    suffix = pathlib.Path(name).suffix
    if b"\0" in raw or "/corpus/" in name:
        return
    try:
        text = raw.decode()
    except UnicodeDecodeError:
        found.add(name, 0, "not UTF-8")
        return
    check_text(found, name, text)
    if suffix in CODE and name.split("/")[0] in BANNED:
        code = without_comments(text)
        check_functions(found, name, code)
        check_banned(found, name, code)
    if suffix == ".h":
        check_header(found, name, text)
    if name.startswith("src/") and suffix in CODE | {".def"}:
        check_includes(found, name, text)


def check_tree():
    """The rules that need no build. True when nothing was found."""
    found = Findings()
    names = tree_files()
    for name in names:
        check_file(found, name)
    check_listed(found, names)
    check_web.check(found, ROOT)
    for lock in (name for name in GENERATED if name.endswith("package-lock.json")):
        if (ROOT / lock).is_file() and '"resolved"' in (ROOT / lock).read_text():
            found.add(lock, 0, "names where packages were downloaded from")
    return found.count == 0


def check_drift_of(program):
    """Tables in the code against what is written about them. True when nothing was found."""
    found = Findings()
    check_drift.check(found, ROOT, program)
    return found.count == 0


if __name__ == "__main__":
    is_clean = check_tree()
    binary = pathlib.Path(sys.argv[1]) if len(sys.argv) > 1 else ROOT / "build/domofon"
    sys.exit(0 if check_drift_of(binary) and is_clean else 1)
