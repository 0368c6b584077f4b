"""Runs the test programs and suites and counts their cases; used by check.py."""
import concurrent.futures
import json
import os
import pathlib
import re
import subprocess

import postgres

ROOT = pathlib.Path(__file__).resolve().parent.parent
JOBS = os.cpu_count() or 2


class Count:
    """Cases that passed and failed, and those left out, which are neither."""

    def __init__(self, passed=0, failed=0, skipped=0):
        self.passed = passed
        self.failed = failed
        self.skipped = skipped

    def add(self, other):
        self.passed += other.passed
        self.failed += other.failed
        self.skipped += other.skipped


def step(succeeded):
    """A step that is itself one case."""
    return Count(1, 0) if succeeded else Count(0, 1)


def run(command, **options):
    """Runs a command in the root; its output is the caller's terminal's. True when it succeeded."""
    options.setdefault("cwd", ROOT)
    try:
        return subprocess.run([str(x) for x in command], check=False, **options).returncode == 0
    except subprocess.TimeoutExpired:
        print(f"gave up after {options['timeout']} s: {command[0]}")
        return False


def captured(command, env, timeout):
    """(exit status or None when it took too long, everything it printed)"""
    with subprocess.Popen([str(x) for x in command], cwd=ROOT, env=env, stdin=subprocess.DEVNULL,
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
                          errors="replace") as process:
        try:
            output, _ = process.communicate(timeout=timeout)
            return process.returncode, output
        except subprocess.TimeoutExpired:
            process.kill()
            output, _ = process.communicate()
            return None, output


def count_cases(status, output):
    """Cases in the TAP text of cmocka; a program that says nothing is one case."""
    count = Count()
    for line in output.splitlines():
        match = re.match(r"\s*(not )?ok \d+\b(.*)", line)
        if match and re.search(r"# SKIP", match.group(2)):
            count.skipped += 1
        elif match:
            count.add(step(not match.group(1)))
    if status != 0 and count.failed == 0:
        count.failed = 1
    if status == 0 and count.passed + count.failed == 0:
        count.passed = 1
    return count


def programs(build, suite, without):
    """The tests that meson registered under `suite`, without those whose names begin so."""
    listed = subprocess.run(["meson", "introspect", "--tests", build], check=True,
                            stdout=subprocess.PIPE, text=True)
    return [x for x in json.loads(listed.stdout)
            if x["suite"][0].split(":")[-1] == suite and not x["name"].startswith(without)]


def run_programs(build, suite, env, cluster=None, only=None):
    """
    Runs the test programs of a suite, as many at once as there are processors; with a cluster of
    PostgreSQL, each on a database of its own. `only`: the names of those wanted.
    """
    without = "test_sqlite_" if cluster else "test_postgres_"
    wanted = [x for x in programs(build, suite, without) if only is None or x["name"] in only]

    def one(test):
        full_env = {**os.environ, **env, "CMOCKA_MESSAGE_OUTPUT": "TAP"}
        if cluster:
            full_env["DOMOFON_TEST_STORE"] = cluster.new_database()
        result = captured(env_prefix(env) + test["cmd"], full_env, test["timeout"])
        if cluster:
            cluster.drop_database(full_env["DOMOFON_TEST_STORE"])
        return test["name"], *result

    total = Count()
    with concurrent.futures.ThreadPoolExecutor(JOBS) as pool:
        for name, status, output in pool.map(one, wanted):
            count = count_cases(status, output)
            if count.failed:
                why = "took too long" if status is None else f"exit status {status}"
                print(f"{name}: {count.failed} failed, {why}\n{output}")
            total.add(count)
    return total


def env_prefix(env):
    """ThreadSanitizer cannot live with much randomness in the address space."""
    prefix = ["setarch", os.uname().machine, "-R"]
    if "TSAN_OPTIONS" not in env:
        return []
    try:
        works = subprocess.run(prefix + ["true"], check=False, stderr=subprocess.DEVNULL)
    except OSError:
        return []
    return prefix if works.returncode == 0 else []


def run_node(files, env, log, timeout, at_once, host=()):
    """
    Runs files with Node's test runner, so many at once, shown as they go; counts from its TAP
    report. `host`: a command that starts the runner, and something for all files beside it.
    """
    log.parent.mkdir(parents=True, exist_ok=True)
    log.write_text("")
    command = env_prefix(env) + [
        *host, "node", "--test", f"--test-concurrency={at_once}",
        "--test-reporter=spec", "--test-reporter-destination=stdout",
        "--test-reporter=tap", f"--test-reporter-destination={log}", *files]
    succeeded = run(command, env={**os.environ, **env}, stdin=subprocess.DEVNULL, timeout=timeout)
    text = log.read_text()
    totals = dict(re.findall(r"^# (pass|fail|cancelled) (\d+)$", text, re.M))
    count = Count(int(totals.get("pass", 0)),
                  int(totals.get("fail", 0)) + int(totals.get("cancelled", 0)),
                  len(re.findall(r"^\s*ok \d+ .*# SKIP\b", text, re.M)))
    if not succeeded and count.failed == 0:
        count.failed = 1
    return count


def cluster_reports(cluster):
    """What a cluster's log tells that no test may cause: each line is a failure."""
    lines = [x for x in cluster.log_text().splitlines() if postgres.ALARMING.search(x)]
    print("".join(f"PostgreSQL: {line}\n" for line in lines), end="")
    return Count(0, len(lines))


def sanitizer_reports(folder):
    """What sanitizers wrote (log_path) while suites ran: each file is a failure."""
    reports = sorted(folder.glob("*"))
    for path in reports:
        print(f"{path}:\n{path.read_text(errors='replace')}")
    return Count(0, len(reports))


def run_fuzz(build, seconds, work):
    """Runs every libFuzzer target of a build for `seconds`, one for each processor at once."""
    def one(program):
        name = program.name.replace("fuzz_", "")
        found = work / name
        found.mkdir(parents=True, exist_ok=True)
        command = [program, f"-max_total_time={seconds}", "-timeout=10", "-print_final_stats=1",
                   f"-artifact_prefix={work}/{name}-", found]
        seeds = ROOT / "test/fuzz/corpus" / name
        words = ROOT / "test/fuzz" / f"{name}.dict"
        command += [seeds] if seeds.is_dir() else []
        command += [f"-dict={words}"] if words.is_file() else []
        return program.name, *captured(command, None, seconds + 300)

    total = Count()
    names = [x.stem for x in sorted((ROOT / "test/fuzz").glob("fuzz_*.c"))]
    with concurrent.futures.ThreadPoolExecutor(JOBS) as pool:
        for name, status, output in pool.map(one, [build / "test/fuzz" / x for x in names]):
            runs = re.search(r"number_of_executed_units: (\d+)", output)
            print(f"{name}: {runs.group(1) if runs else '?'} inputs, exit status {status}")
            if status != 0:
                print(output[-8000:])
            total.add(step(status == 0))
    return total
