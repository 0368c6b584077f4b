#!/usr/bin/env python3
"""Makes store/scripts.h and store/scripts.c from src/store/scripts/*.sql.

usage: scripts.py OUT_DIR SCRIPT.sql... PARTS_DIR

A script begins with comment lines:

    -- redeem_code: what it does and why, over as many lines as needed
    -- writes, repeatable                 or `reads`, or `writes`
    -- lock: :phone                       for scripts that write, if wanted
    -- in: challenge_id bytes, now_us int, device_name text
    -- out: auth int, @account

`repeatable`: running it again with the same parameters, after an outcome nobody learned, changes
nothing and answers the same. `lock` is a text, or several with `;` between: of the scripts that
name the same text one runs at a time, on whatever node; NULL names none. It is SQL for PostgreSQL;
SQLite writes one script at a time anyway.

Then come statements, each ended by `;` at the end of a line. `:name` is a parameter, exactly one
statement is a SELECT (or begins with WITH) and gives the rows. A part is shared text:

    @account                   the part's column list, in a select; in `out:` its struct
    @activate(who=..., x=...)  parts/activate.sql with {who} and {x} replaced; alone on its line(s)

A parameter that is declared and not used, or used and not declared, stops the build.
"""
import os
import re
import sys

C_TYPES = {"int": "int64_t", "text": "struct slice", "bytes": "struct slice"}
# The one statement that PostgreSQL has and SQLite has not.
LOCK = "pg_advisory_xact_lock(hashtextextended(%s, 0))"
ENUMS = {"int": "SCRIPT_INT", "text": "SCRIPT_TEXT", "bytes": "SCRIPT_BYTES"}


def fail(path, message):
    sys.exit(f"{path}: {message}")


def read_fields(path, text):
    fields = []
    for item in filter(None, (x.strip() for x in text.split(","))):
        if item.startswith("@"):
            fields.append((item, None))
            continue
        words = item.split()
        if len(words) != 2 or words[1] not in C_TYPES:
            fail(path, f"bad field '{item}'")
        fields.append((words[0], words[1]))
    return fields


def read_header(path, lines):
    """The comment head: (name, description, writes, in, out, rest of the lines)."""
    head = []
    while lines and lines[0].startswith("--"):
        head.append(lines.pop(0)[2:].strip())
    name = os.path.basename(path)[:-4]
    values = {"in": "", "out": "", "lock": "", "mode": None, "about": []}
    key = "about"
    for line in head:
        match = re.match(r"(in|out|lock):\s*(.*)", line)
        if match:
            key = match.group(1)
            values[key] = match.group(2)
        elif line in ("writes", "writes, repeatable", "reads"):
            values["mode"] = line
        elif key == "about":
            values["about"].append(line)
        else:
            values[key] += " " + line
    if not values["about"] or not values["about"][0].startswith(name + ":"):
        fail(path, f"must begin with '-- {name}: '")
    return name, values, lines


class Parts:
    def __init__(self, folder):
        self.folder = folder
        self.columns = {}

    def load(self, path, name):
        part = os.path.join(self.folder, name + ".sql")
        if not os.path.exists(part):
            fail(path, f"no part '{name}' in {self.folder}")
        with open(part, encoding="utf-8") as file:
            return read_header(part, file.read().splitlines())

    def column_fields(self, path, name):
        if name not in self.columns:
            _, values, _ = self.load(path, name)
            self.columns[name] = read_fields(path, values["out"])
        return self.columns[name]

    def text(self, path, name, args):
        _, _, lines = self.load(path, name)
        text = "\n".join(line for line in lines if not line.strip().startswith("--")).strip()
        for key, value in args.items():
            text = text.replace("{" + key + "}", value)
        left = re.search(r"\{\w+\}", text)
        if left:
            fail(path, f"part '{name}' needs {left.group(0)}")
        return text

    def expand(self, path, body):
        def with_args(match):
            args = dict(
                (x.split("=", 1)[0].strip(), x.split("=", 1)[1].strip())
                for x in match.group(2).split("|")
            )
            return self.text(path, match.group(1), args)

        nested = r"(?:[^()]|\([^()]*(?:\([^()]*(?:\([^()]*\)[^()]*)*\)[^()]*)*\))*"
        for _ in range(4):
            body = re.sub(r"@(\w+)\((" + nested + r")\)", with_args, body)
            body = re.sub(r"@(\w+)(?![\w(])", lambda m: self.text(path, m.group(1), {}), body)
        return body


class Script:
    def __init__(self, path, parts):
        self.path = path
        with open(path, encoding="utf-8") as file:
            self.name, values, lines = read_header(path, file.read().splitlines())
        if values["mode"] is None:
            fail(path, "says neither 'writes' nor 'reads'")
        self.about = values["about"]
        self.writes = values["mode"] != "reads"
        self.repeatable = values["mode"] != "writes"
        self.inputs = read_fields(path, values["in"])
        self.outputs = read_fields(path, values["out"])
        body = "\n".join(re.sub(r"\s*--.*$", "", line) for line in lines)
        body = parts.expand(path, body)
        self.statements = [self.bind(x) for x in re.split(r";\s*(?:\n|$)", body) if x.strip()]
        self.lock = None
        if values["lock"]:
            locks = parts.expand(path, values["lock"]).split(";")
            self.lock = self.bind("SELECT " + ", ".join(LOCK % x.strip() for x in locks))
            if not self.writes:
                fail(path, "reads, and needs no lock")
        results = [
            i for i, (x, _) in enumerate(self.statements) if re.match(r"(SELECT|WITH)\b", x, re.I)
        ]
        if len(results) != 1:
            fail(path, f"has {len(results)} SELECT statements, not one")
        if len(self.statements) > 16 or len(self.inputs) > 40:
            fail(path, "has too many statements or parameters")
        self.result = results[0]
        used = set().union(*(positions for _, positions in self.statements))
        for i, (name, _) in enumerate(self.inputs):
            if i not in used:
                fail(path, f"parameter '{name}' is not used")

    def bind(self, statement):
        """(text with `$1`... in their order of appearance, the position of each in `in:`)"""
        names = [name for name, _ in self.inputs]
        positions = []

        def number(match):
            if match.group(1) not in names:
                fail(self.path, f"parameter ':{match.group(1)}' is not declared")
            position = names.index(match.group(1))
            if position not in positions:
                positions.append(position)
            return f"${positions.index(position) + 1}"

        text = re.sub(r"(?<!:):(\w+)", number, statement)
        return re.sub(r"\s+", " ", text).strip(), positions


