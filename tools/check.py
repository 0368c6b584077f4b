#!/usr/bin/env python3
"""Every test of domofon, in stages; ./check installs what this needs and starts it.

usage: check.py [--long] [--fuzz-seconds N] [--only STAGE,...] [--list]

Everything is built under build-check/, and built or linted again only where something changed.
"""
import argparse
import hashlib
import os
import pathlib
import re
import shutil
import signal
import subprocess
import sys

sys.dont_write_bytecode = True

import check_deploy  # noqa: E402
import check_hardening  # noqa: E402
import check_source  # noqa: E402
import configure  # noqa: E402
import image  # noqa: E402
import lint  # noqa: E402
import postgres  # noqa: E402
import schedule  # noqa: E402
import suites  # noqa: E402
from suites import Count, ROOT, run, step  # noqa: E402

BUILD = ROOT / "build-check"
ASAN = BUILD / "asan"
CLANG = BUILD / "clang"
TSAN = BUILD / "tsan"
PLAIN = BUILD / "plain"
COVERAGE_MIN_PERCENT = 90
# A suite that takes longer hangs.
NODE_TIMEOUT_S = 900
NODE_LONG_TIMEOUT_S = 3600
# To install a compiler and all libraries, and to build.
BARE_TIMEOUT_S = 3600

ASAN_ENV = {
    "ASAN_OPTIONS": "detect_leaks=1:detect_stack_use_after_return=1:strict_string_checks=1",
    "UBSAN_OPTIONS": "print_stacktrace=1:halt_on_error=1",
}
TSAN_ENV = {"TSAN_OPTIONS": "second_deadlock_stack=1"}
# Those of the store-contract programs in which threads meet.
TSAN_STORE_PG = {"test_concurrency", "test_engine", "test_outbox"}


def build(folder, args, compilers):
    """Configures and builds; `compilers` are CC and CXX."""
    BUILD.mkdir(exist_ok=True)
    os.environ.update(compilers)
    if not configure.configure(folder, args):
        return False
    status, output = suites.captured(["ninja", "-C", folder, "-k0", "--quiet"], None, None)
    if status != 0:
        print(output)
    return status == 0


GCC = {"CC": "gcc", "CXX": "g++"}
CLANGS = {"CC": "clang", "CXX": "clang++"}


def stage_source(_):
    return step(check_source.check_tree())


def stage_format(_):
    return step(lint.check_format())


def stage_build_asan(_):
    built = build(ASAN, ["-Doptimization=1", "-Db_sanitize=address,undefined",
                         "-Db_coverage=true", "-Dtests=enabled"], GCC)
    # Coverage counts this run, and files that still are.
    for counters in ASAN.glob("**/*.gcda"):
        counters.unlink()
    for notes in ASAN.glob("**/*.gcno"):
        if not notes.with_suffix(".o").exists():
            notes.unlink()
    return step(built)


def stage_drift(_):
    return step(check_source.check_drift_of(ASAN / "domofon"))


def stage_deploy(_):
    found = check_source.Findings()
    left_out = check_deploy.check(found, ROOT, ASAN / "domofon")
    count = step(found.count == 0)
    count.skipped = left_out
    return count


def stage_build_clang(_):
    return step(build(CLANG, ["-Dfuzz=true", "-Db_sanitize=address,undefined",
                              "-Dtests=enabled"], CLANGS))


def stage_tidy(_):
    return step(lint.check_tidy(CLANG, BUILD / "lint-tidy"))


def stage_cppcheck(_):
    return step(lint.check_cppcheck(CLANG, BUILD / "lint-cppcheck"))


def stage_unit(_):
    return suites.run_programs(ASAN, "unit", ASAN_ENV)


def for_long(env, options):
    """With --long: programs and suites that can go on for longer do."""
    return {**env, "DOMOFON_LONG": "1"} if options.long else env


def stage_store(options):
    return suites.run_programs(ASAN, "store", for_long(ASAN_ENV, options))


