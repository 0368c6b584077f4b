"""Images and containers below build-check/image/, by Debian's buildah; for image.py, compose.py."""
import subprocess

from suites import ROOT, step

WORK = ROOT / "build-check/image"
LOG = ROOT / "build-check/logs/image.log"
BASE_IMAGE = "debian:bookworm-slim"
IMAGE = "domofon"


class Failure(Exception):
    """What a person should be told."""


def call(*command, **options):
    """Runs a command and returns what it printed; all it says is in the log."""
    with open(LOG, "a", encoding="utf-8") as log:
        log.write(f"$ {' '.join(map(str, command))}\n")
        log.flush()
        done = subprocess.run([str(x) for x in command], check=False, stdin=subprocess.DEVNULL,
                              stdout=subprocess.PIPE, stderr=log, text=True, cwd=ROOT, **options)
        log.write(done.stdout)
    if done.returncode != 0:
        raise Failure(f"{command[0]}: exit status {done.returncode}; see {LOG.relative_to(ROOT)}")
    return done.stdout


def buildah_command(*args):
    """Images and containers in folders of our own, and no need of an engine's rights."""
    return ["buildah", "--root", WORK / "root", "--runroot", WORK / "runroot", "--storage-driver",
            "vfs", *args]


def buildah(*args, **options):
    return call(*buildah_command(*args), **options)


def install(*packages):
    call("sh", "-c", '. tools/setup.sh && install_packages "$@"', "sh", *packages)


def say(succeeded, text):
    print(f"  {'ok' if succeeded else 'NOT OK'}: {text}")
    return step(succeeded)
