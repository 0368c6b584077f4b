#!/usr/bin/env python3
"""Makes one C file that holds the pages and their files, compressed, for src/base/asset.h.

usage: web.py OUT.c OUT.d ROOT API_FILE...

From the tree at ROOT:
  web/pages/X.html        of PAGES, as pages/X.html, and as dev/X.html for development mode
  web/assets/**           as assets/**
  clients/js/*            as assets/js/*
  web/node_modules        what VENDOR names, as assets/vendor/*
  POSTMAN                 as api/postman.json
and each API_FILE as api/NAME.

A page names its files as /assets/@/js/x.js: `@` becomes one hash of all of assets/**, so that an
address never changes its content. The result depends on nothing but the files.

What the first page waits for travels in as few pieces as it can: the script FIRST in one with the
modules it imports, and a style sheet that a page links with `data-within` in the page itself, let
in by its hash. Both go without their comments.
"""
import base64
import gzip
import hashlib
import os
import pathlib
import re
import sys

# Those that routes lead to (src/api/pages.c).
PAGES = ("admin.html", "handset.html", "index.html", "invite.html", "redoc.html", "swagger.html")
POSTMAN = "docs/domofon.postman_collection.json"
FIRST = "assets/js/first.js"
WITHIN = re.compile(rb'<link rel="stylesheet" href="/assets/@/([\w./-]+)" data-within>')

# Comments that have their lines for themselves.
COMMENT = re.compile(rb"^[ \t]*(?:/\*(?:(?!\*/).)*\*/[ \t]*|//[^\n]*)\n", re.M | re.S)
IMPORT = re.compile(rb"^import \{[^}]*\} from '\./([\w.-]+)';\n", re.M)
EXPORT = re.compile(rb"^export (?=(?:async |const |let |function |class ))", re.M)
DECLARED = re.compile(rb"^(?:async )?(?:const|let|function|class) (\w+)", re.M)

# (file below web/node_modules, name below assets/vendor/, texts to replace)
VENDOR = (
    ("redoc/bundles/redoc.standalone.js", "redoc.js",
     # A picture from elsewhere, which our pages do not load; Redoc goes without one that fails.
     [(b"https://cdn.redoc.ly/redoc/logo-mini.svg", b"data:,"),
      # Colours that its themes do not reach, and that cannot be read on a dark ground.
      (b"color: #0e7c86", b"color: var(--pattern)"),
      (b"color: rgba(38, 50, 56, 0.7)", b"color: var(--soft)"),
      (b"1px solid rgba(38, 50, 56, 0.3)", b"1px solid var(--line)"),
      (b"color: black;", b"color: var(--ink);"),
      (b"background-color: white;", b"background-color: var(--well);"),
      (rb"color: white;\n      background", rb"color: var(--on-accent);\n      background")]),
    ("redoc/bundles/redoc.standalone.js.LICENSE.txt", "redoc.LICENSE.txt", []),
    ("redoc/LICENSE", "redoc.LICENSE", []),
    ("swagger-ui-dist/swagger-ui-bundle.js", "swagger-ui.js", []),
    ("swagger-ui-dist/swagger-ui-bundle.js.LICENSE.txt", "swagger-ui.LICENSE.txt", []),
    ("swagger-ui-dist/swagger-ui.css", "swagger-ui.css", []),
    ("swagger-ui-dist/LICENSE", "swagger-ui.LICENSE", []),
    ("uplot/dist/uPlot.esm.js", "uplot.js", []),
    ("uplot/dist/uPlot.min.css", "uplot.css", []),
    ("uplot/LICENSE", "uplot.LICENSE", []),
)
# They name files that are not there.
SOURCE_MAP = re.compile(rb"\n?(//|/\*)# sourceMappingURL=[^\n]*\s*\Z")

TYPES = {
    ".html": "text/html; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".mjs": "text/javascript; charset=utf-8",
    ".ts": "text/plain; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".json": "application/json",
    ".yaml": "application/yaml",
    ".svg": "image/svg+xml",
    ".png": "image/png",
    ".webp": "image/webp",
    ".ico": "image/x-icon",
    ".woff2": "font/woff2",
    ".txt": "text/plain; charset=utf-8",
    ".webmanifest": "application/manifest+json",
    "": "text/plain; charset=utf-8",
}