def on_postgres(name, suite):
    """Runs suite(cluster) with a cluster that is gone afterwards; its log stays."""
    try:
        with postgres.temporary() as cluster:
            count = suite(cluster)
            count.add(suites.cluster_reports(cluster))
            log = BUILD / "logs" / f"{name}.postgres.log"
            log.parent.mkdir(parents=True, exist_ok=True)
            log.write_text(cluster.log_text())
            return count
    except postgres.Failure as failure:
        print(failure)
        return Count(0, 1)


def stage_store_pg(options):
    env = for_long(ASAN_ENV, options)
    return on_postgres("store-pg", lambda cluster:
                       suites.run_programs(ASAN, "store", env, cluster))


def stage_replay(_):
    return suites.run_programs(ASAN, "fuzz", ASAN_ENV)


def stage_node_modules(_):
    """Installs what the suites need, from the lock file, when that changed."""
    folder = ROOT / "test"
    stamp = folder / "node_modules/.installed"
    wanted = hashlib.sha256((folder / "package-lock.json").read_bytes()).hexdigest()
    if stamp.exists() and stamp.read_text() == wanted:
        return step(True)
    if not run(["npm", "ci", "--no-audit", "--no-fund"], cwd=folder):
        return step(False)
    stamp.write_text(wanted)
    return step(True)


def node_suite(name, files, build_dir, env, options, cluster=None, at_once=suites.JOBS, host=()):
    """
    Runs test files against the program of one build, `at_once` at a time; what sanitizers write
    counts as well. With a cluster of PostgreSQL, each server that a test starts gets a database
    there. `host` as for suites.run_node.
    """
    if not files:
        print(f"no test files: {name}")
        return Count(0, 1)
    reports = build_dir / "reports"
    shutil.rmtree(reports, ignore_errors=True)
    reports.mkdir(parents=True)
    env = {key: f"{value}:log_path={reports}/{name}" for key, value in env.items()}
    env["DOMOFON_BIN"] = str(build_dir / "domofon")
    if cluster:
        env.update(postgres.environment(cluster))
    env = for_long(env, options)
    timeout = NODE_LONG_TIMEOUT_S if options.long else NODE_TIMEOUT_S
    count = suites.run_node(files, env, BUILD / "logs" / f"{name}.tap", timeout, at_once, host)
    count.add(suites.sanitizer_reports(reports))
    return count


def stage_e2e(options):
    return node_suite("e2e", lint.sources("test/e2e/*.test.mjs"), ASAN, ASAN_ENV, options)


def stage_e2e_pg(options):
    files = lint.sources("test/e2e/*.test.mjs")
    return on_postgres("e2e-pg", lambda cluster:
                       node_suite("e2e-pg", files, ASAN, ASAN_ENV, options, cluster))


def stage_api(options):
    """redocly's opinion of the description, and its request examples sent to a server."""
    env = {**os.environ, "REDOCLY_TELEMETRY": "off", "REDOCLY_SUPPRESS_UPDATE_NOTICE": "true"}
    command = [ROOT / "test/node_modules/.bin/redocly", "lint", "--config", "redocly.yaml",
               "api/openapi.yaml"]
    status, output = suites.captured(command, env, 300)
    if status != 0:
        print(output)
    count = step(status == 0)
    count.add(node_suite("api", lint.sources("test/api/*.test.mjs"), ASAN, ASAN_ENV, options))
    return count


def stage_postman(options):
    """The collection, run by newman on both engines."""
    files = lint.sources("test/postman/*.test.mjs")
    count = node_suite("postman", files, ASAN, ASAN_ENV, options)
    count.add(on_postgres("postman-pg", lambda cluster:
                          node_suite("postman-pg", files, ASAN, ASAN_ENV, options, cluster)))
    return count


def stage_examples(options):
    """The programs of examples/; with --long also those that need large packages."""
    files = lint.sources("test/examples/*.test.mjs")
    return node_suite("examples", files, ASAN, ASAN_ENV, options)


def stage_fault(options):
    # One at a time: they measure how long nobody was served.
    return node_suite("fault", lint.sources("test/fault/*.test.mjs"), ASAN, ASAN_ENV, options,
                      at_once=1)


