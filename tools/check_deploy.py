"""The files of deploy/ against each other, the tree and the program; no container engine is needed.

Building and starting the image is another matter: tools/image.py.
"""
import os
import pathlib
import re
import shutil
import subprocess
import tempfile

import yaml

COMPOSE = "deploy/compose.yaml"
SAMPLE = "deploy/.env.sample"
CONTAINERFILE = "deploy/Containerfile"
UNIT = "deploy/domofon.service"


def read_variables(path):
    """The variables of an .env file."""
    rows = (line.split("=", 1) for line in path.read_text().splitlines()
            if line and not line.startswith("#"))
    return {name: value for name, value in rows}


def load(found, root):
    """compose.yaml as it reads with the values of .env.sample; None when it does not read."""
    variables = read_variables(root / SAMPLE)
    text = (root / COMPOSE).read_text()
    used = set(re.findall(r"\$\{(\w+)\}", text))
    if re.search(r"\$(?!\{\w+\})", re.sub(r"(?m)^\s*#.*", "", text)):
        found.add(COMPOSE, 0, "a $ that is no ${VARIABLE}")
    for name in sorted(used - set(variables)):
        found.add(SAMPLE, 0, f"does not set {name}, which compose.yaml uses")
    for name in sorted(set(variables) - used):
        if not name.startswith("DOMOFON_"):
            found.add(SAMPLE, 0, f"sets {name}, which compose.yaml does not use")
    try:
        return yaml.safe_load(re.sub(r"\$\{(\w+)\}", lambda x: variables.get(x[1], "x"), text))
    except yaml.YAMLError as error:
        found.add(COMPOSE, 0, str(error))
        return None


def names(value):
    """The keys or elements of a mapping or list that may be absent."""
    return set(value or [])


def mounts(service):
    """(source, target) of each mount: a source with a slash is a file of deploy/, else a volume."""
    return [tuple(mount.split(":")[:2]) for mount in service.get("volumes", [])]


def check_service(found, root, name, service, compose):
    for dependency in names(service.get("depends_on")) - names(compose["services"]):
        found.add(COMPOSE, 0, f"{name} waits for {dependency}, which is not there")
    for network in names(service.get("networks")) - names(compose["networks"]):
        found.add(COMPOSE, 0, f"{name} is in the network {network}, which is not there")
    for source, _ in mounts(service):
        if "/" in source and not (root / "deploy" / source).is_file():
            found.add(COMPOSE, 0, f"{name} mounts {source}, which is not there")
        if "/" not in source and source not in compose["volumes"]:
            found.add(COMPOSE, 0, f"{name} mounts the volume {source}, which is not there")
    for key in ("mem_limit", "restart"):
        if key not in service:
            found.add(COMPOSE, 0, f"{name} has no {key}")
    if "build" in service:
        context = root / "deploy" / service["build"]["context"]
        if (context / service["build"]["dockerfile"]).resolve() != root / CONTAINERFILE:
            found.add(COMPOSE, 0, f"{name} is not built by {CONTAINERFILE}")
    elif ":" not in service["image"]:
        found.add(COMPOSE, 0, f"{name}: neither built here nor of a version: {service['image']}")


def check_compose(found, root, compose):
    for name, service in compose["services"].items():
        check_service(found, root, name, service, compose)
    used = {source for service in compose["services"].values() for source, _ in mounts(service)}
    for volume in sorted(names(compose["volumes"]) - used):
        found.add(COMPOSE, 0, f"the volume {volume} is not used")


def settings_of(service, root):
    """The environment of a node as compose gives it."""
    given = read_variables(root / SAMPLE) if "env_file" in service else {}
    return {**given, **service["environment"]}


def compose_command():
    """Docker Compose, of Docker's own kind or Debian's older one; None where there is none."""
    for command in (["docker", "compose"], ["docker-compose"]):
        try:
            asked = subprocess.run([*command, "version"], check=False, stdout=subprocess.DEVNULL,
                                   stderr=subprocess.DEVNULL)
        except OSError:
            continue
        if asked.returncode == 0:
            return command
    return None


