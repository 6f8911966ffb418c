#!/usr/bin/env python3
"""`fixlevel diagnose` beside DuckDB on one CSV file, in turn, both on all cores.

Fixlevel reads, looks for leaks, forecasts and simulates; DuckDB reads and fits a line by host and
process. Five rounds, with the median and the spread of the times, of their ratio and of the peak
resident memory. Prints the table of BENCHMARKS.md.
"""

import argparse
import datetime
import os
import pathlib
import platform
import statistics
import subprocess
import sys
import tempfile
import time
import venv

BESIDE = pathlib.Path(__file__).resolve().parent

QUERY = """
import sys, duckdb
duckdb.connect().execute(
    "select host, process, regr_slope(handles, epoch(timestamp)) "
    "from read_csv(?) group by host, process", [sys.argv[1]]).fetchall()
"""


def run(command):
    """Seconds, peak resident megabytes and exit code of a process of its own."""
    with tempfile.TemporaryFile() as output:
        start = time.perf_counter()
        running = subprocess.Popen(command, stdout=output, stderr=subprocess.STDOUT)
        _, status, usage = os.wait4(running.pid, 0)
        seconds = time.perf_counter() - start
        running.returncode = os.waitstatus_to_exitcode(status)
        if running.returncode not in (0, 10, 11):
            output.seek(0)
            sys.exit(f"{command[0]} ended with {running.returncode}: {output.read(2_000)!r}")
        return seconds, usage.ru_maxrss / 1024


def python_with_duckdb(folder):
    python = folder / "bin" / "python"
    if not python.exists():
        venv.create(folder, with_pip=True)
    if subprocess.run([python, "-c", "import duckdb"], stderr=subprocess.DEVNULL).returncode:
        subprocess.run([python, "-m", "pip", "install", "--quiet", "duckdb==2.0.0"], check=True)
    return str(python)


def spread(values, digits=2):
    return (f"{statistics.median(values):.{digits}f} "
            f"({min(values):.{digits}f}–{max(values):.{digits}f})")


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--program", required=True, help="a release build of fixlevel")
    parser.add_argument("--folder", type=pathlib.Path, default=".build/bench-diagnose",
                        help="for the log and DuckDB")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--order", choices=["time", "series"], default="time")
    arguments = parser.parse_args()

    python = python_with_duckdb(arguments.folder / "venv")
    data = arguments.folder / arguments.order
    log = data / "fleet.csv"
    if not log.exists():
        subprocess.run([sys.executable, BESIDE / "make_fleet_csv.py", data, "--order",
                        arguments.order], check=True)
    os.environ["FIXLEVEL_DATA_DIR"] = str(arguments.folder / "data")
    sides = [
        ("`fixlevel diagnose`", [arguments.program, "diagnose", str(log)]),
        ("`fixlevel diagnose --json`", [arguments.program, "diagnose", "--json", str(log)]),
        ("DuckDB", [python, "-c", QUERY, str(log)]),
    ]
    # DuckDB in a process of its own too: what its import takes is taken off.
    start_seconds = [run([python, "-c", "import duckdb"])[0] for _ in range(arguments.rounds)]
    start = statistics.median(start_seconds)
    for _, command in sides:
        run(command)  # brings the log into the page cache
    rounds = [[run(command) for _, command in sides] for _ in range(arguments.rounds)]

    versions = subprocess.run([python, "-c", "import duckdb; print(duckdb.__version__)"],
                              check=True, capture_output=True, text=True).stdout.strip()
    ours = subprocess.run([arguments.program, "--version"], check=True, capture_output=True,
                          text=True).stdout.strip()
    print(f"{datetime.date.today()}, {log.stat().st_size / 1e6:.0f} MB in the order of "
          f"{arguments.order}, Fixlevel {ours}, DuckDB {versions}, Python "
          f"{platform.python_version()}, {os.cpu_count()} cores; {start:.2f} s for the import of "
          "DuckDB are taken off.\n")
    print("| What | Seconds | Times as fast as DuckDB | Peak resident, MB |")
    print("|---|---|---|---|")
    for index, (name, _) in enumerate(sides):
        duck = [row[-1][0] - start for row in rounds]
        seconds = duck if name == "DuckDB" else [row[index][0] for row in rounds]
        ratios = [b / a for a, b in zip(seconds, duck)]
        memory = [row[index][1] for row in rounds]
        print(f"| {name} | {spread(seconds)} | {spread(ratios)} | {spread(memory, 0)} |")


if __name__ == "__main__":
    main()
