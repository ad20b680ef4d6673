"""Runs enpassant and its peers in turns over the same names and prints what each costs; see bench/README.md."""

import argparse
import hashlib
import itertools
import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from report import Figures, cost_table, notes, resources_table

HELPERS = Path(__file__).parent
SIZES = (10, 1_000, 10_000)
# Names × protected names that openSquat judges in a round: some four CPU seconds.
OPENSQUAT_PAIRS = 200_000


def main():
    arguments = read_arguments()
    tools = [tool for tool in arguments.tools.split(",") if tool]
    arguments.count = describe(arguments)
    figures = []
    for size in SIZES:
        print(f"measuring against {size:,}", file=sys.stderr)
        figures += measure(size, tools, arguments)
    print(cost_table(figures))
    print(resources_table(figures))
    print(notes(figures))
    for peer in arguments.missing:
        print(f"not measured: {peer} could not be installed")
    print("not measured: phishing_catcher, Watcher and urlcrazy are in none of the registries used here")


def read_arguments():
    parser = argparse.ArgumentParser()
    parser.add_argument("names", type=Path)
    parser.add_argument("protected", type=Path)
    parser.add_argument("--scratch", type=Path, required=True)
    parser.add_argument("--enpassant", required=True)
    parser.add_argument("--tools", required=True)
    parser.add_argument("--missing", action="append", default=[])
    parser.add_argument("--repeats", type=int, required=True)
    parser.add_argument("--build-limit", type=int, required=True)
    return parser.parse_args()


def describe(arguments):
    """Prints what is measured, where and how; answers how many names there are."""
    digest, count = hashlib.sha256(), 0
    with arguments.names.open("rb") as names:
        for line in names:
            digest.update(line)
            count += 1
    models = [line.split(":")[1].strip() for line in open("/proc/cpuinfo") if line.startswith("model name")]
    print(f"names: {count:,}, SHA-256 {digest.hexdigest()}")
    print(f"machine: {len(models)} × {models[0] if models else 'unknown'}, load average {os.getloadavg()[0]:.1f}")
    print(f"CPU time (user + system), medians of {arguments.repeats} rounds in which every tool has its turn;")
    print(f"a generator's list is cut off after {arguments.build_limit} CPU seconds\n")
    return count


def measure(size, tools, arguments):
    """The figures of every tool against `size` protected names."""
    runners = start(size, tools, arguments)
    try:
        for _ in range(arguments.repeats):
            for runner in runners:
                runner.take_turn()
        return [runner.figures for runner in runners]
    finally:
        for runner in runners:
            runner.close()