def stage_browser(options):
    """
    With the sanitizers' build, which is there: the pages ask little of the server, and how a
    browser leaves is worth looking at with them.
    """
    files = lint.sources("test/browser/*.test.mjs")
    host = ("node", "test/browser/run.mjs")
    return node_suite("browser", files, ASAN, ASAN_ENV, options, host=host)


def stage_coverage(_):
    """Lines of src/ that the suites above ran."""
    table = BUILD / "coverage.txt"
    command = ["gcovr", "--root", ROOT, "--object-directory", ASAN, "--filter", f"{ROOT}/src/",
               "-j", suites.JOBS, "--txt", table, ASAN]
    if not run(command, stderr=subprocess.DEVNULL):
        return step(False)
    rows = re.findall(r"^(src/\S+)\s+(\d+)\s+(\d+)\s+(\d+)%", table.read_text(), re.M)
    lines = sum(int(row[1]) for row in rows)
    hit = sum(int(row[2]) for row in rows)
    percent = 100 * hit / lines if lines else 0
    for path, total, reached, _ in sorted(rows, key=lambda x: int(x[2]) - int(x[1]))[:5]:
        print(f"  {int(total) - int(reached)} of {total} lines not run: {path}")
    print(f"line coverage of src/: {percent:.1f} % ({hit} of {lines}; least {COVERAGE_MIN_PERCENT};"
          f" every file: {table.relative_to(ROOT)})")
    return step(percent >= COVERAGE_MIN_PERCENT)


def stage_build_plain(_):
    """Warnings that only this build gives are errors here as well."""
    count = step(build(PLAIN, configure.RELEASE, GCC))
    if not count.failed:
        count.add(step(check_hardening.check(PLAIN)))
    return count


def stage_plain(options):
    """What sanitizers take away or slow down. One file at a time: they measure."""
    return node_suite("plain", lint.sources("test/plain/*.test.mjs"), PLAIN, {}, options,
                      at_once=1)


def stage_bare(_):
    """./run --build in a Debian of its own, which only root can make."""
    folder = BUILD / "bare"
    as_root = [] if os.geteuid() == 0 else ["sudo"]
    remove = [*as_root, "rm", "-rf", "--one-file-system", folder]
    if not run(remove) or not run(["sh", "-c", ". tools/setup.sh && install_packages debootstrap"]):
        return step(False)
    try:
        return step(run([*as_root, "tools/bare_root.sh", folder, "--work-tree"],
                        timeout=BARE_TIMEOUT_S))
    finally:
        run(remove)


def stage_build_tsan(_):
    return step(build(TSAN, ["-Doptimization=1", "-Db_sanitize=thread", "-Dtests=enabled"], GCC))


def stage_tsan_store(options):
    return suites.run_programs(TSAN, "store", for_long(TSAN_ENV, options))


def stage_tsan_store_pg(_):
    return on_postgres("tsan-store-pg", lambda cluster:
                       suites.run_programs(TSAN, "store", TSAN_ENV, cluster, TSAN_STORE_PG))


def stage_tsan_e2e(options):
    files = lint.sources("test/e2e/concurrency.test.mjs")
    return node_suite("tsan-e2e", files, TSAN, TSAN_ENV, options)


def stage_tsan_e2e_pg(options):
    files = lint.sources("test/e2e/concurrency.test.mjs")
    return on_postgres("tsan-e2e-pg", lambda cluster:
                       node_suite("tsan-e2e-pg", files, TSAN, TSAN_ENV, options, cluster))


def stage_fuzz(options):
    return suites.run_fuzz(CLANG, options.fuzz_seconds, BUILD / "fuzz")


