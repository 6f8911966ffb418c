#!/usr/bin/env python3
"""Ranked searches with snippets beside the same queries through SQLite's C API in a loop.

    python3 Benchmarks/bench_search.py --program .build/release/bench-search --data-dir DATA

Both in turn on one core, five rounds of 40 runs of each query. The target, 0.8, is the rate of ours
over theirs; it is told for all runs together and for p50 and p99 by themselves.
"""

import argparse
import pathlib
import statistics
import subprocess
import tempfile

QUERIES = ["handle leak", "registry", "blue screen", "windows nt server", "service pack",
           "memory leak winlogon", "printer", "access violation", "sna server host", "dns", "error",
           "exchange directory replication", "q152734", "how to"]


def times(command, lines):
    """Nanoseconds of each run, by query."""
    output = subprocess.run(["taskset", "-c", "0", *map(str, command)], input="\n".join(lines) + "\n",
                            check=True, capture_output=True, text=True).stdout
    return [[int(number) for number in line.split()] for line in output.splitlines()]


def match(query):
    return " ".join(f'"{word}"' for word in query.split())


def percentile(values, share):
    return sorted(values)[min(len(values) - 1, int(len(values) * share))]


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--program", required=True)
    parser.add_argument("--data-dir", required=True, type=pathlib.Path)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--runs", type=int, default=40)
    arguments = parser.parse_args()
    root = pathlib.Path(__file__).resolve().parent
    with tempfile.TemporaryDirectory() as name:
        driver = pathlib.Path(name) / "search"
        subprocess.run(["cc", "-O2", root / "search.c", "-lsqlite3", "-o", driver], check=True)
        ours_command = [arguments.program, arguments.data_dir, root.parent / "Migrations/kb", arguments.runs]
        theirs_command = [driver, arguments.data_dir / "kb.sqlite", arguments.runs]
        ours, theirs, ratios = [], [], []
        for _ in range(arguments.rounds):
            ours.append(times(ours_command, QUERIES))
            theirs.append(times(theirs_command, [match(query) for query in QUERIES]))
            ratios.append(sum(map(sum, theirs[-1])) / sum(map(sum, ours[-1])))
    print("| query | ours, p50 in µs | C API, p50 in µs | rate of ours |")
    print("|---|---|---|---|")
    for index, query in enumerate(QUERIES):
        mine, other = ([value for turn in side for value in turn[index]] for side in (ours, theirs))
        p50, other50 = statistics.median(mine) / 1e3, statistics.median(other) / 1e3
        print(f"| {query} | {p50:.0f} | {other50:.0f} | {other50 / p50:.2f} |")
    tails = []
    for label, side in (("ours", ours), ("C API", theirs)):
        values = [value / 1e6 for turn in side for query in turn for value in query]
        tails.append([percentile(values, 0.5), percentile(values, 0.99)])
        print(f"{label}: p50 {tails[-1][0]:.2f} ms, p99 {tails[-1][1]:.2f} ms")
    print("C API's over ours: p50 {:.2f}, p99 {:.2f}".format(*(b / a for a, b in zip(*tails))))
    print(f"rate of ours over the C API's: {statistics.median(ratios):.2f} "
          f"({min(ratios):.2f}–{max(ratios):.2f}), target 0.8")


if __name__ == "__main__":
    main()