HEAD = """/* Made by tools/web.py. Do not edit. */
#include "base/asset.h"

"""


class Tree:
    """Files by the name they are served under, and all that was looked at."""

    def __init__(self, root):
        self.root = root
        self.files = {}
        self.seen = set()

    def add(self, name, path):
        if name in self.files:
            sys.exit(f"web.py: two files would be {name}: the second is {path}")
        if not path.is_file():
            sys.exit(f"web.py: {path.relative_to(self.root)} is not there")
        self.seen.add(path)
        self.files[name] = path.read_bytes()

    def add_folder(self, prefix, folder, pattern="**/*"):
        """Folders are looked at as well: a file that comes or goes makes all this anew."""
        path = self.root / folder
        self.seen.add(path)
        for found in sorted(path.glob(pattern)):
            below = found.relative_to(path)
            if any(part.startswith(".") for part in below.parts):
                continue
            if found.is_dir():
                self.seen.add(found)
            elif not found.name.endswith(("~", ".md")) and found.name != "package.json":
                self.add(f"{prefix}/{below.as_posix()}", found)


def add_vendor(tree):
    folder = tree.root / "web/node_modules"
    for path, name, replacements in VENDOR:
        if not (folder / path).is_file():
            sys.exit(f"web.py: web/node_modules/{path} is not there. "
                     "`./run --build` installs it; so does `npm ci` in web/.")
        tree.add(f"assets/vendor/{name}", folder / path)
        data = SOURCE_MAP.sub(b"\n", tree.files[f"assets/vendor/{name}"])
        for old, new in replacements:
            if data.count(old) != 1:
                sys.exit(f"web.py: {path} does not hold {old.decode()} once; see VENDOR")
            data = data.replace(old, new)
        tree.files[f"assets/vendor/{name}"] = data


def collect(root, api_files):
    tree = Tree(root)
    for page in PAGES:
        tree.add(f"pages/{page}", root / "web/pages" / page)
    tree.add_folder("assets", "web/assets")
    tree.add_folder("assets/js", "clients/js", "*")
    add_vendor(tree)
    for path in api_files:
        tree.add(f"api/{path.name}", path)
    tree.add("api/postman.json", root / POSTMAN)
    return tree


def without_comments(name, data):
    """A script or style sheet without the comments that have their lines for themselves."""
    text = COMMENT.sub(b"", data)
    if any(line.count(b"`") % 2 for line in text.split(b"\n")):
        sys.exit(f"web.py: {name}: a template of several lines may hold what looks like a comment")
    return text


def packed(files, name, taken):
    """A module after those that it imports, in one, for these are only declarations with names."""
    text = without_comments(name, files[name])
    before = b""
    for other in IMPORT.findall(text):
        other = f"assets/js/{other.decode()}"
        if other not in taken:
            taken.add(other)
            before += packed(files, other, taken)
    text = EXPORT.sub(b"", IMPORT.sub(b"", text))
    if re.search(rb"^(?:import|export)\b(?!\()", text, re.M):
        sys.exit(f"web.py: {name} imports or exports in a way that `packed` does not know")
    return before + text


def pack_first(files):
    text = packed(files, FIRST, set())
    names = DECLARED.findall(text)
    twice = {name.decode() for name in names if names.count(name) > 1}
    if twice:
        sys.exit(f"web.py: {FIRST} and what it imports declare twice: {' '.join(sorted(twice))}")
    files[FIRST] = text


def put_style_in(files, page, sources):
    """The style sheet that a page wants in itself; adds to what its policy must let in."""
    def style(link):
        sheet = f"assets/{link[1].decode()}"
        if sheet not in files:
            sys.exit(f"web.py: {page} wants {sheet}, which is not there")
        text = without_comments(sheet, files[sheet])
        if b"<" in text:
            sys.exit(f"web.py: {sheet} holds `<`, so it cannot stand in a page")
        digest = base64.b64encode(hashlib.sha256(text).digest()).decode()
        sources.add(f"sha256-{digest}")
        return b"<style>" + text + b"</style>"

    files[page] = WITHIN.sub(style, files[page])