# Name, what it does, the stage that must have succeeded before.
STAGES = [
    ("source", stage_source, "include directions, size caps, banned calls", None),
    ("format", stage_format, "clang-format", None),
    ("build-asan", stage_build_asan, "gcc, AddressSanitizer, UBSan, coverage", None),
    ("drift", stage_drift, "tables in the code against their documentation", "build-asan"),
    ("deploy", stage_deploy, "the files of deploy/ against each other and the settings",
     "build-asan"),
    ("unit", stage_unit, "unit tests", "build-asan"),
    ("store", stage_store, "store-contract tests", "build-asan"),
    ("store-pg", stage_store_pg, "the same on PostgreSQL", "build-asan"),
    ("replay", stage_replay, "fuzz corpora", "build-asan"),
    ("node-modules", stage_node_modules, "packages of the suites below", None),
    ("e2e", stage_e2e, "end to end, over HTTP", "build-asan"),
    ("e2e-pg", stage_e2e_pg, "the same on PostgreSQL", "build-asan"),
    ("api", stage_api, "the description of the API: linted, its examples sent", "build-asan"),
    ("postman", stage_postman, "the Postman collection, on SQLite and PostgreSQL", "build-asan"),
    ("examples", stage_examples, "programs and proxies that verify our tokens", "build-asan"),
    ("fault", stage_fault, "crashes, failovers, several nodes: nothing is lost", "build-asan"),
    ("browser", stage_browser, "the pages, in Chromium", "build-asan"),
    ("coverage", stage_coverage, "lines run by the suites above", "build-asan"),
    ("build-plain", stage_build_plain, "the program as ./run builds it, hardened", None),
    ("plain", stage_plain, "what only that can show: start-up, limits of memory", "build-plain"),
    ("build-tsan", stage_build_tsan, "gcc, ThreadSanitizer", None),
    ("tsan-store", stage_tsan_store, "store-contract tests", "build-tsan"),
    ("tsan-store-pg", stage_tsan_store_pg, "some of them on PostgreSQL", "build-tsan"),
    ("tsan-e2e", stage_tsan_e2e, "concurrency, over HTTP", "build-tsan"),
    ("tsan-e2e-pg", stage_tsan_e2e_pg, "the same on PostgreSQL", "build-tsan"),
    ("build-clang", stage_build_clang, "clang, fuzz targets", None),
    ("tidy", stage_tidy, "clang-tidy", "build-clang"),
    ("cppcheck", stage_cppcheck, "cppcheck", "build-clang"),
    ("fuzz", stage_fuzz, "libFuzzer, each target for a while", "build-clang"),
    ("image", image.check_image, "the image of deploy/, built and started, and its services", None),
    ("bare", stage_bare, "./run --build in a Debian 12 where nothing is installed", None),
]
LONG_STAGES = {"fuzz", "image", "bare"}
# They only compile and read: done beside the suites, which leave the processors idle half the time.
BESIDE = ("build-plain", "build-tsan", "build-clang", "tidy", "cppcheck")


def parse_args():
    parser = argparse.ArgumentParser(prog="./check")
    parser.add_argument("--long", action="store_true",
                        help="also fuzz; crash, and try random operations, for longer")
    parser.add_argument("--fuzz-seconds", type=int, default=600, metavar="N",
                        help="with --long: time for each fuzz target")
    parser.add_argument("--only", metavar="STAGE,...", help="only these stages")
    parser.add_argument("--list", action="store_true", help="name the stages")
    return parser.parse_args()


def chosen(options):
    names = [stage[0] for stage in STAGES]
    if options.only:
        wanted = options.only.split(",")
        unknown = set(wanted) - set(names)
        if unknown:
            sys.exit(f"no such stage: {', '.join(sorted(unknown))}; see ./check --list")
        return wanted
    return [name for name in names if options.long or name not in LONG_STAGES]


def main():
    options = parse_args()
    # So that what was started is ended as well.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
    for name in ("DOMOFON_TEST_POSTGRES", "DOMOFON_TEST_STORE"):
        os.environ.pop(name, None)
    if options.list:
        for name, _, about, _ in STAGES:
            print(f"{name:14} {about}")
        return 0
    stages = [stage for stage in STAGES if stage[0] in chosen(options)]
    total, failed_stages = schedule.run_stages(stages, BESIDE, options, BUILD / "logs/beside.txt")
    if failed_stages:
        print(f"Failed: {', '.join(failed_stages)}")
    print(f"{total.passed} passed, {total.failed} failed")
    return 1 if total.failed else 0


if __name__ == "__main__":
    sys.exit(main())
