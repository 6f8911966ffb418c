#!/usr/bin/env python3
"""Whether the clients that fleets already run work unmodified, and the leak is found.

A real Prometheus scrapes an exporter and sends by remote write, OpenTelemetry's SDK sends by OTLP, curl
sends line protocol and a scrape. What they count are the file descriptors of two processes that this
script starts: one leaks, one doesn't. In the middle the server is killed and started again: nothing
that Prometheus scraped may be missing at the end.
"""

import argparse
import contextlib
import http.server
import json
import os
import pathlib
import socket
import subprocess
import sys
import tempfile
import threading
import time
import urllib.request

from bench_http import free_port, wait_until_ready

EXAMPLES = pathlib.Path(__file__).resolve().parent.parent / "Examples"
# Names of processes on Linux are those of their files, at most 15 bytes.
LEAKING, STEADY = "leaking", "steady"
PROGRAM = """
import os, random, sys, time
held = []
while True:
    time.sleep(0.25)
    held.append(os.open("/dev/null", os.O_RDONLY))
    if sys.argv[1] == "steady" and len(held) > 8:
        os.close(held.pop(random.randrange(len(held))))
        if random.random() < 0.3:
            os.close(held.pop())
"""
PATIENCE = 150


class Exporter(http.server.BaseHTTPRequestHandler):
    """What windows_exporter shows, of the processes of this script."""
    processes = {}
    shown = []

    def do_GET(self):
        counts = {name: len(os.listdir(f"/proc/{process.pid}/fd"))
                  for name, process in self.processes.items()}
        lines = ["# TYPE windows_process_handles gauge"]
        lines += [f'windows_process_handles{{process="{name}",process_id="{process.pid}"}} '
                  f"{counts[name]}" for name, process in self.processes.items()]
        lines += ['windows_os_info{product="Windows NT Server 4.0",version="4.0.1381"} 1',
                  'fixlevel_host_info{product="Windows NT Server 4.0",service_pack="SP3"} 1',
                  "windows_cs_logical_processors 2"]
        body = ("\n".join(lines) + "\n").encode()
        if self.headers.get("User-Agent", "").startswith("Prometheus"):
            self.shown.append(counts[LEAKING])
        self.send_response(200)
        self.send_header("Content-Type", "text/plain; version=0.0.4")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


class Fixlevel:
    def __init__(self, program, folder):
        self.program, self.data, self.port = program, folder / "data", free_port()
        self.token = subprocess.run(
            [program, "token", "create", "--name", "clients", "--scope", "admin",
             "--data-dir", str(self.data)], check=True, capture_output=True, text=True
        ).stdout.strip()

    @property
    def address(self):
        return f"http://127.0.0.1:{self.port}"

    def start(self):
        self.server = subprocess.Popen(
            [self.program, "serve", "--port", str(self.port), "--data-dir", str(self.data),
             "--log-level", "warning"], stdout=subprocess.DEVNULL)
        wait_until_ready(self.port, "/healthz")

    def stop(self):
        self.server.kill()
        self.server.wait()

    def get(self, path):
        request = urllib.request.Request(
            self.address + "/api/v1" + path, headers={"Authorization": f"Bearer {self.token}"})
        with urllib.request.urlopen(request, timeout=20) as answer:
            return json.load(answer)


@contextlib.contextmanager
def running(*arguments, **options):
    process = subprocess.Popen(arguments, **options)
    try:
        yield process
    finally:
        process.kill()
        process.wait()


@contextlib.contextmanager
def exporter():
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Exporter)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield server.server_address[1]
    finally:
        server.shutdown()


def prometheus(folder, fixlevel, target):
    """The arguments of a Prometheus with the example's configuration."""
    (folder / "fixlevel.token").write_text(fixlevel.token)
    text = (EXAMPLES / "prometheus.yml").read_text()
    for old, new in [
            ("http://localhost:8080", fixlevel.address), ("15s", "1s"),
            ('targets: ["plc-07:9182"]',
             f'targets: ["127.0.0.1:{target}"]\n        labels: {{instance: "PLC-07:9182"}}')]:
        assert old in text, old
        text = text.replace(old, new)
    (folder / "prometheus.yml").write_text(text)
    return ["prometheus", f"--config.file={folder}/prometheus.yml",
            f"--storage.tsdb.path={folder}/prometheus", "--log.level=warn",
            f"--web.listen-address=127.0.0.1:{free_port()}"]


