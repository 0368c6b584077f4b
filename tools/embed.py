#!/usr/bin/env python3
"""Makes one C file that holds text files, for src/base/embed.h.

usage: embed.py OUT.c FILE...

A file is named by its folder and its own name: `migrations/0001_initial.sqlite.sql`.
"""
import os
import sys

HEAD = """/* Made by tools/embed.py. Do not edit. */
#include "base/embed.h"

"""


def name_of(path):
    folder, base = os.path.split(os.path.abspath(path))
    return os.path.basename(folder) + "/" + base


def c_array(number, data):
    lines = []
    for at in range(0, len(data) + 1, 20):
        lines.append("    " + "".join(f"{byte}," for byte in (data + b"\0")[at : at + 20]))
    return f"static const unsigned char file_{number}[] = {{\n" + "\n".join(lines) + "\n};\n"


def main():
    out_path, *paths = sys.argv[1:]
    names = {name_of(path): path for path in paths}
    if len(names) != len(paths):
        sys.exit("embed.py: two files have the same folder and name")
    arrays = []
    rows = []
    for number, name in enumerate(sorted(names)):
        with open(names[name], "rb") as file:
            data = file.read()
        arrays.append(c_array(number, data))
        rows.append(f'    {{"{name}", {{(const char *)file_{number}, {len(data)}}}}},\n')
    table = "const struct embed_file embed_files[] = {\n" + "".join(rows) + "};\n"
    count = f"const size_t embed_file_count = {len(rows)};\n"
    with open(out_path, "w", encoding="utf-8") as file:
        file.write(HEAD + "".join(arrays) + "\n" + table + count)


main()
