"""What the benchmarks and tests of the fleet share: a server with a token, samples, and a client."""

import contextlib
import pathlib
import random
import socket
import subprocess

from bench_http import free_port, process, wait_until_ready

TELEMETRY = "/api/v1/telemetry"
# 2026-01-01T00:00:00Z, in milliseconds; a sample a minute from then on.
START = 1_767_225_600_000
STEP = 60_000
# Processes of a host. The second one leaks.
PROCESSES = ["winlogon", "EXTRA", "services", "spoolss", "lsass"]


def token(program, data, scope="admin"):
    return subprocess.run(
        [program, "token", "create", "--name", "load", "--scope", scope, "--data-dir", str(data)],
        check=True, capture_output=True, text=True).stdout.strip()


@contextlib.contextmanager
def server(program, data, *options, **how):
    """A running server and its port."""
    port = free_port()
    with process(program, "serve", "--port", str(port), "--data-dir", str(data), "--log-level",
                 "error", *options, **how) as running:
        wait_until_ready(port, "/healthz")
        yield running, port


def series_lines(host, process, times, source):
    """The lines of one series in the text format of Prometheus."""
    name = f'windows_process_handles{{instance="PLC-{host:05}:9182",process="{process}"}}'
    leaks, count = process == PROCESSES[1], source.randint(50, 900)
    for number in times:
        moved = source.random()
        count += 1 if moved < (0.45 if leaks else 0.2) else -1 if moved > 0.8 and count > 20 else 0
        yield f"{name} {count} {START + number * STEP}\n"


def write_parts(folder, hosts, processes, samples, parts, seed=1):
    """Files of all series, one after another in time, each in the order of time as scrapes are."""
    files = [folder / f"{hosts}x{processes}x{samples}-{part}of{parts}.txt" for part in range(parts)]
    if all(file.exists() for file in files):
        return files
    folder.mkdir(parents=True, exist_ok=True)
    source = random.Random(seed)
    series = [list(series_lines(host, process, range(samples), source))
              for host in range(hosts) for process in PROCESSES[:processes]]
    for part, file in enumerate(files):
        first, end = samples * part // parts, samples * (part + 1) // parts
        draft = file.with_suffix(".tmp")
        with open(draft, "w") as text:
            for number in range(first, end):
                text.writelines([lines[number] for lines in series])
        draft.rename(file)
    return files


def post(connection, path, body, fields):
    """Sends one request on an open socket; status and answer."""
    lines = "".join(f"{name}: {value}\r\n" for name, value in fields.items())
    size = body.stat().st_size if isinstance(body, pathlib.Path) else len(body)
    connection.sendall(
        f"POST {path} HTTP/1.1\r\nHost: x\r\n{lines}Content-Length: {size}\r\n\r\n".encode())
    if isinstance(body, pathlib.Path):
        with open(body, "rb") as file:
            connection.sendfile(file)
    else:
        connection.sendall(body)
    return answer(connection)


def answer(connection):
    """One answer with a Content-Length, or with none and no body."""
    received = b""
    while b"\r\n\r\n" not in received:
        received += receive(connection)
    head, _, rest = received.partition(b"\r\n\r\n")
    size = 0
    for line in head.split(b"\r\n")[1:]:
        name, _, value = line.partition(b":")
        if name.lower() == b"content-length":
            size = int(value)
    while len(rest) < size:
        rest += receive(connection)
    return int(head.split()[1]), rest


def receive(connection):
    part = connection.recv(1 << 16)
    if not part:
        raise ConnectionError("the server closed the connection")
    return part


def connect(port):
    return socket.create_connection(("127.0.0.1", port), timeout=60)
