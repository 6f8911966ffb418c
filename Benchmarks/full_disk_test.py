#!/usr/bin/env python3
"""Whether a full disk costs nothing but the uploads that don't fit.

The data directory is a small tmpfs. Clients upload until the server says 507, with Retry-After; pages
and the samples that are there must still be read, also after kill -9 and a start on the full disk.
When room is made the same server must take uploads again, and have all that it ever acknowledged.
Needs to mount a tmpfs, as root or in a user namespace; where neither is allowed it says so.
"""

import argparse
import os
import pathlib
import random
import subprocess
import sys
import tempfile
import urllib.error
import urllib.request

from fleet_load import TELEMETRY, connect, post, server, token

MEGABYTES = 12
SAMPLES = 20_000


def reenter_with_mounts(arguments):
    """Starts this script again where it may mount: in a namespace of its own."""
    for how in (["unshare", "--mount"], ["unshare", "--map-root-user", "--mount"]):
        if subprocess.run(how + ["true"], capture_output=True).returncode == 0:
            os.execvp(how[0], how + [sys.executable, __file__, *arguments, "--inside"])
    print("skipped: neither root nor user namespaces let this mount a tmpfs")


def noise(number, source):
    """Samples that hardly compress, of a process of their own."""
    lines = [f"{1_600_000_000 + n},PLC-1,process-{number},{source.randrange(1 << 40)}\n"
             for n in range(SAMPLES)]
    return ("timestamp,host,process,handles\n" + "".join(lines)).encode()


def get(port, path, secret=None):
    request = urllib.request.Request(
        f"http://127.0.0.1:{port}{path}",
        headers={"Authorization": f"Bearer {secret}"} if secret else {})
    try:
        with urllib.request.urlopen(request, timeout=20) as answer:
            return answer.status, answer.read()
    except urllib.error.HTTPError as error:
        return error.code, error.read()


def check(condition, what):
    print(f"{'ok' if condition else 'FAULT'}: {what}", flush=True)
    if not condition:
        raise SystemExit(1)


def upload(port, secret, number, source):
    with connect(port) as connection:
        return post(connection, TELEMETRY, noise(number, source),
                    {"Authorization": f"Bearer {secret}", "Content-Type": "text/csv"})


def check_reads(port, secret, stored):
    check(get(port, "/kb/Q179827")[0] == 200, "pages are there")
    check(get(port, "/api/v1/hosts", secret)[0] == 200, "lists are there")
    missing = [number for number in stored
               if get(port, f"/api/v1/hosts/PLC-1/series.csv?process=process-{number}", secret)[1]
               .count(b"\n") != SAMPLES + 1]
    check(not missing, f"all {len(stored)} acknowledged uploads are read back")


def fill(port, secret, source, number, stored):
    """Uploads until one is refused; its number and answer."""
    while True:
        status, text = upload(port, secret, number, source)
        if status != 200:
            return number, status, text
        stored.append(number)
        number += 1


def run(program, folder):
    subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={MEGABYTES}m", "tmpfs", folder], check=True)
    source, stored = random.Random(1), []
    data, ballast = folder / "data", folder / "ballast"
    secret = token(program, data)
    ballast.write_bytes(b"x" * (2 << 20))
    with server(program, data) as (running, port):
        number, status, text = fill(port, secret, source, 0, stored)
        check(status == 507 and b"disk is full" in text, f"upload {number} is refused with {status}")
        check(upload(port, secret, number, source)[0] == 507, "so is the next")
        check_reads(port, secret, stored)
        running.kill()
        running.wait()
    with server(program, data) as (running, port):
        check(True, "after kill -9 it starts on the full disk")
        check_reads(port, secret, stored)
        ballast.unlink()
        status, text = upload(port, secret, number, source)
        check(status == 200, "room lets uploads in without a restart")
        stored.append(number)
        check_reads(port, secret, stored)
        number, status, _ = fill(port, secret, source, number + 1, stored)
        check(status == 507, f"upload {number} is refused with {status}")
        running.terminate()
        check(running.wait(15) == 0, "SIGTERM ends it with 0 on the full disk")
    with server(program, data) as (running, port):
        check_reads(port, secret, stored)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--program", required=True, type=os.path.abspath)
    parser.add_argument("--inside", action="store_true", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if not options.inside:
        return reenter_with_mounts(sys.argv[1:])
    with tempfile.TemporaryDirectory() as folder:
        try:
            run(options.program, pathlib.Path(folder))
        finally:
            subprocess.run(["umount", folder], check=False)


if __name__ == "__main__":
    main()
