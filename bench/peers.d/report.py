"""The figures of a run, and the tables made of them."""

import resource
from dataclasses import dataclass, field
from statistics import median


# Two runs of a process on an empty file differ by about a millisecond.
SHORTEST_S = 0.003


COST_HEADINGS = [
    "protected", "tool", "judged", "build s", "judge s", "(from–to)", "names/CPU-s", "us/it", "with build", "flagged",
]
RESOURCE_HEADINGS = [
    "protected", "peak RSS MiB", "build s", "wall s, 1 thread", "2 threads", "speed-up", "judge s, 1 thread",
    "2 threads", "cost against 10",
]


@dataclass
class Figures:
    """What one tool cost against one number of protected names; times in seconds, one for each turn."""

    tool: str
    size: int
    threads: int = 1
    offered: int = 0
    judged: int = 0
    flagged: int = 0
    covered: int = 0
    refused: int = 0
    generated: int = 0
    peak_mib: float = 0.0
    build_cpu_s: list = field(default_factory=list)
    judge_cpu_s: list = field(default_factory=list)
    wall_s: list = field(default_factory=list)

    @property
    def rate(self):
        """Names judged in a CPU second, the building left out; None where that is too short to tell from noise."""
        spent = median(self.judge_cpu_s)
        return self.judged / spent if spent >= SHORTEST_S else None

    @property
    def whole_rate(self):
        """The same with the building, over all names; None where only a part was built or judged."""
        if self.covered < self.size or self.judged < self.offered:
            return None
        return self.judged / (median(self.build_cpu_s) + median(self.judge_cpu_s))


def cost_table(figures):
    """Every tool's cost, and how many times as fast as the tool enpassant is, without and with the building."""
    rows = [COST_HEADINGS]
    for of in figures:
        if of.threads > 1:
            continue
        ours = only(figures, "enpassant", of.size)
        judge = of.judge_cpu_s
        rows.append([
            f"{of.size:,}",
            of.tool,
            f"{of.judged:,}",
            f"{median(of.build_cpu_s):.2f}" + ("*" if of.covered < of.size else ""),
            f"{median(judge):.3f}",
            f"({min(judge):.3f}–{max(judge):.3f})",
            f"{significant(of.rate):,}" if of.rate else "-",
            ratio(ours.rate, of.rate),
            ratio(ours.whole_rate, of.whole_rate),
            f"{of.flagged:,}",
        ])
    return laid_out(rows)


def resources_table(figures):
    """What enpassant takes of memory and of the clock on the wall."""
    rows = [RESOURCE_HEADINGS]
    sizes = sorted({of.size for of in figures})
    for size in sizes:
        one, two = only(figures, "enpassant", size), only(figures, "enpassant", size, threads=2)
        walls = median(one.wall_s), median(two.wall_s)
        rows.append([
            f"{size:,}",
            peak(max(one.peak_mib, two.peak_mib)),
            f"{median(one.build_cpu_s):.2f}",
            f"{walls[0]:.2f}",
            f"{walls[1]:.2f}",
            f"{walls[0] / walls[1]:.2f}",
            f"{median(one.judge_cpu_s):.2f}",
            f"{median(two.judge_cpu_s):.2f}",
            ratio(only(figures, "enpassant", sizes[0]).rate, one.rate),
        ])
    return laid_out(rows)


def notes(figures):
    """Where a figure rests on less than was asked for."""
    told = []
    for of in figures:
        at = f"{of.tool} at {of.size:,}"
        if of.covered < of.size:
            told.append(f"* {at}: its list covers {of.covered:,} of the protected names, {of.generated:,} imitations")
        elif of.generated:
            told.append(f"{at}: its list holds {of.generated:,} imitations")
        if of.refused:
            told.append(f"{at}: it refused {of.refused:,} of them, which have no imitations on the list")
        if of.judged < of.offered:
            told.append(f"{at}: judged a sample of {of.judged:,} names")
    return "\n".join(told)


def only(figures, tool, size, threads=1):
    [found] = [of for of in figures if (of.tool, of.size, of.threads) == (tool, size, threads)]
    return found


def peak(mib):
    # A child's peak starts from its parent's at the fork, so nothing below this interpreter's own can be seen.
    floor = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return f"under {floor:.0f}" if mib <= floor else f"{mib:.0f}"


def ratio(ours, theirs):
    if not ours or not theirs:
        return "-"
    return f"{ours / theirs:,.2f}" if ours < 10 * theirs else f"{significant(ours / theirs):,}"


def significant(number):
    """The nearest whole number of three significant digits."""
    return int(float(f"{number:.3g}"))


def laid_out(rows):
    """The rows as text in columns, all to the right but the names of tools."""
    widths = [max(map(len, column)) for column in zip(*rows)]
    aligned = ["<" if heading == "tool" else ">" for heading in rows[0]]
    formats = [f"{{:{side}{width}}}" for side, width in zip(aligned, widths)]
    return "".join("  ".join(formats).format(*row).rstrip() + "\n" for row in rows)
