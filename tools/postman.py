#!/usr/bin/env python3
"""Writes docs/domofon.postman_collection.json from api/openapi.yaml and api/postman.yaml.

usage: postman.py

The collection has every call of the description, in an order that runs from top to bottom on a new
server; what that order is and which values go from one call to the next stands in postman.yaml.
"""
import base64
import copy
import json
import pathlib
import re
import sys

import yaml_to_json

ROOT = pathlib.Path(__file__).resolve().parent.parent
PATH = "docs/domofon.postman_collection.json"
SCHEMA = "https://schema.getpostman.com/json/collection/v2.1.0/collection.json"
METHODS = ("get", "put", "post", "delete", "patch")
KEYS = {"call", "name", "example", "as", "with", "query", "params", "headers", "auth", "wait_ms",
        "save", "status"}

# A green square whose bytes are all ASCII, so that it can be the text of a request: a WebP without
# loss, of five codes with one symbol each.
SQUARE = base64.b64decode("UklGRhYAAABXRUJQVlA4TAkAAAAvDUADAGh1RAQA")

DESCRIPTION = """Every call of domofon, in an order that runs from top to bottom on a new server:

    build/domofon serve --dev --store sqlite:var/postman.sqlite{settings}
    build/domofon account add '+79230000001' --role admin --store sqlite:var/postman.sqlite
    newman run docs/domofon.postman_collection.json

The second command makes the administrator of the folder "administration". In development mode no
message leaves the machine: the code of a sign-in is read off the simulated handset (`/dev/outbox`)
when its delay is over. Each call keeps what the later ones need in variables of the collection.

Made from api/openapi.yaml by tools/postman.py; it is no place for changes."""

READ_CLAIM = """const claims = (token) => {
    const part = token.split('.')[1].replace(/-/g, '+').replace(/_/g, '/');
    return JSON.parse(atob(part));
};"""


class Failure(Exception):
    """What a person should be told."""


class Description:
    """api/openapi.yaml, by operation."""

    def __init__(self, path):
        self.document = yaml_to_json.load(path)
        self.operations = {}
        for target, item in self.document["paths"].items():
            for method in METHODS:
                if method in item:
                    operation = item[method]
                    parameters = [*item.get("parameters", []), *operation.get("parameters", [])]
                    self.operations[operation["operationId"]] = {
                        **operation, "method": method.upper(), "path": target,
                        "parameters": [self.resolve(x) for x in parameters]}

    def resolve(self, node):
        while isinstance(node, dict) and "$ref" in node:
            found = self.document
            for step in node["$ref"][2:].split("/"):
                found = found[step.replace("~1", "/")]
            node = found
        return node

    def tag(self, name):
        return next(tag for tag in self.document["tags"] if tag["name"] == name)


def compact(fields):
    """Without what is None or empty."""
    return {name: value for name, value in fields.items() if value not in (None, [], {})}


def url_of(operation, step):
    query = []
    told = step.get("query", {})
    for parameter in operation["parameters"]:
        if parameter["in"] != "query":
            continue
        name = parameter["name"]
        value = told.get(name, parameter.get("example", ""))
        query.append(compact({
            "key": name, "value": str(value), "description": parameter["description"].strip(),
            "disabled": None if name in told or parameter.get("required") else True}))
    names = [x["name"] for x in operation["parameters"] if x["in"] == "path"]
    params = step.get("params", {})
    path = operation["path"]
    for name in names:
        if name not in params:
            raise Failure(f"{step['call']}: no value for {{{name}}}")
        # One of several segments cannot be a variable of the path.
        path = path.replace(f"{{{name}}}", params[name] if name == "path" else f":{name}")
    shown = [x for x in query if "disabled" not in x]
    raw = "{{baseUrl}}" + path
    if shown:
        raw += "?" + "&".join(f"{x['key']}={x['value']}" for x in shown)
    variables = [{"key": name, "value": str(params[name])} for name in names
                 if name != "path"]
    return compact({"raw": raw, "host": ["{{baseUrl}}"], "path": path[1:].split("/"),
                    "query": query, "variable": variables})


def value_of(description, content, step):
    examples = content["examples"]
    name = step.get("example", next(iter(examples)))
    value = copy.deepcopy(description.resolve(examples[name])["value"])
    for field, told in step.get("with", {}).items():
        if told is None:
            value.pop(field, None)
        else:
            value[field] = told
    return value


def body_of(description, operation, step):
    """(the body, its content type), or (None, None)."""
    contents = description.resolve(operation.get("requestBody", {})).get("content")
    if contents is None:
        return None, None
    content_type = step.get("as", next(iter(contents)))
    value = value_of(description, contents[content_type], step)
    if content_type.startswith("image/"):
        return {"mode": "raw", "raw": SQUARE.decode("ascii")}, content_type
    if content_type == "application/x-www-form-urlencoded":
        fields = [{"key": name, "value": str(text)} for name, text in value.items()]
        return {"mode": "urlencoded", "urlencoded": fields}, content_type
    if content_type == "multipart/form-data":
        fields = [{"key": name, "value": str(text), "type": "text"}
                  for name, text in value.items()]
        return {"mode": "formdata", "formdata": fields}, None
    raw = json.dumps(value, ensure_ascii=False, indent=4)
    # A variable that stands for a number of JSON is not in quotes.
    raw = re.sub(r'"\{\{(\w+):number\}\}"', r"{{\1}}", raw)
    return {"mode": "raw", "raw": raw, "options": {"raw": {"language": "json"}}}, content_type