def send(fixlevel, path, text, *options):
    answer = subprocess.run(
        ["curl", "-sS", "--fail-with-body", *options, "--data-binary", "@-",
         fixlevel.address + path], input=text, capture_output=True, text=True)
    assert answer.returncode == 0, answer.stdout + answer.stderr
    return json.loads(answer.stdout)


def curl(fixlevel, target):
    """Line protocol with the token in the field, a scrape with it as a password."""
    line = "win_proc,host=PLC-09,instance=EXTRA,objectname=Process Handle_Count=812 {}\n"
    stored = send(
        fixlevel, "/api/v1/telemetry", line.format(time.time_ns()), "-H",
        f"Authorization: Bearer {fixlevel.token}")
    assert (stored["format"], stored["accepted_samples"]) == ("influx", 1), stored
    scrape = urllib.request.urlopen(f"http://127.0.0.1:{target}/metrics").read().decode()
    stored = send(
        fixlevel, "/api/v1/import/prometheus?host=PLC-10", scrape, "--user",
        f"fixlevel:{fixlevel.token}")
    assert (stored["format"], stored["accepted_samples"]) == ("prometheus", 2), stored


def wait_for_leaks(fixlevel, hosts):
    """Returns when the list of hosts that leak has all of these."""
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        time.sleep(1)
        leaking = {host["name"]: host for host in fixlevel.get("/hosts?finding=leaking")["items"]}
        if leaking.keys() >= hosts.keys():
            return leaking
    sys.exit(f"after {PATIENCE} s these leak: {sorted(leaking)}")


def findings(fixlevel, host):
    processes = fixlevel.get(f"/hosts/{host}/diagnosis")["processes"]
    return {process["process"]: process["leak"]["finding"] for process in processes}


def check_samples(fixlevel):
    """What is stored of the leaking process is what Prometheus was shown, nothing left out."""
    shown = list(Exporter.shown)
    time.sleep(8)
    items = fixlevel.get("/hosts/PLC-07/series?process=" + LEAKING)["items"]
    assert len(items) == 1, items
    stored = [handles for _, handles in items[0]["samples"]]
    assert stored[:len(shown)] == shown, (stored, shown)
    return len(shown)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--program", required=True)
    parser.add_argument("--python", default=sys.executable, help="with OpenTelemetry and psutil")
    options = parser.parse_args()
    with contextlib.ExitStack() as stack:
        folder = pathlib.Path(stack.enter_context(tempfile.TemporaryDirectory()))
        fixlevel = Fixlevel(options.program, folder)
        fixlevel.start()
        stack.callback(fixlevel.stop)
        for name in (LEAKING, STEADY):
            # psutil tells processes by the names of their files.
            link = folder / name
            link.symlink_to(sys.executable)
            Exporter.processes[name] = stack.enter_context(running(link, "-c", PROGRAM, name))
        target = stack.enter_context(exporter())
        stack.enter_context(running(*prometheus(folder, fixlevel, target), cwd=folder))
        stack.enter_context(running(
            options.python, EXAMPLES / "opentelemetry_handles.py", LEAKING, STEADY,
            env=os.environ | {
                "OTEL_EXPORTER_OTLP_ENDPOINT": fixlevel.address,
                "OTEL_EXPORTER_OTLP_HEADERS": f"Authorization=Bearer%20{fixlevel.token}",
                "OTEL_EXPORTER_OTLP_COMPRESSION": "gzip", "OTEL_METRIC_EXPORT_INTERVAL": "1000",
                "OTEL_RESOURCE_ATTRIBUTES": "fixlevel.service_pack=SP3,"
                "fixlevel.product=windows-nt-server-4.0"}))
        curl(fixlevel, target)
        time.sleep(15)
        fixlevel.stop()
        time.sleep(2)
        fixlevel.start()
        # OpenTelemetry's SDK reads nothing while it tries again: the gap has to become small beside the
        # rest before the detector can be sure.
        time.sleep(30)
        hosts = {"PLC-07": "Prometheus", socket.gethostname(): "OpenTelemetry"}
        leaking = wait_for_leaks(fixlevel, hosts)
        samples = check_samples(fixlevel)
        for host, client in hosts.items():
            facts, found = leaking[host], findings(fixlevel, host)
            assert found[LEAKING] == "leaking" and found[STEADY] != "leaking", found
            assert (facts["verdict"], facts["service_pack"]) == ("affected", "SP3"), facts
            print(f"{client}: {host} is {facts['verdict']}, {found}")
    print(f"Prometheus: {samples} scrapes, none lost while the server was down")


if __name__ == "__main__":
    main()