def c_string(text):
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    pieces = [escaped[i : i + 90] for i in range(0, len(escaped), 90)]
    for i in range(len(pieces) - 1):
        while pieces[i].endswith("\\"):
            pieces[i], pieces[i + 1] = pieces[i][:-1], "\\" + pieces[i + 1]
    return "\n        ".join(f'"{x}"' for x in pieces)


def header_text(scripts, parts):
    out = ["/* Made by tools/scripts.py from src/store/scripts/. Do not edit. */",
           "#ifndef STORE_SCRIPTS_H", "#define STORE_SCRIPTS_H", "",
           '#include "store/script.h"', ""]
    for name, fields in sorted(parts.columns.items()):
        out.append(f"struct {name}_part {{")
        out += [f"    {C_TYPES[kind]} {field};" for field, kind in fields]
        out += ["};", ""]
    for script in scripts:
        out += ["/*"] + [f" * {line}".rstrip() for line in script.about] + [" */"]
        out.append(f"struct {script.name}_in {{")
        out += [f"    {C_TYPES[kind]} {field};" for field, kind in script.inputs]
        if not script.inputs:
            out.append("    int64_t unused;")
        out += ["};", f"struct {script.name}_row {{"]
        for field, kind in script.outputs:
            if kind is None:
                out.append(f"    struct {field[1:]}_part {field[1:]};")
            else:
                out.append(f"    {C_TYPES[kind]} {field};")
        out += ["};", f"extern const struct script script_{script.name};", ""]
    return "\n".join(out + ["#endif", ""])


def output_rows(script, parts):
    rows = []
    for field, kind in script.outputs:
        if kind is not None:
            rows.append((field, kind, field))
            continue
        part = field[1:]
        rows += [(x, k, f"{part}.{x}") for x, k in parts.columns[part]]
    return rows


def statement_lists(name, statements):
    """C lists of statements, each with the name it is prepared under, where that takes one."""
    out = []
    for i, (_, positions) in enumerate(statements):
        if positions:
            out.append(f"static const uint8_t {name}_{i}[] = {{{', '.join(map(str, positions))}}};")
    out.append(f"static const struct script_statement {name}[] = {{")
    for i, (text, positions) in enumerate(statements):
        out.append(f"    {{\"{name}_{i}\", ({c_string(text)}), "
                   f"{f'{name}_{i}' if positions else 'NULL'}, {len(positions)}}},")
    return out + ["};"]


def source_text(scripts, parts):
    out = ["/* Made by tools/scripts.py from src/store/scripts/. Do not edit. */",
           '#include "store/scripts.h"', ""]
    for number, script in enumerate(scripts):
        name = script.name
        rows = output_rows(script, parts)
        out += statement_lists(f"{name}_statements", script.statements)
        if script.lock is not None:
            out += statement_lists(f"{name}_lock", [script.lock])
        out.append(f"static const struct script_field {name}_fields_in[] = {{")
        out += [f'    {{"{field}", {ENUMS[kind]}, offsetof(struct {name}_in, {field})}},'
                for field, kind in script.inputs] or ['    {"", SCRIPT_INT, 0},']
        out += ["};", f"static const struct script_field {name}_fields_out[] = {{"]
        out += [f'    {{"{field}", {ENUMS[kind]}, offsetof(struct {name}_row, {where})}},'
                for field, kind, where in rows]
        out += ["};", f"const struct script script_{name} = {{",
                f'    .name = "{name}",', f"    .id = {number},",
                f"    .writes = {'true' if script.writes else 'false'},",
                f"    .repeatable = {'true' if script.repeatable else 'false'},",
                f"    .lock = {name + '_lock' if script.lock is not None else 'NULL'},",
                f"    .statements = {name}_statements,",
                f"    .statement_count = {len(script.statements)},",
                f"    .result = {script.result},",
                f"    .in = {name}_fields_in,", f"    .in_count = {len(script.inputs)},",
                f"    .in_size = sizeof(struct {name}_in),",
                f"    .out = {name}_fields_out,", f"    .out_count = {len(rows)},",
                f"    .row_size = sizeof(struct {name}_row),", "};", ""]
    out.append("const struct script *const script_all[] = {")
    out += [f"    &script_{x.name}," for x in scripts]
    out += ["};", f"const unsigned script_count = {len(scripts)};", ""]
    return "\n".join(out)


def main():
    out_dir, *paths, parts_dir = sys.argv[1:]
    parts = Parts(parts_dir)
    scripts = [Script(path, parts) for path in sorted(paths)]
    for script in scripts:
        for field, kind in script.outputs:
            if kind is None:
                parts.column_fields(script.path, field[1:])
    os.makedirs(out_dir, exist_ok=True)
    for name, text in (("scripts.h", header_text(scripts, parts)),
                       ("scripts.c", source_text(scripts, parts))):
        with open(os.path.join(out_dir, name), "w", encoding="utf-8") as file:
            file.write(text)


main()
