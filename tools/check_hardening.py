#!/usr/bin/env python3
"""What the compiler and the linker must have put into the program that people run.

usage: check_hardening.py BUILD_DIR

It is read from what was built: a flag that a compiler ignores protects nobody.
"""
import pathlib
import re
import subprocess
import sys

PROGRAM = "domofon"
# Our code alone: the libraries that are linked in bring canaries of their own.
OURS = "src/libdomofon_core.a"

# File, option of readelf, pattern, what it is; that must be there.
WANTED = [
    (PROGRAM, "--dynamic", r"\(FLAGS_1\).*\bPIE\b", "a position-independent executable"),
    (PROGRAM, "--dynamic", r"\(FLAGS_1\).*\bNOW\b", "all symbols bound at the start (-z now)"),
    (PROGRAM, "--segments", r"^\s+GNU_RELRO\s", "relocations read-only after it (-z relro)"),
    (PROGRAM, "--segments", r"^\s+GNU_STACK\s.*\sRW\s", "a stack that nothing is executed on"),
    (OURS, "--syms", r"\sUND __stack_chk_fail$", "canaries (-fstack-protector-strong)"),
    (OURS, "--syms", r"\sUND __\w+_chk$", "the fortified C library (_FORTIFY_SOURCE)"),
]
UNWANTED = [
    (PROGRAM, "--dynamic", r"\((?:RPATH|RUNPATH)\)", "a path to look for libraries in"),
    (PROGRAM, "--dynamic", r"\bTEXTREL\b", "code that is written to"),
    (PROGRAM, "--segments", r"^\s+LOAD\s.*\sRWE\s", "a segment that is written and executed"),
]


def read(path, option):
    done = subprocess.run(["readelf", "--wide", option, path], check=False,
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    return done.stdout


def complaints(build):
    """One line for each thing that is amiss."""
    texts = {(name, option): read(build / name, option)
             for name, option, _, _ in WANTED + UNWANTED}
    for name, option, pattern, what in WANTED:
        if not re.search(pattern, texts[name, option], re.M):
            yield f"{build / name}: lacks {what}"
    for name, option, pattern, what in UNWANTED:
        if re.search(pattern, texts[name, option], re.M):
            yield f"{build / name}: has {what}"


def check(build):
    """True when nothing is amiss; tells what is."""
    found = list(complaints(pathlib.Path(build)))
    print("".join(f"{line}\n" for line in found), end="")
    return not found


if __name__ == "__main__":
    sys.exit(0 if check(sys.argv[1]) else 1)
