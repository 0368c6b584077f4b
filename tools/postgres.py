#!/usr/bin/env python3
"""PostgreSQL clusters for tests and benchmarks, each in a folder of its own, on loopback.

usage: postgres.py start FOLDER [option]...   makes the cluster at the first time; prints its URL
       postgres.py stop FOLDER [--mode smart|fast|immediate|crash]
       postgres.py database FOLDER            a fresh, empty database; prints its URL
       postgres.py sql FOLDER DATABASE TEXT   runs SQL as the superuser, prints rows
       postgres.py signal FOLDER NAME         sends STOP, CONT, KILL... to all its processes
       postgres.py remove FOLDER              stops whatever runs there and removes the folder
       postgres.py guard FOLDER [option]...   start; then, when its standard input ends, remove
       postgres.py run COMMAND...             a test on a cluster that is gone afterwards, e.g.
                                              run node --test test/e2e/codes.test.mjs
       postgres.py bin                        where PostgreSQL's programs are

options of start and guard: --fsync, --auth trust|scram-sha-256, --port N, --set NAME=VALUE...,
or --standby-of OTHER for a streaming standby of the cluster in the folder OTHER

A cluster listens on 127.0.0.1 and on a socket in FOLDER; the superuser `postgres` comes in without
a password through the socket. Databases belong to the role `domofon`, which is no superuser.
PostgreSQL refuses to run as root: then it runs as the user `postgres`, or else `nobody`.
"""
import argparse
import contextlib
import functools
import os
import pathlib
import pwd
import re
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time

START_S = 60
STOP_S = 20
ROLE = "domofon"

SETTINGS = {
    "listen_addresses": "127.0.0.1",
    "max_connections": "400",
    "shared_buffers": "64MB",
    # Shared memory in files of the folder: nothing stays elsewhere, whatever happens.
    "dynamic_shared_memory_type": "mmap",
    "log_line_prefix": "%m [%p] %d ",
    "cluster_name": "domofon test",
}
# What has to survive the power going off is not the business of a functional test.
UNSAFE = {"fsync": "off", "full_page_writes": "off"}

# Lines of a server's log that no test may cause.
ALARMING = re.compile(r"PANIC:|deadlock detected|was terminated by signal|TRAP:")


class Failure(Exception):
    """What a person should be told."""


@functools.lru_cache(maxsize=None)
def find_programs():
    """The folder of initdb, postgres and psql: the newest of Debian's, or where pg_config says."""
    def version(path):
        return float(path.parent.name) if re.fullmatch(r"[\d.]+", path.parent.name) else 0

    found = sorted(pathlib.Path("/usr/lib/postgresql").glob("*/bin"), key=version, reverse=True)
    if shutil.which("pg_config"):
        told = subprocess.run(["pg_config", "--bindir"], check=False, stdout=subprocess.PIPE,
                              text=True).stdout.strip()
        found.append(pathlib.Path(told))
    if shutil.which("initdb"):
        found.append(pathlib.Path(shutil.which("initdb")).resolve().parent)
    for folder in found:
        if all((folder / name).exists() for name in ("initdb", "postgres", "psql")):
            return folder
    raise Failure("PostgreSQL's server is not there (initdb, postgres, psql)")


def account():
    """Whom PostgreSQL runs as, for subprocess: nothing where we are not root."""
    if os.geteuid() != 0:
        return {}
    for name in ("postgres", "nobody"):
        with contextlib.suppress(KeyError):
            entry = pwd.getpwnam(name)
            return {"user": entry.pw_uid, "group": entry.pw_gid, "extra_groups": []}
    raise Failure("PostgreSQL does not run as root, and there is no user postgres or nobody")


def own(path):
    """Gives a new folder or file to whom PostgreSQL runs as."""
    who = account()
    if who:
        os.chown(path, who["user"], who["group"])


def call(program, *args, **options):
    """Runs one of PostgreSQL's programs; what it printed."""
    command = [find_programs() / program, *args]
    env = {name: value for name, value in os.environ.items() if not name.startswith("PG")}
    done = subprocess.run([str(x) for x in command], check=False, stdin=subprocess.DEVNULL,
                          stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=env,
                          **options)
    if done.returncode != 0:
        raise Failure(f"{program}: {done.stderr.strip()}")
    return done.stdout


def free_port():
    """
    Not one of those that outgoing connections get: while a server is down, a client that tries and
    tries would sooner or later be given its port, and be connected to itself.
    """
    while True:
        port = 20000 + secrets.randbelow(12000)
        with socket.socket() as probe, contextlib.suppress(OSError):
            probe.bind(("127.0.0.1", port))
            return port