def auth_of(operation, step):
    told = step.get("auth")
    schemes = [name for node in operation.get("security", []) for name in node]
    if told == "none" or (told is None and not schemes):
        return {"type": "noauth"}
    if told == "basic" or (told is None and "basic" in schemes):
        return {"type": "basic", "basic": [
            {"key": "username", "value": "{{clientName}}", "type": "string"},
            {"key": "password", "value": "{{clientSecret}}", "type": "string"}]}
    told = told or ("dialect_access" if "dialectBearer" in schemes else "access_token")
    return {"type": "bearer",
            "bearer": [{"key": "token", "value": f"{{{{{told}}}}}", "type": "string"}]}


def good_status(operation, step):
    described = [int(x) for x in operation["responses"] if x.isdigit() and int(x) < 400]
    status = step.get("status", described[0])
    if status not in described:
        raise Failure(f"{step['call']}: {status} is not described")
    return status


def reading(source):
    """JavaScript that reads what `save` names from the reply."""
    words = source.split()
    if words[0] == "header":
        return f"pm.response.headers.get('{words[1]}')"
    if words[0] == "claim":
        return f"claims(reply.{words[1]}).{words[2]}"
    if words[0] == "match":
        return f"new RegExp({json.dumps(source[6:])}).exec(pm.response.text())?.[1]"
    if words[0] == "part":
        return f"reply.{words[1]}.split('/')[{words[2]}]"
    return "reply" + "".join(f"[{x}]" if x.isdigit() else f".{x}" for x in source.split("."))


def tests_of(operation, step):
    status = good_status(operation, step)
    saves = step.get("save", {})
    lines = [f"pm.test('status {status}', () => pm.response.to.have.status({status}));"]
    if any(source.startswith("claim") for source in saves.values()):
        lines += READ_CLAIM.split("\n")
    if any(not source.startswith(("header ", "match ")) for source in saves.values()):
        lines.append("const reply = pm.response.json();")
    for variable, source in saves.items():
        lines += [f"pm.test('{variable} is there', () => "
                  f"pm.expect({reading(source)}).to.not.equal(undefined));",
                  f"pm.collectionVariables.set('{variable}', {reading(source)});"]
    return lines


def script(listen, lines):
    return {"listen": listen, "script": {"type": "text/javascript", "exec": lines}}


def replies_of(description, operation, request):
    """The examples of replies that went well, as Postman shows them."""
    shown = []
    for status, node in operation["responses"].items():
        if not status.isdigit() or int(status) >= 400:
            continue
        response = description.resolve(node)
        for content_type, content in response.get("content", {}).items():
            for name, example in content.get("examples", {}).items():
                example = description.resolve(example)
                value = example.get("value")
                body = value if isinstance(value, str) else json.dumps(
                    value, ensure_ascii=False, indent=4)
                shown.append({
                    "name": example.get("summary", name), "originalRequest": request,
                    "code": int(status), "status": response["description"],
                    "_postman_previewlanguage": "json" if "json" in content_type else "text",
                    "header": [{"key": "Content-Type", "value": content_type}], "cookie": [],
                    "body": body})
    return shown


def item_of(description, step, already):
    unknown = set(step) - KEYS
    if unknown:
        raise Failure(f"{step['call']}: what is {', '.join(sorted(unknown))}?")
    if step["call"] not in description.operations:
        raise Failure(f"{step['call']} is no operationId of api/openapi.yaml")
    operation = description.operations[step["call"]]
    body, content_type = body_of(description, operation, step)
    headers = dict(step.get("headers", {}))
    if content_type is not None:
        headers["Content-Type"] = content_type
    request = compact({
        "method": operation["method"], "description": operation.get("description", "").strip(),
        "auth": auth_of(operation, step),
        "header": [{"key": name, "value": value} for name, value in headers.items()],
        "body": body, "url": url_of(operation, step)})
    request.setdefault("header", [])
    events = [script("test", tests_of(operation, step))]
    if "wait_ms" in step:
        events.insert(0, script("prerequest", [
            "// The message is on its way.", f"setTimeout(() => {{}}, {step['wait_ms']});"]))
    shown = {name: value for name, value in request.items() if name not in ("description", "auth")}
    item = {"name": step.get("name", operation["summary"]), "event": events, "request": request,
            "response": [] if already else replies_of(description, operation, shown)}
    if operation["method"] == "GET" and body is not None:
        item["protocolProfileBehavior"] = {"disableBodyPruning": True}
    return item


def make(root=ROOT):
    """The text of the collection."""
    description = Description(root / "api/openapi.yaml")
    plan = yaml_to_json.load(root / "api/postman.yaml")
    settings = "".join(f" \\\n        --set '{x}'" for x in plan.get("settings", []))
    seen = set()
    folders = []
    variables = dict(plan["variables"])
    for folder in plan["folders"]:
        tag = description.tag(folder["tag"]) if "tag" in folder else {}
        items = []
        for step in folder["steps"]:
            items.append(item_of(description, step, step["call"] in seen))
            seen.add(step["call"])
            variables.update({name: variables.get(name, "") for name in step.get("save", {})})
        folders.append(compact({"name": folder.get("name", tag.get("name")),
                                "description": folder.get("about", tag.get("description")),
                                "item": items}))
    missing = [x for x in description.operations if x not in seen and x not in plan.get("not", {})]
    if missing:
        raise Failure(f"api/postman.yaml has no step for {', '.join(missing)}")
    collection = {
        "info": {"name": description.document["info"]["title"],
                 "description": DESCRIPTION.replace("{settings}", settings), "schema": SCHEMA},
        "variable": [{"key": name, "value": value} for name, value in variables.items()],
        "item": folders,
    }
    return json.dumps(collection, ensure_ascii=False, indent=1) + "\n"


def main():
    try:
        text = make()
    except Failure as failure:
        sys.exit(f"postman.py: {failure}")
    (ROOT / PATH).write_text(text)


if __name__ == "__main__":
    main()
