#!/usr/bin/env python3
"""Whether what the server acknowledged is there after kill -9.

In each round eight clients upload samples as fast as they can until the server is killed at a random
moment; in each tenth round it gets SIGTERM instead, and must end with 0 within ten seconds. Started
again, it must have every acknowledged upload, and of one that was under way all samples or none. At the
end a backup checks the database's structure, and a last look the samples of
all rounds. This tells nothing about a loss of power: what the kernel has taken over survives the
process.
"""

import argparse
import calendar
import csv
import http.client
import json
import pathlib
import random
import signal
import statistics
import subprocess
import tempfile
import threading
import time
import urllib.error
import urllib.request

from bench_http import free_port, wait_until_ready

CLIENTS = 8
TERMINATED = 10
SAMPLES_OF_AN_UPLOAD = 5
# Samples lie a second apart from here on; uploads of all rounds follow each other.
START = 1_600_000_000
LONGEST_LIFE = 0.3


class Client(threading.Thread):
    """Uploads to a host of its own until the connection breaks."""

    def __init__(self, number, port, token, first):
        super().__init__()
        self.host, self.port, self.token = f"PLC-{number}", port, token
        self.next = first
        self.acknowledged = []
        self.refused = []

    def run(self):
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        fields = {"Authorization": f"Bearer {self.token}", "Content-Type": "application/json"}
        while True:
            first, self.next = self.next, self.next + SAMPLES_OF_AN_UPLOAD
            samples = [[START + number, handles(number)] for number in range(first, self.next)]
            body = {"host": {"name": self.host}, "series": [{"process": "P", "samples": samples}]}
            try:
                connection.request("POST", "/api/v1/telemetry", json.dumps(body), fields)
                answer = connection.getresponse()
                text = answer.read()
            except (OSError, http.client.HTTPException):
                return
            if answer.status != 200:
                self.refused.append(text)
                return
            self.acknowledged.append(first)


def handles(number):
    return 100 + number * 7919 % 60_000


def start(program, data):
    """The server, its port, and the seconds until it answered."""
    port = free_port()
    begin = time.monotonic()
    server = subprocess.Popen(
        [program, "serve", "--port", str(port), "--data-dir", str(data), "--log-level", "error",
         "--full-resolution", "36525d"], stdout=subprocess.DEVNULL)
    wait_until_ready(port, "/healthz")
    return server, port, time.monotonic() - begin


def stop(server, number):
    """Ends the server in a way that the number of the round says; what was wrong with that."""
    if number % TERMINATED:
        server.kill()
        server.wait()
        return []
    server.send_signal(signal.SIGTERM)
    begin = time.monotonic()
    try:
        code = server.wait(30)
    except subprocess.TimeoutExpired:
        return ["SIGTERM did not end it in 30 s"]
    seconds = time.monotonic() - begin
    return [f"SIGTERM ended it with {code} after {seconds:.1f} s"] if code or seconds > 10 else []


def stored(port, token, host, first, end):
    """The samples of a host by their numbers; an unknown host has none."""
    def moment(number):
        return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(START + number))
    request = urllib.request.Request(
        f"http://127.0.0.1:{port}/api/v1/hosts/{host}/series.csv"
        f"?from={moment(first)}&to={moment(end)}&limit=200000",
        headers={"Authorization": f"Bearer {token}"})
    try:
        with urllib.request.urlopen(request) as answer:
            rows = list(csv.DictReader(answer.read().decode().splitlines()))
    except urllib.error.HTTPError as error:
        if error.code == 404:
            return {}
        raise
    found = {}
    for row in rows:
        at = time.strptime(row["timestamp"][:19] + "Z", "%Y-%m-%dT%H:%M:%SZ")
        found[calendar.timegm(at) - START] = int(row["handles"])
    return found


def check(found, acknowledged, first, end):
    """What is wrong with the samples from `first` to before `end`."""
    for upload in range(first, end, SAMPLES_OF_AN_UPLOAD):
        numbers = range(upload, upload + SAMPLES_OF_AN_UPLOAD)
        there = [number for number in numbers if number in found]
        if upload in acknowledged and len(there) < SAMPLES_OF_AN_UPLOAD:
            yield f"acknowledged and lost: {sorted(set(numbers) - set(there))}"
        elif there and len(there) < SAMPLES_OF_AN_UPLOAD:
            yield f"stored in part: {there}"
        for number in there:
            if found[number] != handles(number):
                yield f"sample {number} is {found[number]}"


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--program", required=True)
    parser.add_argument("--rounds", type=int, default=200)
    parser.add_argument("--seed", type=int, default=random.randrange(1 << 32))
    options = parser.parse_args()
    print(f"seed {options.seed}", flush=True)
    source = random.Random(options.seed)
    faults, everything, waits = [], {}, []
    with tempfile.TemporaryDirectory() as folder:
        data = pathlib.Path(folder) / "data"
        token = subprocess.run(
            [options.program, "token", "create", "--name", "crash", "--scope", "admin",
             "--data-dir", str(data)], check=True, capture_output=True, text=True).stdout.strip()
        server, port, _ = start(options.program, data)
        first = [0] * CLIENTS
        try:
            for number in range(1, options.rounds + 1):
                clients = [Client(n, port, token, first[n]) for n in range(CLIENTS)]
                for client in clients:
                    client.start()
                time.sleep(source.uniform(0, LONGEST_LIFE))
                faults += stop(server, number)
                for client in clients:
                    client.join()
                server, port, wait = start(options.program, data)
                waits.append(wait)
                for n, client in enumerate(clients):
                    known = everything.setdefault(client.host, set())
                    known.update(client.acknowledged)
                    faults += [f"refused: {text!r}" for text in client.refused]
                    found = stored(port, token, client.host, first[n], client.next)
                    faults += check(found, known, first[n], client.next)
                    first[n] = client.next
            for n, (host, known) in enumerate(sorted(everything.items())):
                # In parts: an answer has a limit.
                for begin in range(0, first[n], 100_000):
                    end = min(begin + 100_000, first[n])
                    faults += check(stored(port, token, host, begin, end), known, begin, end)
            subprocess.run(
                [options.program, "backup", str(pathlib.Path(folder) / "copy"), "--data-dir",
                 str(data)], check=True)
        finally:
            server.kill()
            server.wait()
    uploads = sum(len(known) for known in everything.values())
    print(f"{options.rounds} rounds, {uploads} acknowledged uploads, {len(faults)} faults; up again "
          f"after {statistics.median(waits):.2f} s, at most {max(waits):.2f} s")
    for fault in faults[:20]:
        print(fault)
    raise SystemExit(1 if faults or not uploads else 0)


if __name__ == "__main__":
    main()