class Cluster:
    """The cluster in a folder, running or not; holds nothing that the folder does not."""

    def __init__(self, folder):
        self.folder = pathlib.Path(folder).resolve()
        self.data = self.folder / "data"

    @property
    def port(self):
        return int((self.folder / "port").read_text())

    @property
    def url(self):
        """The superuser's; with SCRAM it has no password, and works through the socket alone."""
        return f"postgresql://postgres@127.0.0.1:{self.port}/postgres"

    def database_url(self, name):
        password = self.folder / "password"
        secret = f":{password.read_text()}" if password.exists() else ""
        return f"postgresql://{ROLE}{secret}@127.0.0.1:{self.port}/{name}"

    def log_text(self):
        log = self.folder / "log"
        return log.read_text(errors="replace") if log.exists() else ""

    def sql(self, text, database="postgres"):
        """Runs SQL as the superuser; the rows, a line each, columns separated by |."""
        return call("psql", "-XAtq", "-v", "ON_ERROR_STOP=1", "-h", self.folder, "-p", self.port,
                    "-U", "postgres", "-d", database, "-c", text)

    def make(self, auth="trust", fsync=False, port=None, settings=None):
        """Makes the cluster, in a new or empty folder."""
        self.folder.mkdir(parents=True, exist_ok=True)
        self.folder.chmod(0o700)
        own(self.folder)
        call("initdb", "-D", self.data, "-U", "postgres", "--auth-local=trust",
             f"--auth-host={auth}", "-E", "UTF8", "--locale=C.UTF-8", "--no-sync",
             cwd=self.folder, **account())
        if auth != "trust":
            (self.folder / "password").write_text(secrets.token_hex(8))
            (self.folder / "password").chmod(0o600)
        self.configure({**SETTINGS, **({} if fsync else UNSAFE), **(settings or {})}, port)

    def configure(self, settings, port=None):
        """Adds settings; they are in force after the next start."""
        (self.folder / "port").write_text(str(port or free_port()))
        settings = {**settings, "port": str(self.port), "unix_socket_directories": self.folder}
        with open(self.data / "postgresql.conf", "a", encoding="utf-8") as conf:
            for name, value in settings.items():
                quoted = str(value).replace("'", "''")
                conf.write(f"{name} = '{quoted}'\n")

    def start(self):
        """Starts what make() made, and waits until it takes connections; it outlives us."""
        with open(self.folder / "log", "a", encoding="utf-8") as log:
            own(self.folder / "log")
            process = subprocess.Popen(
                [find_programs() / "postgres", "-D", self.data], cwd=self.folder,
                stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True,
                **account())
        self.await_ready(process)
        process.returncode = 0

    def await_ready(self, process):
        until = time.monotonic() + START_S
        while not self.is_ready(process.pid):
            if process.poll() is not None or time.monotonic() > until:
                self.kill()
                raise Failure(f"PostgreSQL did not start:\n{self.log_text()[-2000:]}")
            time.sleep(0.02)

    def prepare(self):
        """The role of the program under test, once."""
        done = self.folder / "prepared"
        if done.exists():
            return
        password = self.folder / "password"
        secret = f" PASSWORD '{password.read_text()}'" if password.exists() else ""
        if self.sql(f"SELECT 1 FROM pg_roles WHERE rolname = '{ROLE}'") == "":
            self.sql(f"CREATE ROLE {ROLE} LOGIN{secret}")
        done.touch()

    def pid_file(self):
        """The lines of postmaster.pid; none when it does not run or was stopped in order."""
        with contextlib.suppress(OSError):
            return (self.data / "postmaster.pid").read_text().splitlines()
        return []

    def is_ready(self, pid):
        lines = self.pid_file()
        return lines[0:1] == [str(pid)] and lines[7:8] and lines[7].strip() in ("ready", "standby")

    def processes(self):
        """All processes of the cluster: they work in its data folder."""
        if not os.path.exists("/proc/self"):
            lines = self.pid_file()
            return [int(lines[0])] if lines else []
        pids = []
        for entry in pathlib.Path("/proc").glob("[0-9]*"):
            with contextlib.suppress(OSError):
                if os.readlink(entry / "cwd") == str(self.data):
                    pids.append(int(entry.name))
        return pids

    def signal_all(self, number):
        for pid in self.processes():
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, number)

    def stop(self, mode="fast"):
        """As `pg_ctl stop`, also when suspended or not running; `crash`: by SIGKILL, all of it."""
        number = {"smart": signal.SIGTERM, "fast": signal.SIGINT, "immediate": signal.SIGQUIT,
                  "crash": None}[mode]
        lines = self.pid_file()
        if lines and number and self.processes():
            self.signal_all(signal.SIGCONT)
            with contextlib.suppress(ProcessLookupError):
                os.kill(int(lines[0]), number)
            self.await_end()
        self.kill()

    def await_end(self):
        until = time.monotonic() + STOP_S
        while self.processes() and time.monotonic() < until:
            time.sleep(0.02)

    def kill(self):
        """Ends what is left, and frees what a killed server leaves in the kernel and the folder."""
        self.signal_all(signal.SIGKILL)
        self.await_end()
        lines = self.pid_file()
        if len(lines) > 6 and len(lines[6].split()) == 2:
            subprocess.run(["ipcrm", "-m", lines[6].split()[1]], check=False,
                           stderr=subprocess.DEVNULL)
        for path in [self.data / "postmaster.pid", *self.folder.glob(".s.PGSQL.*")]:
            path.unlink(missing_ok=True)

    def remove(self):
        self.stop("immediate")
        shutil.rmtree(self.folder, ignore_errors=True)

    def new_database(self):
        """The URL of a fresh, empty database."""
        name = f"t{secrets.token_hex(8)}"
        self.sql(f"CREATE DATABASE {name} OWNER {ROLE} TEMPLATE template0")
        return self.database_url(name)

    def drop_database(self, url):
        self.sql(f"DROP DATABASE {url.rsplit('/', 1)[1]} WITH (FORCE)")

    def make_standby(self, folder):
        """Fills another folder with a streaming standby of this cluster, not started yet."""
        other = Cluster(folder)
        other.folder.mkdir(parents=True, exist_ok=True)
        other.folder.chmod(0o700)
        own(other.folder)
        call("pg_basebackup", "-D", other.data, "-h", self.folder, "-p", self.port, "-U",
             "postgres", "-R", "-X", "stream", "-c", "fast", "--no-sync", cwd=other.folder,
             **account())
        if (self.folder / "password").exists():
            shutil.copy(self.folder / "password", other.folder)
        other.configure({})


