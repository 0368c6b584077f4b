#!/usr/bin/env python3
"""Sets a build directory up, or again where its options or the tree's list of files changed.

usage: configure.py BUILD_DIR --release
       configure.py BUILD_DIR [argument of `meson setup`]...

--release: the program as people get it. Does nothing, quickly, when nothing changed. The compilers
come from CC and CXX.
"""
import hashlib
import json
import os
import pathlib
import shutil
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent
# As ./run and the image have it and bench/run measures it. The names for backtraces are in the file
# only, and the image leaves them out.
RELEASE = ["--buildtype=release", "-Ddebug=true", "-Dtests=disabled"]
# What meson.build files take by pattern (tools/list_files.py).
LISTED = ["src/*/*/*.sql", "test/unit/*.c", "test/store/*.c", "test/fuzz/*.c"]


def fingerprint(*what):
    return hashlib.sha256(json.dumps(what).encode()).hexdigest()


def read(path):
    return path.read_text() if path.exists() else ""


def configure(build, args):
    """True when `build` is ready for ninja."""
    build = pathlib.Path(build)
    files = sorted(str(path.relative_to(ROOT)) for glob in LISTED for path in ROOT.glob(glob))
    options = fingerprint(str(ROOT), os.environ.get("CC"), os.environ.get("CXX"), args)
    listing = fingerprint(files)
    options_stamp = build / "configured-options"
    listing_stamp = build / "configured-files"
    command = ["meson", "setup", *args, str(build), str(ROOT)]
    if read(options_stamp) != options:
        # Meson keeps the compilers and the tree's place from the first time: begin afresh.
        shutil.rmtree(build, ignore_errors=True)
    elif read(listing_stamp) == listing:
        return True
    else:
        command.insert(2, "--reconfigure")
    done = subprocess.run(command, check=False, stdout=subprocess.PIPE, text=True)
    if done.returncode != 0:
        print(done.stdout)
        return False
    options_stamp.write_text(options)
    listing_stamp.write_text(listing)
    return True


if __name__ == "__main__":
    wanted = RELEASE if sys.argv[2:] == ["--release"] else sys.argv[2:]
    sys.exit(0 if configure(sys.argv[1], wanted) else 1)