def check_by_compose(found, root):
    """Where Docker Compose is, it is asked; needs no engine. False where it is not."""
    command = compose_command()
    if command is None:
        print("left out: compose.yaml as Docker Compose reads it, which is not here")
        return False
    with tempfile.TemporaryDirectory() as folder:
        place = pathlib.Path(folder) / "deploy"
        shutil.copytree(root / "deploy", place)
        shutil.copyfile(root / SAMPLE, place / ".env")
        if command == ["docker-compose"]:
            # The older one does not know it.
            text = (place / "compose.yaml").read_text()
            (place / "compose.yaml").write_text(re.sub(r"(?m)^name: .*\n", "", text))
        done = subprocess.run([*command, "-f", "compose.yaml", "config", "--quiet"], check=False,
                              cwd=place, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                              text=True)
    if done.returncode != 0:
        found.add(COMPOSE, 0, done.stdout.strip())
    return True


def check_settings(found, root, program, compose):
    """What the nodes and the packages are told must be settings, and right ones."""
    clean = {name: value for name, value in os.environ.items() if not name.startswith("DOMOFON_")}

    def check(place, args, env):
        done = subprocess.run([program, "config", "check", *args], check=False, text=True,
                              env={**clean, **env}, stdout=subprocess.DEVNULL,
                              stderr=subprocess.PIPE)
        if done.returncode != 0:
            found.add(place, 0, done.stderr.strip())

    check("deploy/domofon.ini", ["--config", root / "deploy/domofon.ini"], {})
    for name, service in compose["services"].items():
        if service["image"] == "domofon":
            check(f"{COMPOSE}, {name}", [], settings_of(service, root))


def check_containerfile(found, root):
    """Each file that is copied from the tree is there."""
    text = (root / CONTAINERFILE).read_text()
    for line in re.findall(r"^COPY (?!--from)(.*)$", text, re.M):
        for source in line.split()[:-1]:
            if not (root / source).exists():
                found.add(CONTAINERFILE, 0, f"copies {source}, which is not there")


def check_proxy(found, root):
    """What the proxy says in place of a node is what a node would say."""
    errors = (root / "src/api/errors.def").read_text()
    for code in re.findall(r'"code": *"(\w+)"', (root / "deploy/Caddyfile").read_text()):
        if f'"{code}"' not in errors:
            found.add("deploy/Caddyfile", 0, f"{code} is no error of src/api/errors.def")


def check_scripts(found, root):
    for path in sorted((root / "deploy").rglob("*.sh")):
        if not os.access(path, os.X_OK):
            found.add(str(path.relative_to(root)), 0, "is not executable")
        if subprocess.run(["sh", "-n", path], check=False).returncode != 0:
            found.add(str(path.relative_to(root)), 0, "does not parse")


def check_unit(found, root, program):
    """Where systemd is, it is asked."""
    if shutil.which("systemd-analyze") is None:
        return
    text, changed = re.subn(r"(?m)^ExecStart=\S+", f"ExecStart={program}",
                            (root / UNIT).read_text())
    with tempfile.TemporaryDirectory() as folder:
        unit = pathlib.Path(folder) / "domofon.service"
        unit.write_text(text)
        done = subprocess.run(["systemd-analyze", "verify", "--man=no", unit], check=False,
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    if changed != 1 or done.returncode != 0 or "domofon.service" in done.stdout:
        found.add(UNIT, 0, done.stdout.strip() or "no ExecStart")


def check(found, root, program):
    """How many of these checks were left out."""
    compose = load(found, root)
    if compose is not None:
        check_compose(found, root, compose)
        check_settings(found, root, program, compose)
    check_containerfile(found, root)
    check_proxy(found, root)
    check_scripts(found, root)
    check_unit(found, root, program)
    return 0 if check_by_compose(found, root) else 1
