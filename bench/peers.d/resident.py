"""A peer that stays resident: it builds once, then judges the names each time it is told to.

Spoken over standard input and output, a line each way: `ready COVERED REFUSED GENERATED` once the list is built
(protected names that it covers, those of them that the peer would not take, imitations), then for each empty line
read, `judged NAMES FLAGGED`. The measuring side reads the process's CPU clock around each answer.
"""

import sys
import time


def serve_generator(permute):
    """Serves a peer that lists imitations: generate, keep in a dictionary, look the names up.

    `permute` gives the imitations of a domain as the peer's own entry point does.
    """
    protected, names, limit = sys.argv[1], sys.argv[2], float(sys.argv[3])
    index = {}
    covered = 0
    for domain in read_lines(protected):
        for name in permute(domain):
            index[name] = domain
        covered += 1
        if time.process_time() > limit:
            break
    serve(covered, len(index), lambda: look_up(index, names))


def look_up(index, names):
    judged = flagged = 0
    with open(names, encoding="utf-8", errors="replace") as lines:
        for line in lines:
            judged += 1
            if line.rstrip("\n") in index:
                flagged += 1
    return judged, flagged


def serve(covered, generated, judge):
    """Answers until standard input ends; `judge` returns how many names it judged and how many it flagged."""
    print("ready", covered, 0, generated, flush=True)
    for _ in sys.stdin:
        print("judged", *judge(), flush=True)


def read_lines(path):
    with open(path, encoding="utf-8", errors="replace") as lines:
        return [line.rstrip("\n") for line in lines]
