#!/usr/bin/env python3
"""Writes a YAML 1.2 file as JSON.

usage: yaml_to_json.py IN.yaml OUT.json

PyYAML speaks YAML 1.1, where `no` is false and 2026-11-21 a date; here, as in YAML 1.2 and in the
OpenAPI tools, both are text. Twice the same key in one mapping is an error.
"""
import json
import re
import sys

import yaml


class Loader(yaml.SafeLoader):
    """The core schema of YAML 1.2."""


Loader.yaml_implicit_resolvers = {}
for tag, pattern, first in (
    ("null", r"^(?:~|null|Null|NULL|)$", ["~", "n", "N", ""]),
    ("bool", r"^(?:true|True|TRUE|false|False|FALSE)$", list("tTfF")),
    ("int", r"^[-+]?(?:0|[1-9][0-9]*)$", list("-+0123456789")),
    ("float", r"^[-+]?(?:[0-9]+\.[0-9]*|\.[0-9]+)(?:[eE][-+]?[0-9]+)?$", list("-+.0123456789")),
):
    Loader.add_implicit_resolver("tag:yaml.org,2002:" + tag, re.compile(pattern), first)


def unique_mapping(loader, node, deep=False):
    seen = set()
    for key_node, _ in node.value:
        key = loader.construct_object(key_node, deep=True)
        if key in seen:
            line = key_node.start_mark.line + 1
            raise yaml.YAMLError(f"line {line}: '{key}' is there twice in one mapping")
        seen.add(key)
    return yaml.SafeLoader.construct_mapping(loader, node, deep=True)


def construct_map(loader, node):
    loader.flatten_mapping(node)
    return unique_mapping(loader, node)


Loader.add_constructor("tag:yaml.org,2002:map", construct_map)


def load(path):
    """The file's content as dicts, lists, texts and numbers; raises yaml.YAMLError."""
    with open(path, encoding="utf-8") as file:
        return yaml.load(file, Loader=Loader)


def main():
    in_path, out_path = sys.argv[1:]
    try:
        content = load(in_path)
    except yaml.YAMLError as error:
        sys.exit(f"{in_path}: {error}")
    with open(out_path, "w", encoding="utf-8") as file:
        json.dump(content, file, ensure_ascii=False, indent=1)
        file.write("\n")


if __name__ == "__main__":
    main()
