#!/usr/bin/env python3
"""Prints the files of one folder that match a pattern, one a line, sorted.

usage: list_files.py FOLDER PATTERN

Meson lists files only by name; where a folder is the list (tests, fuzz targets, SQL), this is it.
A new file is seen when meson configures again, which ./run and ./check see to (configure.py).
"""
import pathlib
import sys

folder, pattern = sys.argv[1:]
for path in sorted(pathlib.Path(folder).glob(pattern)):
    print(path.name)
