#!/usr/bin/env python3
"""Builds the image of deploy/Containerfile without a container engine, and tries it.

usage: image.py [--keep]    --keep leaves build-check/image/ as it is, to look at

Debian's buildah builds it, with a Debian 12 made by debootstrap in the place of the base image,
then runs it. After that the services of deploy/compose.yaml are started by hand, with the image's
program (test/image/), and by Docker Compose where containers start (compose.py). Everything is
below build-check/image/ and removed at the end. Needs root; installs what is missing.
"""
import contextlib
import json
import os
import pathlib
import re
import shutil
import signal
import subprocess
import sys
import time
import urllib.request

sys.dont_write_bytecode = True

import compose  # noqa: E402
import postgres  # noqa: E402
import suites  # noqa: E402
from container import (BASE_IMAGE, IMAGE, LOG, WORK, Failure, buildah,  # noqa: E402
                       buildah_command, call, install, say)
from suites import Count, ROOT, step  # noqa: E402

CONTAINER = "domofon-check"
MAX_BYTES = 100_000_000
START_S = 20
STOP_S = 10
PHONE = "+79234440000"


def apt_sources():
    """The sources of Debian's packages that this machine is told of, as lines of a list."""
    listed = call("apt-get", "indextargets", "--format", "deb $(REPO_URI) $(RELEASE) $(COMPONENT)",
                  "Created-By: Packages", "Origin: Debian")
    return sorted({line for line in listed.splitlines() if " bookworm" in line})


def apt_proxies():
    """The settings of apt by which this machine reaches them."""
    dump = call("apt-config", "dump")
    return re.findall(r"^Acquire::https?::(?:\S+::)?Proxy\S* .*$", dump, re.M)


def npm_settings(folder):
    """Where this machine's npm finds packages, and whom it trusts, for the npm of an image."""
    if shutil.which("npm") is None:
        return
    lines = []
    for name in ("registry", "proxy", "https-proxy", "cafile"):
        value = call("npm", "config", "get", name, "--loglevel=error").strip()
        if value in ("", "null", "undefined"):
            continue
        if name == "cafile":
            shutil.copyfile(value, folder / "root/npm-ca.crt")
            value = "/root/npm-ca.crt"
        lines.append(f"{name}={value}\n")
    (folder / "root/.npmrc").write_text("".join(lines))


def make_base():
    """A minimal Debian 12 under the base image's name."""
    folder = WORK / "base"
    sources = apt_sources()
    mirror = [line.split()[1] for line in sources if line.split()[2] == "bookworm"][:1]
    call("debootstrap", "--variant=minbase", "bookworm", folder, *mirror)
    if sources:
        (folder / "etc/apt/sources.list").write_text("\n".join(sources) + "\n")
    proxies = "".join(f"{line}\n" for line in apt_proxies())
    (folder / "etc/apt/apt.conf.d/90proxy").write_text(proxies)
    npm_settings(folder)
    shutil.rmtree(folder / "var/cache/apt/archives")
    recipe = WORK / "Containerfile.base"
    recipe.write_text("FROM scratch\nCOPY . /\n")
    buildah("build", "--isolation", "chroot", "-f", recipe, "-t", BASE_IMAGE, folder)
    shutil.rmtree(folder)


def build():
    """The image as anyone's engine would build it; returns its configuration."""
    # Of the docker format: OCI's has no health check.
    buildah("build", "--isolation", "chroot", "--format", "docker", "--pull-never", "-f",
            ROOT / "deploy/Containerfile", "-t", IMAGE, ROOT)
    return json.loads(buildah("inspect", "--type", "image", IMAGE))["Docker"]["config"]


def size_of(folder):
    """Bytes of the files in a folder, each counted once."""
    seen = {}
    for path, _, files in os.walk(folder):
        for name in files:
            info = os.lstat(os.path.join(path, name))
            seen[info.st_ino] = info.st_size
    return sum(seen.values())


def measure(root):
    """(bytes unpacked, bytes as a registry stores and sends it)"""
    packed = WORK / "packed"
    buildah("push", IMAGE, f"oci:{packed}")
    return size_of(root), size_of(packed)


def run_command(config, environment, command):
    """How to run a command of the image in the container."""
    given = [word for pair in environment.items() for word in ("--env", "=".join(pair))]
    return buildah_command("run", "--isolation", "chroot", *given, CONTAINER, "--", *command)


def descendants(pid):
    """The processes below a process, and itself, oldest first."""
    found = [pid]
    for parent in found:
        for path in pathlib.Path(f"/proc/{parent}/task").glob("*/children"):
            with contextlib.suppress(OSError):
                found += map(int, path.read_text().split())
    return found


def program_below(pid, program):
    """The process of a program below another: buildah stands between them. None when it is gone."""
    for child in descendants(pid)[1:]:
        with contextlib.suppress(OSError):
            if pathlib.Path(f"/proc/{child}/cmdline").read_text().split("\0")[0] == program:
                return child
    return None


@contextlib.contextmanager
def running(config, environment):
    """The image's own command, in development mode; (buildah's process, that of the program)"""
    command = [*config["Entrypoint"], *config["Cmd"], "--dev"]
    with open(LOG, "a", encoding="utf-8") as log:
        process = subprocess.Popen([str(x) for x in run_command(config, environment, command)],
                                   stdin=subprocess.DEVNULL, stdout=log, stderr=log)
    try:
        yield process, command[0]
    finally:
        for pid in reversed(descendants(process.pid)):
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        process.wait()


