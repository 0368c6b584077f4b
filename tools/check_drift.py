"""What is written twice, once in code and once for people, must say the same; see check_source.py.

A pair whose files are both absent is not looked at.
"""
import re
import subprocess
import urllib.parse

import postman
import yaml_to_json

METHODS = ("get", "head", "post", "put", "patch", "delete", "options")


def check_settings(found, root, program):
    """docs/settings.md is what `domofon config doc` prints."""
    document = root / "docs/settings.md"
    if not program.is_file():
        return
    made = subprocess.run([program, "config", "doc"], check=False, stdout=subprocess.PIPE,
                          text=True)
    if made.returncode != 0:
        found.add(str(program), 0, "`config doc` failed")
    elif not document.is_file() or document.read_text() != made.stdout:
        found.add("docs/settings.md", 0, "not what `domofon config doc` prints; write it anew")


def read_table(path):
    """A .def file without its comments."""
    return re.sub(r"/\*.*?\*/", "", path.read_text(), flags=re.S)


def table_routes(path):
    rows = re.findall(r'\bROUTE(?:_LARGE)?\(\s*(?:HTTP_)?(\w+)\s*,\s*"([^"]+)"', read_table(path))
    return {(method.lower(), shape(target)) for method, target in rows}


def shape(target):
    """A path without the names of its parameters."""
    return re.sub(r"\{\w*(\.\.\.)?\}|:\w+", "{}", target.split("?")[0])


def described_operations(document):
    """(method, path, operation) of everything the description has."""
    for target, item in (document or {}).get("paths", {}).items():
        for method in item:
            if method in METHODS:
                yield method, target, item[method]


def check_routes(found, root, document):
    table = root / "src/api/routes.def"
    if not table.is_file():
        if document is not None:
            found.add("src/api/routes.def", 0, "absent")
        return
    routes = table_routes(table)
    described = {
        (method, shape(target))
        for method, target, operation in described_operations(document)
        if "x-dialects" not in operation
    }
    for method, target in sorted(routes - described):
        found.add("api/openapi.yaml", 0, f"does not describe {method.upper()} {target}")
    for method, target in sorted(described - routes):
        found.add("src/api/routes.def", 0, f"has no {method.upper()} {target}")


def check_dialects(found, root, document):
    """Each row of dialects.def is an operation with the same `x-dialects`."""
    rows = re.findall(r'\bDIALECT_ROUTE(?:_LARGE)?\(([\w |]+),\s*(\w+),\s*"([^"]+)"',
                      read_table(root / "src/api/dialects.def"))
    table = {(method.lower(), shape(target)):
             sorted(re.findall(r"dialect_(\w+)", names.lower()))
             for names, method, target in rows}
    described = {
        # There a slash at the end may be left out.
        (method, shape(urllib.parse.unquote(target.rstrip("/")))): sorted(operation["x-dialects"])
        for method, target, operation in described_operations(document)
        if "x-dialects" in operation
    }
    for row in sorted(table.keys() | described.keys()):
        if table.get(row) != described.get(row):
            found.add("api/openapi.yaml", 0,
                      f"{row[0].upper()} {row[1]} is of the dialects {described.get(row)}, in "
                      f"dialects.def of {table.get(row)}")


def check_errors(found, root, text):
    table = root / "src/api/errors.def"
    if not table.is_file():
        return
    for code in re.findall(r'\bERROR\(\s*\w+\s*,\s*"(\w+)"', read_table(table)):
        if not re.search(rf"\b{code}\b", text):
            found.add("api/openapi.yaml", 0, f"does not describe the error {code}")


def check_postman(found, root):
    """The collection is what tools/postman.py makes."""
    try:
        made = postman.make(root)
    except postman.Failure as failure:
        found.add("api/postman.yaml", 0, str(failure))
        return
    path = root / postman.PATH
    if not path.is_file() or path.read_text() != made:
        found.add(postman.PATH, 0, "not what tools/postman.py makes; write it anew")


def check_named(found, root, document, names):
    """Each of `names` is a word of the document."""
    words = set(re.findall(r"\w+", (root / document).read_text()))
    for name in sorted(set(names) - words):
        found.add(document, 0, f"says nothing of {name}")


def check_store(found, root):
    """What of the store is told over: its scripts, their locks, its tables."""
    scripts = {path.stem: path.read_text()
               for path in (root / "src/store/scripts").glob("*.sql")}
    schema = "".join(path.read_text()
                     for path in (root / "src/store/migrations").glob("*.postgresql.sql"))
    tables = re.findall(r"^CREATE TABLE (\w+)", schema, re.M)
    check_named(found, root, "docs/scaling.md", [*scripts, *tables])
    check_named(found, root, "docs/decisions/0010-locks-are-declared.md",
                [name for name, text in scripts.items() if "\n-- lock:" in text])


def check(found, root, program):
    path = root / "api/openapi.yaml"
    document = None
    text = ""
    if path.is_file():
        text = path.read_text()
        try:
            document = yaml_to_json.load(path)
        except yaml_to_json.yaml.YAMLError as error:
            found.add("api/openapi.yaml", 0, str(error))
            return
    check_settings(found, root, program)
    check_routes(found, root, document)
    check_dialects(found, root, document)
    check_errors(found, root, text)
    check_postman(found, root)
    check_store(found, root)
