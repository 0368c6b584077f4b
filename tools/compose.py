"""Runs deploy/compose.yaml as it is meant to be, by Docker Compose in containers; for image.py.

The engine is Debian's podman, with the image that image.py has built. The two images that come from
a registry, which is not reached here, are made of Debian's packages: test/image/standins/.
"""
import json
import os
import pathlib
import re
import resource

import suites
from container import IMAGE, LOG, WORK, Failure, buildah, call, install
from suites import ROOT, Count

# crun does not know the cgroups of every machine; runc does.
PACKAGES = ["podman", "runc", "netavark", "aardvark-dns", "iptables", "docker-compose"]
CONFIGURATION = WORK / "containers.conf"
# The engine's names of images, which compose.yaml writes without the registry.
STANDINS = {"postgres": "docker.io/library/postgres:15-bookworm",
            "caddy": "docker.io/library/caddy:2"}
CAP_SYS_RESOURCE = 24


def podman_command(*args):
    """On buildah's folders, so that its images are there."""
    return ["podman", "--root", WORK / "root", "--runroot", WORK / "runroot", "--tmpdir",
            WORK / "libpod", "--storage-driver", "vfs", *args]


def environment():
    """Of the engine and all that ask it. Health checks would need systemd: the test runs them."""
    return {"CONTAINERS_CONF": str(CONFIGURATION), "DISABLE_HC_SYSTEMD": "true"}


def podman(*args):
    return call(*podman_command(*args), env={**os.environ, **environment()})


def may_raise_limits():
    status = pathlib.Path("/proc/self/status").read_text()
    return bool(int(re.search(r"^CapEff:\s+(\w+)", status, re.M)[1], 16) >> CAP_SYS_RESOURCE & 1)


def limits():
    """Limits that this machine lets a container have, where it does not let it have any."""
    if may_raise_limits():
        return []
    processes = int(pathlib.Path("/proc/sys/kernel/pid_max").read_text())
    found = {"nofile": resource.getrlimit(resource.RLIMIT_NOFILE)[1],
             "nproc": min(resource.getrlimit(resource.RLIMIT_NPROC)[1], processes)}
    return [f"{name}={number}:{number}" for name, number in found.items()]


def configure():
    CONFIGURATION.write_text(f"""[containers]
default_ulimits = {json.dumps(limits())}
[engine]
runtime = "runc"
cgroup_manager = "cgroupfs"
events_logger = "file"
exit_command_delay = 0
[network]
network_backend = "netavark"
network_config_dir = "{WORK}/networks"
""")


def starts_containers():
    """Whether the packages are there, and the machine lets them work."""
    try:
        install(*PACKAGES)
        configure()
        podman("run", "--rm", IMAGE, "version")
    except Failure:
        return False
    return True


def try_compose():
    """test/image/compose.test.mjs, or one case that is left out, and is said to be."""
    if not starts_containers():
        print(f"  left out: compose.yaml in containers, which do not start here; see {LOG.name}")
        return Count(0, 0, 1)
    buildah("tag", IMAGE, f"docker.io/library/{IMAGE}")
    for name, tag in STANDINS.items():
        folder = ROOT / "test/image/standins" / name
        buildah("build", "--isolation", "chroot", "--format", "docker", "--pull-never", "-t", tag,
                folder)
    env = {**environment(), "PODMAN": json.dumps([str(x) for x in podman_command()])}
    if not may_raise_limits():
        env["WITHOUT_LIMITS"] = "1"
    return suites.run_node([ROOT / "test/image/compose.test.mjs"], env,
                           LOG.with_name("compose.tap"), 900, 1)


def clean():
    """Removes the containers that a killed run may have left."""
    if CONFIGURATION.exists():
        podman("rm", "--all", "--force", "--time", "0")
        podman("network", "prune", "--force")
