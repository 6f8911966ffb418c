#!/usr/bin/env python3
"""Whether a backup is whole or not there, taken from a server that works and killed at random moments.

One client uploads all the time. `fixlevel backup` is killed with SIGKILL again and again; under the
final name there must be the backup before, or the new one, each of which SQLite finds intact. The last
one is not killed: a server that starts on it must have all that was acknowledged before it began.
"""

import argparse
import pathlib
import random
import signal
import sqlite3
import subprocess
import tempfile
import threading
import time

from fleet_load import START, STEP, TELEMETRY, connect, post, server, token

PROCESSES, SAMPLES = 300, 2_000


class Uploader(threading.Thread):
    """Uploads one sample after another until it is told to stop."""

    def __init__(self, port, secret):
        super().__init__()
        self.port, self.secret = port, secret
        self.acknowledged = 0
        self.is_stopping = False
        self.fault = None

    def run(self):
        try:
            with connect(self.port) as connection:
                while not self.is_stopping:
                    body = csv("LIVE", "P", [(self.acknowledged, 1)])
                    status, text = post(connection, TELEMETRY, body, fields(self.secret))
                    if status != 200:
                        raise OSError(f"{status}: {text!r}")
                    self.acknowledged += 1
        except OSError as error:
            # What is raised in a thread is lost: the main one asks for it.
            self.fault = error

    def progress(self):
        """How many were acknowledged, once there is one more than before."""
        before, deadline = self.acknowledged, time.monotonic() + 10
        while self.acknowledged == before:
            if self.fault or time.monotonic() > deadline:
                raise SystemExit(f"the uploads have stopped: {self.fault}")
            time.sleep(0.001)
        return self.acknowledged


def fields(secret):
    return {"Authorization": f"Bearer {secret}", "Content-Type": "text/csv"}


def csv(host, process, samples):
    lines = [f"{(START + number * STEP) // 1000},{host},{process},{count}" for number, count in samples]
    return ("timestamp,host,process,handles\n" + "\n".join(lines) + "\n").encode()


def load(port, secret, source):
    with connect(port) as connection:
        for process in range(PROCESSES):
            samples = [(number, source.randrange(1 << 30)) for number in range(SAMPLES)]
            status, text = post(
                connection, TELEMETRY, csv("PLC-1", f"process-{process}", samples), fields(secret))
            if status != 200:
                raise SystemExit(f"{status}: {text!r}")


def check(file):
    with sqlite3.connect(f"file:{file}?mode=ro", uri=True) as database:
        answer = database.execute("PRAGMA integrity_check").fetchone()[0]
        if answer != "ok":
            raise SystemExit(f"a backup is damaged: {answer}")
    database.close()


def stored(port, secret):
    """Samples of the uploader that a server has."""
    with connect(port) as connection:
        connection.sendall(
            b"GET /api/v1/hosts/LIVE/series.csv?limit=200000 HTTP/1.1\r\nHost: x\r\n"
            b"Connection: close\r\nAuthorization: Bearer " + secret.encode() + b"\r\n\r\n")
        text = b""
        while part := connection.recv(1 << 16):
            text += part
    return text.count(b"LIVE")


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--program", required=True)
    parser.add_argument("--rounds", type=int, default=60)
    parser.add_argument("--seed", type=int, default=random.randrange(1 << 32))
    options = parser.parse_args()
    print(f"seed {options.seed}", flush=True)
    source = random.Random(options.seed)
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        data, restored = folder / "data", folder / "restored"
        restored.mkdir()
        copy = restored / "fleet.sqlite"
        command = [options.program, "backup", str(copy), "--data-dir", str(data)]
        secret = token(options.program, data)
        with server(options.program, data) as (_, port):
            load(port, secret, source)
            uploader = Uploader(port, secret)
            uploader.start()
            begin = time.monotonic()
            subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
            longest = time.monotonic() - begin
            finished = 0
            for _ in range(options.rounds):
                backup = subprocess.Popen(command, stdout=subprocess.DEVNULL)
                time.sleep(source.uniform(0, 1.1 * longest))
                backup.send_signal(signal.SIGKILL)
                finished += backup.wait() == 0
                check(copy)
            for draft in restored.glob(".*.tmp*"):
                draft.unlink()
            before = uploader.progress()
            subprocess.run(command, check=True)
            uploader.progress()
            uploader.is_stopping = True
            uploader.join()
        check(copy)
        with server(options.program, restored) as (_, port):
            found = stored(port, secret)
    if found < before:
        raise SystemExit(f"the backup has {found} of {before} acknowledged samples")
    print(f"{options.rounds} backups of {longest:.2f} s killed, {finished} of them too late; each time "
          f"the file was whole. The last one has {found} samples, {before} were acknowledged before it.")


if __name__ == "__main__":
    main()
