#!/usr/bin/env python3
"""Writes fleet.csv: the handle counts of a fleet, `timestamp,host,process,handles`.

200 hosts with 5 processes each, 5,000 samples of each: 5 million rows, about 200 MB. One process in
ten leaks, the others wander around a level. The same seed writes the same bytes.
"""

import argparse
import datetime
import pathlib
import random

PROCESSES = ["EXTRA", "LSASS", "SPOOLSS", "SERVICES", "WINLOGON"]
START = datetime.datetime(1999, 3, 1)
INTERVAL = datetime.timedelta(minutes=5)


def write(path, hosts, samples, seed, order):
    rng = random.Random(seed)
    names = [f",PLC-{host:03d},{process}," for host in range(hosts) for process in PROCESSES]
    counts = [rng.randrange(50, 900) for _ in names]
    rates = [rng.uniform(0.2, 5.0) if rng.random() < 0.1 else 0.0 for _ in names]
    times = [(START + INTERVAL * index).strftime("%Y-%m-%dT%H:%M:%SZ") for index in range(samples)]
    noise = [round(rng.gauss(0, 4)) for _ in range(1 << 16)]
    with open(path, "w", encoding="ascii", newline="\n") as file:
        file.write("timestamp,host,process,handles\n")

        def row(sample, series):
            wander = noise[(sample * 7919 + series * 104729) & 0xFFFF]
            count = max(0, counts[series] + int(rates[series] * sample) + wander)
            return f"{times[sample]}{names[series]}{count}\n"

        if order == "time":
            for sample in range(samples):
                file.write("".join(row(sample, series) for series in range(len(names))))
        else:
            for series in range(len(names)):
                file.write("".join(row(sample, series) for sample in range(samples)))


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=pathlib.Path, help="where fleet.csv goes")
    parser.add_argument("--hosts", type=int, default=200)
    parser.add_argument("--samples", type=int, default=5_000, help="of each process")
    parser.add_argument("--seed", type=int, default=179827)
    parser.add_argument("--order", choices=["time", "series"], default="time",
                        help="what rows that follow each other share")
    arguments = parser.parse_args()
    arguments.folder.mkdir(parents=True, exist_ok=True)
    write(arguments.folder / "fleet.csv", arguments.hosts, arguments.samples, arguments.seed,
          arguments.order)


if __name__ == "__main__":
    main()
