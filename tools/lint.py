"""clang-format, clang-tidy and cppcheck over src/, run again only where something changed."""
import concurrent.futures
import hashlib
import os
import pathlib
import re
import subprocess

ROOT = pathlib.Path(__file__).resolve().parent.parent
JOBS = os.cpu_count() or 2


def sources(*patterns):
    return sorted(path for pattern in patterns for path in ROOT.glob(pattern))


def digest(texts, paths):
    whole = hashlib.sha256()
    for text in texts:
        whole.update(text.encode() + b"\0")
    for path in paths:
        whole.update(str(path).encode() + b"\0" + path.read_bytes() + b"\0")
    return whole.hexdigest()


def output_of(command):
    return subprocess.run([str(x) for x in command], check=False, stdout=subprocess.PIPE,
                          text=True, cwd=ROOT).stdout


def check_format():
    """Every C and C++ file as .clang-format wants it."""
    files = sources("src/**/*.[ch]", "src/**/*.cc", "test/**/*.[ch]", "bench/**/*.[ch]")
    files = [path for path in files if "node_modules" not in path.parts]
    done = subprocess.run(["clang-format", "--dry-run", "-Werror", *map(str, files)], check=False)
    return done.returncode == 0


def dependencies(build):
    """For each source file of a ninja build, the files of the tree it includes."""
    found = {}
    for block in output_of(["ninja", "-C", build, "-t", "deps"]).split("\n\n"):
        paths = [(build / line.strip()).resolve() for line in block.splitlines()[1:]]
        ours = [path for path in paths if ROOT in path.parents]
        if ours:
            found[ours[0]] = ours
    return found


def check_tidy(build, cache):
    """clang-tidy on each file of src/, with the flags of the clang build."""
    version = output_of(["clang-tidy", "--version"])
    needs = dependencies(build)
    cache.mkdir(parents=True, exist_ok=True)

    def one(path):
        key = digest([version], [ROOT / ".clang-tidy", *needs.get(path, [path])])
        stamp = cache / key
        if stamp.exists():
            return True
        done = subprocess.run(["clang-tidy", "--quiet", "-p", str(build), str(path)], check=False,
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        if done.returncode != 0:
            print(re.sub(r"^\d+ warnings.* generated\.\n", "", done.stdout, flags=re.M))
            return False
        stamp.touch()
        return True

    with concurrent.futures.ThreadPoolExecutor(JOBS) as pool:
        return all(list(pool.map(one, sources("src/**/*.c", "src/**/*.cc"))))


def check_cppcheck(build, cache):
    """cppcheck on all of src/; it keeps what it learned of each file in `cache`.

    A pointer to a local variable that is kept is left to clang-tidy, which sees for how long.
    """
    command = ["cppcheck", "--quiet", "--error-exitcode=1", "--inline-suppr", "--std=c11",
               "--std=c++17", "--library=posix", "--enable=warning,performance,portability",
               "--suppress=missingIncludeSystem", "--suppress=autoVariables", "-D__GNUC__=12",
               "-D__x86_64__", "-I", "src", "-I", build / "src", "-j", JOBS,
               f"--cppcheck-build-dir={cache}", "src"]
    cache.mkdir(parents=True, exist_ok=True)
    files = sources("src/**/*.[ch]", "src/**/*.cc", "src/**/*.def")
    stamp = cache / "passed"
    key = digest([output_of(["cppcheck", "--version"]), *map(str, command)], files)
    if stamp.exists() and stamp.read_text() == key:
        return True
    if subprocess.run([str(x) for x in command], check=False, cwd=ROOT).returncode != 0:
        return False
    stamp.write_text(key)
    return True