def await_healthy(config, environment, process):
    """Waits for the image's own health check to pass."""
    test = config["Healthcheck"]["Test"]
    if test[0] != "CMD":
        raise Failure(f"the health check needs a shell, which the image does not have: {test}")
    until = time.monotonic() + START_S
    while time.monotonic() < until and process.poll() is None:
        asked = subprocess.run([str(x) for x in run_command(config, environment, test[1:])],
                               check=False, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
                               stdin=subprocess.DEVNULL)
        if asked.returncode == 0:
            return True
        time.sleep(0.2)
    return False


def post(url, body):
    request = urllib.request.Request(url, json.dumps(body).encode())
    with urllib.request.urlopen(request, timeout=10) as reply:
        return json.load(reply)


def sign_in(url):
    """One sign-in, the code read from the outbox of development mode; the account's phone."""
    challenge = post(f"{url}/v1/codes", {"phone": PHONE})
    until = time.monotonic() + 10
    outbox = []
    while not outbox and time.monotonic() < until:
        time.sleep(0.1)
        asked = f"{url}/dev/outbox?phone=%2B{PHONE[1:]}"
        with urllib.request.urlopen(asked, timeout=10) as reply:
            outbox = [message for message in json.load(reply) if message["code"]]
    session = post(f"{url}/v1/sessions",
                   {"challenge_id": challenge["challenge_id"], "code": outbox[0]["code"]})
    return session["account"]["phone"]


def user_of(pid):
    status = pathlib.Path(f"/proc/{pid}/status").read_text()
    return int(re.search(r"^Uid:\s+(\d+)", status, re.M)[1])


def ends_cleanly(process, pid):
    """SIGTERM ends the program with status 0, which buildah passes on."""
    os.kill(pid, signal.SIGTERM)
    with contextlib.suppress(subprocess.TimeoutExpired):
        return process.wait(STOP_S) == 0
    return False


def try_size(root):
    unpacked, packed = measure(root)
    return say(unpacked < MAX_BYTES, f"the image has {unpacked / 1e6:.1f} MB unpacked and "
                                     f"{packed / 1e6:.1f} MB packed")


def try_image(config):
    """The image runs as its configuration says."""
    count = Count()
    address = f"127.0.0.1:{postgres.free_port()}"
    environment = {"DOMOFON_HTTP_LISTEN": address}
    user = config["User"].split(":")[0]
    count.add(say(user not in ("", "0", "root"), f"the user is {config['User']}"))
    count.add(say(config["StopSignal"] == "SIGTERM", f"it is stopped by {config['StopSignal']}"))
    count.add(say("/var/lib/domofon" in config["Volumes"], "the data is in a volume"))
    with running(config, environment) as (process, program):
        is_healthy = await_healthy(config, environment, process)
        count.add(say(is_healthy, "its health check passes"))
        if not is_healthy:
            return count
        pid = program_below(process.pid, program)
        count.add(say(user_of(pid) == int(user), f"it runs as user {user_of(pid)}"))
        count.add(say(sign_in(f"http://{address}") == PHONE, "somebody signed in"))
        count.add(say(ends_cleanly(process, pid), "SIGTERM ends it with status 0"))
    return count


def proxy_program():
    """Caddy, of Debian's package; only unpacked: installed, it would start a server."""
    found = shutil.which("caddy")
    if found is None:
        call("sh", "-c", ". tools/setup.sh && unpack_servers")
        found = ROOT / "build-check/servers/usr/bin/caddy"
    return found


def try_services(root):
    """test/image/: the services of compose.yaml, with the program of the image."""
    program = WORK / "domofon"
    shutil.copy2(root / "usr/bin/domofon", program)
    env = {"DOMOFON_BIN": str(program), "CADDY": str(proxy_program()),
           "PATH": f"{postgres.find_programs()}:{os.environ['PATH']}"}
    files = [ROOT / "test/image/services.test.mjs"]
    return suites.run_node(files, env, LOG.with_name("services.tap"), 600, 1)


def clean():
    if not WORK.exists():
        return
    if (WORK / "root").exists():
        compose.clean()
        buildah("rm", "--all")
    # What a killed run left mounted must not be followed.
    for line in reversed(pathlib.Path("/proc/self/mounts").read_text().splitlines()):
        place = line.split()[1]
        if place.startswith(f"{WORK}/"):
            call("umount", "--lazy", place)
    shutil.rmtree(WORK)


def check_image(_=None, keep=False):
    """The stage `image` of ./check --long."""
    if os.geteuid() != 0:
        if shutil.which("sudo") is None:
            print("without a container engine the image is built as root: tools/image.py")
            return Count(0, 1)
        return step(suites.run(["sudo", sys.executable, "-B", __file__]))
    LOG.parent.mkdir(parents=True, exist_ok=True)
    LOG.write_text("")
    count = Count()
    try:
        clean()
        WORK.mkdir(parents=True)
        install("buildah", "debootstrap", "iproute2")
        make_base()
        config = build()
        buildah("from", "--pull-never", "--name", CONTAINER, IMAGE)
        root = pathlib.Path(buildah("mount", CONTAINER).strip())
        count.add(say(True, "the image is built"))
        count.add(try_size(root))
        count.add(try_image(config))
        count.add(try_services(root))
        count.add(compose.try_compose())
    except (Failure, OSError, ValueError, KeyError, IndexError) as failure:
        print(f"{failure}; see {LOG.relative_to(ROOT)}")
        count.add(step(False))
    finally:
        if not keep:
            clean()
    return count


if __name__ == "__main__":
    result = check_image(keep="--keep" in sys.argv[1:])
    print(f"{result.passed} passed, {result.failed} failed")
    sys.exit(1 if result.failed else 0)
