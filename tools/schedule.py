"""The order in which check.py does its stages, and what of them it does at the same time."""
import pathlib
import re
import subprocess
import sys
import time

from suites import Count

PROGRAM = pathlib.Path(__file__).resolve().parent / "check.py"
END = re.compile(r"(?:^Failed: (?P<stages>.*)\n)?"
                 r"^(?P<passed>\d+) passed, (?P<failed>\d+) failed\n\Z", re.M)


class Beside:
    """Stages that another check.py does meanwhile; what this one does goes before."""

    def __init__(self, names, report):
        self.names = names
        self.report = report
        report.parent.mkdir(parents=True, exist_ok=True)
        with report.open("w") as output:
            self.process = subprocess.Popen(
                ["nice", "-n", "10", sys.executable, PROGRAM, "--only", ",".join(names)],
                stdin=subprocess.DEVNULL, stdout=output, stderr=subprocess.STDOUT)

    def result(self):
        """Waits, and shows what it said: (count, names of the stages that failed)."""
        self.process.wait()
        text = self.report.read_text(errors="replace")
        end = END.search(text)
        print(text[:end.start()] if end else f"{text}\nended before its time", flush=True)
        if end is None:
            return Count(0, 1), self.names
        failed = end["stages"].split(", ") if end["stages"] else []
        return Count(int(end["passed"]), int(end["failed"])), failed

    def end(self):
        if self.process.poll() is None:
            self.process.terminate()
            self.process.wait()


def run_stage(stage, options, failed):
    """One stage, unless the one that it needs is among `failed`."""
    name, function, about, needs = stage
    print(f"== {name}: {about}", flush=True)
    if needs in failed:
        print(f"not run: {needs} failed")
        return Count(0, 1)
    began = time.monotonic()
    count = function(options)
    seconds = time.monotonic() - began
    skipped = f"{count.skipped} skipped, " if count.skipped else ""
    print(f"   {count.passed} ok, {count.failed} not ok, {skipped}{seconds:.1f} s", flush=True)
    return count


class Tally:
    def __init__(self):
        self.count = Count()
        self.failed = []  # names of stages

    def do(self, stages, options):
        for stage in stages:
            count = run_stage(stage, options, self.failed)
            self.count.add(count)
            if count.failed:
                self.failed.append(stage[0])

    def add(self, count, failed):
        self.count.add(count)
        self.failed += failed


def run_stages(stages, beside_names, options, report):
    """
    Does the stages in their order, but those of `beside_names` at the same time as the others, and
    what needs one of these last: (count, names of the stages that failed).
    """
    tally = Tally()
    aside = [stage[0] for stage in stages if stage[0] in beside_names]
    own = [stage for stage in stages if stage[0] not in aside]
    if not aside or not own:
        tally.do(stages, options)
        return tally.count, tally.failed
    beside = Beside(aside, report)
    try:
        tally.do([stage for stage in own if stage[3] not in aside], options)
        tally.add(*beside.result())
        tally.do([stage for stage in own if stage[3] in aside], options)
    finally:
        beside.end()
    return tally.count, tally.failed