def start(size, tools, arguments):
    """A runner for each tool, with the inputs it wants in the scratch folder; residents have built their lists."""
    inputs = arguments.scratch / f"inputs-{size}"
    inputs.mkdir(exist_ok=True)
    source = 1_000 if size < 1_000 else size
    domains = lines(arguments.protected / f"protected-{source}.txt")[:size]
    brands = lines(arguments.protected / f"brands-{source}.txt")[:size]
    protected = write(inputs / "protected.txt", domains)
    brands_file = write(inputs / "brands.txt", brands)
    watchlist = inputs / "watchlist.toml"
    tables = (f"[[organisation]]\nid = {quoted}\ndomains = [{quoted}]\n" for quoted in map(json.dumps, domains))
    watchlist.write_text("".join(tables))
    empty = write(inputs / "empty.txt", [])

    def scan(threads):
        command = [arguments.enpassant, "scan", "--watchlist", watchlist, "--format", "jsonl", "--summary", "json"]
        command += ["--threads", str(threads)]
        return Scan("enpassant", size, command, arguments.names, empty, threads)

    def resident(tool, command, source, names):
        return Resident(tool, size, [*command, source, names, str(arguments.build_limit)])

    def python(tool):
        return [arguments.scratch / tool / "bin" / "python", HELPERS / f"run_{tool}.py"]

    runners = [scan(1), scan(2)]
    for tool in tools:
        if tool == "rg":
            command = ["rg", "--no-config", "-c", "-F", "-f", brands_file]
            runners.append(Search("rg -F", size, command, arguments.names, empty))
        elif tool == "opensquat":
            sample = write(inputs / "sample.txt", every_nth(arguments.names, arguments.count, OPENSQUAT_PAIRS // size))
            runners.append(resident(tool, python(tool), brands_file, sample))
        elif tool == "twistrs":
            binary = arguments.scratch / "twistrs" / "release" / "run-twistrs"
            runners.append(resident(tool, [binary], protected, arguments.names))
        else:
            runners.append(resident(tool, python(tool), protected, arguments.names))
    for runner in runners:
        runner.figures.offered = arguments.count
    return runners


class Process:
    """A tool that is a fresh process each turn; what it costs on an empty file counts as building."""

    def __init__(self, tool, size, command, names, empty, threads=1):
        self.figures = Figures(tool, size, threads, covered=size)
        self.command, self.names, self.empty = command, names, empty

    def take_turn(self):
        of = self.figures
        build, _ = self.run(self.empty)
        began = time.monotonic()
        whole, of.flagged = self.run(self.names)
        of.wall_s.append(time.monotonic() - began)
        of.build_cpu_s.append(cpu_s(build))
        of.judge_cpu_s.append(cpu_s(whole) - cpu_s(build))
        of.peak_mib = max(of.peak_mib, whole.ru_maxrss / 1024)
        of.judged = of.offered

    def run(self, names):
        """What the process used, and how many names it flagged."""
        with tempfile.TemporaryFile("w+") as told:
            process = subprocess.Popen([*self.command, names], **{"stdout": subprocess.DEVNULL, self.telling: told})
            _, status, usage = os.wait4(process.pid, 0)
            process.returncode = os.waitstatus_to_exitcode(status)
            if process.returncode not in self.well_ended:
                raise SystemExit(f"{self.figures.tool} ended with {process.returncode}")
            told.seek(0)
            return usage, self.flagged(told.read())

    def close(self):
        """Nothing stays behind after a turn."""


class Scan(Process):
    """`enpassant scan`: its rows go nowhere, its sums are the last line on standard error, after any warnings."""

    telling, well_ended = "stderr", {0}

    def flagged(self, told):
        return sum(json.loads(told.splitlines()[-1])["rows"].values())


class Search(Process):
    """`rg -c`: prints how many lines match, or nothing and ends with 1 when none does."""

    telling, well_ended = "stdout", {0, 1}

    def flagged(self, told):
        return int(told or 0)


class Resident:
    """A tool that builds once and then judges on request; speaks the protocol of resident.py."""

    def __init__(self, tool, size, command):
        self.figures = Figures(tool, size)
        self.process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        self.figures.covered, self.figures.refused, self.figures.generated = self.hear("ready")
        self.figures.build_cpu_s.append(self.clock_s())

    def take_turn(self):
        before = self.clock_s()
        self.process.stdin.write("\n")
        self.process.stdin.flush()
        self.figures.judged, self.figures.flagged = self.hear("judged")
        self.figures.judge_cpu_s.append(self.clock_s() - before)

    def hear(self, expected):
        words = self.process.stdout.readline().split()
        if words[:1] != [expected]:
            raise SystemExit(f"{self.figures.tool} was to say '{expected}' and said {words}")
        return map(int, words[1:])

    def clock_s(self):
        # The CPU clock of another process, numbered as clock_getcpuclockid(3) does on Linux.
        return time.clock_gettime((~self.process.pid << 3) | 2)

    def close(self):
        self.process.stdin.close()
        self.process.wait()


def cpu_s(usage):
    return usage.ru_utime + usage.ru_stime


def every_nth(names, count, wanted):
    """`wanted` of the `count` names, evenly spaced; read as a stream, to keep this interpreter small."""
    step = max(1, count // wanted)
    with names.open(encoding="utf-8", errors="replace") as every:
        return [name.rstrip("\n") for name in itertools.islice(every, 0, wanted * step, step)]


def lines(path):
    return path.read_text(encoding="utf-8", errors="replace").split()


def write(path, items):
    path.write_text("".join(f"{item}\n" for item in items))
    return path


main()