def begin(folder, standby_of=None, **options):
    """The cluster of a folder, made if need be, and running."""
    cluster = Cluster(folder)
    if not cluster.data.exists():
        if standby_of:
            Cluster(standby_of).make_standby(folder)
        else:
            cluster.make(**options)
    if not cluster.processes():
        cluster.kill()
        cluster.start()
    cluster.prepare()
    return cluster


@contextlib.contextmanager
def temporary(*options):
    """
    A cluster that is gone after the block, however this program ends: another process watches over
    it, and removes it when the pipe between them closes. `options` as on the command line.
    """
    folder = tempfile.mkdtemp(prefix="domofon-pg-")
    with subprocess.Popen([sys.executable, "-B", __file__, "guard", folder, *options],
                          stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
                          start_new_session=True) as guard:
        try:
            if guard.stdout.readline() == "":
                raise Failure("PostgreSQL could not be started")
            yield Cluster(folder)
        finally:
            guard.stdin.close()
            guard.wait()


def guard_until_end(folder, options):
    """Starts the cluster, says where, and removes it when nobody is there any more."""
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)
    try:
        print(begin(folder, **options).url, flush=True)
        sys.stdin.read()
    finally:
        Cluster(folder).remove()
        with contextlib.suppress(ChildProcessError):
            os.waitpid(-1, 0)


def environment(cluster):
    """What tells the suites of Node to run on this cluster, and where psql is."""
    path = f"{find_programs()}:{os.environ['PATH']}"
    return {"DOMOFON_TEST_POSTGRES": cluster.url, "PATH": path}


def run_command(command):
    with temporary() as cluster:
        env = {**os.environ, **environment(cluster),
               "DOMOFON_TEST_STORE": cluster.new_database()}
        return subprocess.run(command, check=False, env=env).returncode


def parse_args(argv):
    parser = argparse.ArgumentParser(prog="postgres.py", description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    commands = parser.add_subparsers(dest="command", required=True)
    for name in ("start", "guard"):
        start = commands.add_parser(name)
        start.add_argument("folder")
        start.add_argument("--fsync", action="store_true")
        start.add_argument("--auth", default="trust", choices=["trust", "scram-sha-256"])
        start.add_argument("--port", type=int)
        start.add_argument("--standby-of", metavar="OTHER")
        start.add_argument("--set", action="append", default=[], metavar="NAME=VALUE")
    stop = commands.add_parser("stop")
    stop.add_argument("folder")
    stop.add_argument("--mode", default="fast", choices=["smart", "fast", "immediate", "crash"])
    for name in ("database", "remove", "signal", "sql"):
        commands.add_parser(name).add_argument("folder")
    commands.choices["signal"].add_argument("name")
    commands.choices["sql"].add_argument("database")
    commands.choices["sql"].add_argument("text")
    commands.add_parser("run").add_argument("words", nargs=argparse.REMAINDER)
    commands.add_parser("bin")
    return parser.parse_args(argv)


def main(argv):
    args = parse_args(argv)
    if args.command in ("start", "guard"):
        options = {"fsync": args.fsync, "auth": args.auth, "port": args.port,
                   "standby_of": args.standby_of,
                   "settings": dict(pair.split("=", 1) for pair in args.set)}
    if args.command == "start":
        print(begin(args.folder, **options).url)
    elif args.command == "guard":
        guard_until_end(args.folder, options)
    elif args.command == "stop":
        Cluster(args.folder).stop(args.mode)
    elif args.command == "database":
        print(Cluster(args.folder).new_database())
    elif args.command == "remove":
        Cluster(args.folder).remove()
    elif args.command == "signal":
        Cluster(args.folder).signal_all(signal.Signals[f"SIG{args.name}"])
    elif args.command == "sql":
        print(Cluster(args.folder).sql(args.text, args.database), end="")
    elif args.command == "run":
        return run_command(args.words)
    else:
        print(find_programs())
    return 0


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except Failure as failure:
        sys.exit(f"postgres.py: {failure}")
