"""openSquat: `SquattingDetector.check` for each keyword over all names, at the confidence that it calls high (1)."""

import sys

from opensquat.squatting_detector import SquattingDetector

from resident import read_lines, serve


def judge():
    names = read_lines(sys.argv[2])
    flagged = set()
    for keyword in keywords:
        flagged.update(detector.check(keyword, names))
    return len(names), len(flagged)


keywords = read_lines(sys.argv[1])
detector = SquattingDetector(confidence_level=1)
serve(len(keywords), 0, judge)