def put_styles_in(files):
    sources = set()
    for name in [name for name in files if name.startswith("pages/")]:
        put_style_in(files, name, sources)
    if len(sources) != 1:
        sys.exit(f"web.py: src/api/pages.c lets one style sheet in, and pages hold {len(sources)}")
    return sources.pop()


def hash_of(files):
    """One hash of names and contents."""
    sums = "".join(f"{name} {hashlib.sha256(data).hexdigest()}\n"
                   for name, data in sorted(files.items()))
    return hashlib.sha256(sums.encode()).hexdigest()[:16]


def finish_pages(files, assets_hash):
    """Pages with their files' addresses, for both modes: a page in development mode says so."""
    for name in [name for name in files if name.startswith("pages/")]:
        page = files[name].replace(b"/assets/@/", f"/assets/{assets_hash}/".encode())
        dev, count = re.subn(rb"<html\b", b"<html data-dev", page)
        if count != 1:
            sys.exit(f"web.py: {name} has not one <html>")
        files[name] = page
        files["dev/" + name.split("/", 1)[1]] = dev


def c_text(data):
    """The bytes as C string literals, which compilers read faster than lists of numbers."""
    def escape(byte):
        plain = 32 <= byte < 127 and byte not in b'"\\?'
        return chr(byte) if plain else f"\\{byte:03o}"

    table = [escape(byte) for byte in range(256)]
    return "\n".join('    "' + "".join(table[byte] for byte in data[at : at + 64]) + '"'
                     for at in range(0, len(data), 64))


def write_c(out_path, files, assets_hash, style_source):
    bytes_ = bytearray()
    rows = []
    for name, data in sorted(files.items(), key=lambda item: item[0].encode()):
        kind = TYPES.get(pathlib.PurePosixPath(name).suffix)
        if name.endswith((".LICENSE",)):
            kind = TYPES[""]
        if kind is None:
            sys.exit(f"web.py: {name}: say in TYPES what that is")
        packed = gzip.compress(data, 9, mtime=0)
        is_packed = len(packed) < len(data)
        stored = packed if is_packed else data
        tag = hashlib.sha256(data).hexdigest()[:16]
        rows.append(f'    {{"{name}", "{kind}", "W/\\"{tag}\\"", {len(bytes_)}, {len(stored)}, '
                    f'{len(data)}, {"true" if is_packed else "false"}}},\n')
        bytes_ += stored
    with open(out_path, "w", encoding="ascii") as file:
        file.write(HEAD)
        file.write(f'const char asset_hash[] = "{assets_hash}";\n')
        file.write(f'const char asset_style_source[] = "{style_source}";\n\n')
        file.write(f"const char asset_bytes[] =\n{c_text(bytes_)};\n\n")
        file.write("const struct asset asset_table[] = {\n" + "".join(rows) + "};\n")
        file.write(f"const size_t asset_count = {len(rows)};\n")


def write_dependencies(out_path, target, seen):
    def escape(path):
        return str(path).replace(" ", "\\ ")

    with open(out_path, "w", encoding="utf-8") as file:
        file.write(f"{target}:" + "".join(f" \\\n {escape(path)}" for path in sorted(seen)) + "\n")


def main():
    out_c, out_d, root, *api_files = sys.argv[1:]
    tree = collect(pathlib.Path(os.path.abspath(root)), [pathlib.Path(path) for path in api_files])
    pack_first(tree.files)
    style_source = put_styles_in(tree.files)
    assets_hash = hash_of({name: data for name, data in tree.files.items()
                           if name.startswith("assets/")})
    finish_pages(tree.files, assets_hash)
    write_c(out_c, tree.files, assets_hash, style_source)
    write_dependencies(out_d, out_c, tree.seen)


if __name__ == "__main__":
    main()
