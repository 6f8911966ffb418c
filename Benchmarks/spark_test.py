#!/usr/bin/env python3
"""The diagnoses of the Spark example against those of single processes, line by line."""

import argparse
import json
import pathlib
import random
import shutil
import subprocess
import sys
import tempfile
import time

LEVELS = ["SP1", "SP3", "SP4", "SP6a"]


def lines(number, random):
    """Telemetry of one host: every third one leaks."""
    host = {"name": f"PLC-{number:04}", "product": "windows-nt-server-4.0",
            "service_pack": LEVELS[number % len(LEVELS)]}
    slope = random.uniform(0.5, 20) if number % 3 == 0 else 0
    for minute in range(0, 600, 5):
        yield json.dumps({"host": host, "process": "EXTRA", "pid": 212,
                          "at": 1_600_000_000 + 60 * minute,
                          "handles": 500 + int(slope * minute) + random.randrange(5)})


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--program", required=True)
    parser.add_argument("--hosts", type=int, default=1_000)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    program = str(pathlib.Path(options.program).resolve())
    generator = random.Random(options.seed)
    folder = pathlib.Path(tempfile.mkdtemp(prefix="fixlevel-spark-"))
    hosts = [list(lines(number, generator)) for number in range(options.hosts)]

    start = time.monotonic()
    alone = sorted(
        subprocess.run([program, "diagnose", "-", "--json"], input="\n".join(host) + "\n",
                       capture_output=True, text=True).stdout.strip() for host in hosts)
    single = time.monotonic() - start

    # Mixed, as agents send.
    mixed = [line for rows in zip(*hosts) for line in rows]
    (folder / "telemetry").mkdir()
    for part in range(4):
        (folder / "telemetry" / f"{part}.ndjson").write_text(
            "\n".join(mixed[len(mixed) * part // 4:len(mixed) * (part + 1) // 4]) + "\n")
    start = time.monotonic()
    subprocess.run(
        [sys.executable, str(pathlib.Path(__file__).parent.parent / "Examples/spark/diagnose_hosts.py"),
         str(folder / "telemetry"), str(folder / "verdicts"), "--fixlevel", program],
        check=True, env={"PATH": "/usr/bin:/bin", "PYSPARK_SUBMIT_ARGS": "--master local[2] pyspark-shell",
                         "PYSPARK_PYTHON": sys.executable, "SPARK_LOCAL_IP": "127.0.0.1"},
        stderr=subprocess.DEVNULL)
    spark = time.monotonic() - start
    found = sorted(line for file in (folder / "verdicts").glob("part-*")
                   for line in file.read_text().splitlines())
    shutil.rmtree(folder)
    if found != alone:
        differing = sum(a != b for a, b in zip(found, alone)) + abs(len(found) - len(alone))
        raise SystemExit(f"{differing} of {len(alone)} diagnoses differ (seed {options.seed})")
    print(f"{len(found)} diagnoses agree; one after the other {single:.1f} s, Spark {spark:.1f} s")


if __name__ == "__main__":
    main()
