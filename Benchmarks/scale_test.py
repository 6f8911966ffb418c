#!/usr/bin/env python3
"""Two servers of one fleet in a real engine: nothing acknowledged is lost, and all recovers.

For VictoriaMetrics and for Prometheus, each in turn behind two servers and nginx: clients upload
without a pause; one server is killed with kill -9 and started again; the engine is stopped and
started. Every acknowledged sample must be in the engine, uploads meanwhile get 503, no server is
started anew for that. Then both servers must give the same answers, results must be in the engine as
metrics and make an alert fire, and an agent that wrote to the engine alone must be among the hosts. What
`fixlevel export` sends of a fleet.sqlite must be there too. At the end it measures what one evaluation
costs, and what lists of ten thousand hosts do.
"""

import argparse
import collections
import http.client
import json
import os
import pathlib
import shutil
import subprocess
import tempfile
import threading
import time

import fleet_load
from bench_http import free_port, resident_megabytes
from prometheus_engine import Prometheus, VictoriaMetrics, wait_for

CLIENTS = 4
SAMPLES_OF_AN_UPLOAD = 5


class Server:
    """A fixlevel server whose fleet is in the engine."""

    def __init__(self, program, folder, name, engine_url, shard, *arguments):
        self.port = free_port()
        self.folder = pathlib.Path(folder) / name
        self.folder.mkdir()
        self.command = [
            program, "serve", "--port", str(self.port), "--data-dir", str(self.folder / "data"),
            "--fleet-store", "prometheus", "--series-url", engine_url, "--token-file",
            str(pathlib.Path(folder) / "tokens"), "--evaluate-seconds", "5", "--shard", shard,
            "--log-level", "warning", *arguments]

    def start(self):
        log = open(self.folder / "log", "ab")
        self.process = subprocess.Popen(self.command, stdout=log, stderr=log)
        wait_for("the server is ready", lambda: status(self.port, "/readyz") == 200)

    def stop(self):
        self.process.terminate()
        self.process.wait(30)

    def cpu_seconds(self):
        fields = pathlib.Path(f"/proc/{self.process.pid}/stat").read_text().rsplit(")", 1)[1].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def status(port, path, token=None):
    return ask(port, "GET", path, token)[0]


def ask(port, method, path, token=None, body=None):
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    fields = {"Content-Type": "application/json"}
    if token:
        fields["Authorization"] = f"Bearer {token}"
    connection.request(method, path, body, fields)
    answer = connection.getresponse()
    text = answer.read()
    connection.close()
    return answer.status, text


def get(port, path, token):
    code, text = ask(port, "GET", path, token)
    if code != 200:
        raise OSError(f"{path}: {code} {text[:200]}")
    return json.loads(text)


class Client(threading.Thread):
    """Uploads to a host of its own through nginx, and again what was not acknowledged."""

    def __init__(self, number, port, token, start):
        super().__init__()
        self.host, self.port, self.token, self.start_time = f"PLC-{number}", port, token, start
        self.acknowledged, self.statuses = set(), collections.Counter()
        self.is_stopping = False

    def run(self):
        first = 0
        while not self.is_stopping:
            samples = [[self.start_time + number, 500 + number]
                       for number in range(first, first + SAMPLES_OF_AN_UPLOAD)]
            body = json.dumps({
                "host": {"name": self.host, "product": "windows-nt-server-4.0",
                         "service_pack": "SP3"},
                "series": [{"process": "EXTRA", "pid": 212, "samples": samples}]})
            try:
                code, _ = ask(self.port, "POST", "/api/v1/telemetry", self.token, body)
            except (OSError, http.client.HTTPException):
                code = 0
            self.statuses[code] += 1
            if code == 200:
                self.acknowledged.update(range(first, first + SAMPLES_OF_AN_UPLOAD))
                first += SAMPLES_OF_AN_UPLOAD
            else:
                time.sleep(0.05)


class Nginx:
    """Spreads clients over the servers, and counts what servers and engine say to each other."""

    def __init__(self, folder, engine_port):
        self.folder = pathlib.Path(folder) / "nginx"
        self.folder.mkdir()
        self.port, self.engine_port = free_port(), free_port()
        self.upstream = engine_port

    def start(self, servers):
        backends = "".join(
            f"server 127.0.0.1:{server.port} fail_timeout=1s;" for server in servers)
        (self.folder / "conf").write_text(f"""
            pid {self.folder}/pid; error_log {self.folder}/error; daemon off;
            events {{ worker_connections 1024; }}
            http {{
              log_format bytes '$request_length $bytes_sent $request_method $uri';
              access_log off; client_max_body_size 64m; proxy_request_buffering off;
              client_body_temp_path {self.folder}/1; proxy_temp_path {self.folder}/2;
              fastcgi_temp_path {self.folder}/3; uwsgi_temp_path {self.folder}/4;
              scgi_temp_path {self.folder}/5;
              upstream servers {{ {backends} }}
              upstream engine {{ server 127.0.0.1:{self.upstream} max_fails=0; keepalive 16; }}
              server {{ listen 127.0.0.1:{self.port};
                location / {{ proxy_pass http://servers; }} }}
              server {{ listen 127.0.0.1:{self.engine_port}; access_log {self.folder}/engine bytes;
                location / {{ proxy_pass http://engine; proxy_http_version 1.1;
                  proxy_set_header Connection ""; }} }}
            }}""")
        self.process = subprocess.Popen(["nginx", "-p", str(self.folder), "-c", "conf"])

    def stop(self):
        self.process.terminate()
        self.process.wait(30)

    def traffic(self):
        """Requests to the engine so far, their bytes, and the bytes of the answers."""
        rows = [line.split() for line in (self.folder / "engine").read_text().splitlines()]
        return len(rows), sum(int(row[0]) for row in rows), sum(int(row[1]) for row in rows)


def storm(engine, servers, nginx, token, seconds):
    start = int(time.time()) - 7 * 86400
    clients = [Client(number, nginx.port, token, start) for number in range(CLIENTS)]
    for client in clients:
        client.start()
    time.sleep(seconds)
    servers[0].process.kill()
    servers[0].process.wait()
    time.sleep(seconds)
    servers[0].start()
    before = sum(client.statuses[503] for client in clients)
    engine.stop()
    time.sleep(seconds)
    while_away = sum(client.statuses[503] for client in clients) - before
    assert while_away > 0, "uploads without an engine were not answered with 503"
    assert status(servers[1].port, "/readyz") == 503, "ready without an engine"
    engine.start()
    wait_for("ready again", lambda: status(servers[1].port, "/readyz") == 200)
    time.sleep(seconds)
    for client in clients:
        client.is_stopping = True
    for client in clients:
        client.join()
    acknowledged = 0
    for client in clients:
        def missing():
            rows = engine.query(
                f'fixlevel_process_handles{{tenant="default",host="{client.host}"}}[8d]')
            found = {int(at) - start: float(value) for row in rows for at, value in row["values"]}
            return {n for n in client.acknowledged if found.get(n) != 500 + n}
        wait_for(f"every acknowledged sample of {client.host}", lambda: not missing(), 20)
        acknowledged += len(client.acknowledged)
    total = sum((client.statuses for client in clients), collections.Counter())
    print(f"  {acknowledged} acknowledged samples are all there; answers {dict(total)}, "
          f"{while_away} times 503 while the engine was away", flush=True)


def compare(servers, token):
    """Both servers say the same of every host."""
    def ages_dropped(host):
        return {key: host.get(key) for key in ("name", "product", "service_pack", "verdict", "finding")}
    lists = [[ages_dropped(host) for host in get(server.port, "/api/v1/hosts?limit=100", token)["items"]]
             for server in servers]
    assert sorted(map(str, lists[0])) == sorted(map(str, lists[1])), "the lists differ"
    for host in lists[0]:
        documents = [get(server.port, f"/api/v1/hosts/{host['name']}/diagnosis", token)
                     for server in servers]
        assert documents[0] == documents[1], f"the diagnoses of {host['name']} differ"
    print(f"  both servers say the same of {len(lists[0])} hosts", flush=True)


def agent(engine, servers, token):
    """A host that nobody ever uploaded through a server."""
    now = int(time.time() * 1000)
    labels = {"tenant": "default", "instance": "AGENT-1:9182", "job": "windows"}
    engine.write(
        {**labels, "__name__": "windows_process_handles", "process": "LEAKY", "process_id": "7"},
        [(now - 60_000 * (300 - minute), 400 + 4 * minute) for minute in range(300)])
    engine.write({**labels, "__name__": "windows_os_info", "product": "Windows NT Server 4.0",
                  "service_pack": "SP3"}, [(now - 1000, 1)])
    host = wait_for("the agent's host leaks, and its level is affected", lambda: next(
        (host for host in get(servers[0].port, "/api/v1/hosts?limit=100", token)["items"]
         if host["name"] == "AGENT-1" and host.get("finding") == "leaking"
        and host["verdict"] == "affected"), None))
    wait_for("its results are metrics", lambda: engine.query(
        'last_over_time(fixlevel_leak_handles_per_hour{host="AGENT-1"}[1h])'))
    rate = engine.query('last_over_time(fixlevel_leak_handles_per_hour{host="AGENT-1"}[1h])')
    print(f"  AGENT-1, which wrote to the engine alone: {host['verdict']}, {host['finding']}, "
          f"{float(rate[0]['value'][1]):.0f} handles an hour", flush=True)
    if isinstance(engine, Prometheus):
        wait_for("an alert fires", lambda: any(
            alert["labels"]["alertname"] == "FixlevelLeak" and alert["state"] == "firing"
            and alert["labels"]["host"] == "AGENT-1"
            for alert in engine.get("/api/v1/alerts")["alerts"]))
        print("  the alert FixlevelLeak fires in Prometheus", flush=True)


def export(engine, program, folder, servers, token):
    """A fleet.sqlite that goes into the engine, twice."""
    data = folder / "exported"
    secret = fleet_load.token(program, data)
    start = (int(time.time()) - 86400) * 1000
    body = json.dumps({
        "host": {"name": "EXPORTED", "product": "windows-nt-server-4.0", "service_pack": "SP3"},
        "series": [{"process": "EXTRA", "samples": [
            [start + 60_000 * minute, 500 + 4 * minute] for minute in range(300)]}]}).encode()
    with fleet_load.server(program, data) as (_, port), fleet_load.connect(port) as connection:
        code, text = fleet_load.post(connection, fleet_load.TELEMETRY, body, {
            "Authorization": f"Bearer {secret}", "Content-Type": "application/json"})
        assert code == 200, text
    for _ in range(2):
        said = subprocess.run(
            [program, "export", "--data-dir", str(data), "--series-write-url",
             f"{engine.url}/api/v1/write"], check=True, capture_output=True, text=True).stdout
        assert said == "1 hosts, 300 samples\n", said
    def samples():
        rows = engine.query('fixlevel_process_handles{tenant="default",host="EXPORTED"}[2d]')
        # VictoriaMetrics keeps a sample that came twice twice, unless told otherwise; readers take one.
        return len(rows) == 1 and len({time for time, _ in rows[0]["values"]}) == 300
    wait_for("what was exported is in the engine", samples)
    wait_for("the exported host leaks, and its level is affected", lambda: any(
        host["name"] == "EXPORTED" and host.get("finding") == "leaking"
        and host["verdict"] == "affected"
        for host in get(servers[0].port, "/api/v1/hosts?limit=100", token)["items"]))
    print("  fixlevel export: its host is there, diagnosed", flush=True)


def measure_lists(engine, program, folder, nginx, token_of, hosts):
    """What lists cost that are put together from two series of each of many hosts."""
    token = token_of("many")
    now = int(time.time() * 1000)
    outcome = {"__name__": "fixlevel_host_outcome", "tenant": "many", "verdict": "affected",
               "finding": "steady", "wrap": "not_expected", "product": "windows-nt-server-4.0",
               "service_pack": "SP3"}
    handles = {"__name__": "fixlevel_process_handles", "tenant": "many", "process": "EXTRA"}
    for first in range(0, hosts, 500):
        names = [f"MANY-{number}" for number in range(first, min(first + 500, hosts))]
        engine.write_all(
            [({**handles, "host": name}, [(now - 60_000, 500)]) for name in names]
            + [({**outcome, "host": name}, [(now, now / 1000)]) for name in names])
    server = Server(program, folder, "lists", f"http://127.0.0.1:{nginx.engine_port}", "1/1")
    server.command[server.command.index("--token-file") + 1] = str(folder / "many-tokens")
    server.command[server.command.index("--evaluate-seconds") + 1] = "86400"
    server.start()
    wait_for("all hosts are in the list", lambda: get(
        server.port, "/api/v1/fleet", token)["hosts"] == hosts)
    time.sleep(6)  # Beyond the age of a list that is kept.
    traffic, cpu, begin = nginx.traffic(), server.cpu_seconds(), time.monotonic()
    page = get(server.port, "/api/v1/hosts?limit=100", token)
    first = time.monotonic() - begin
    received = nginx.traffic()[2] - traffic[2]
    cpu = server.cpu_seconds() - cpu
    begin = time.monotonic()
    for _ in range(20):
        page = get(server.port, f"/api/v1/hosts?limit=100&cursor={page['next']}", token)
    rest = (time.monotonic() - begin) / 20
    memory = resident_megabytes(server.process.pid)
    server.stop()
    print(f"  {hosts:,} hosts: the first page of a list takes {first * 1000:.0f} ms, {cpu * 1000:.0f} ms "
          f"of CPU and {received / 1024:,.0f} KiB from the engine, one of the next pages "
          f"{rest * 1000:.1f} ms; {memory:.0f} MB resident", flush=True)


def measure(engine, program, folder, nginx, token_of, hosts):
    """What evaluations cost: hosts of a week, five processes, a sample every five minutes."""
    token = token_of("bench")
    now = int(time.time())
    minutes = range(0, 7 * 24 * 60, 5)
    for number in range(hosts):
        for process in range(5):
            slope = 0.05 if process == 0 and number % 10 == 0 else 0
            engine.write(
                {"__name__": "fixlevel_process_handles", "tenant": "bench",
                 "host": f"BENCH-{number}", "process": f"P{process}"},
                [((now - (7 * 24 * 60 - minute) * 60) * 1000,
                  float(500 + int(slope * minute) + (minute * 7 + number) % 5))
                 for minute in minutes])
    time.sleep(3)
    before = nginx.traffic()
    server = Server(program, folder, "measured", f"http://127.0.0.1:{nginx.engine_port}", "1/1")
    # Other tenants have no token in this file.
    server.command[server.command.index("--token-file") + 1] = str(folder / "bench-tokens")
    server.command[server.command.index("--evaluate-seconds") + 1] = "86400"
    server.start()
    start, cpu = time.monotonic(), server.cpu_seconds()
    def done():
        rows = engine.query(
            'count(count by (host) (last_over_time(fixlevel_host_outcome{tenant="bench"}[1h])))')
        return rows and int(rows[0]["value"][1]) == hosts
    wait_for("all hosts are diagnosed", done, 600)
    seconds, cpu = time.monotonic() - start, server.cpu_seconds() - cpu
    requests, sent, received = (b - a for a, b in zip(before, nginx.traffic()))
    server.stop()
    print(f"  {hosts} hosts of {5 * len(minutes)} samples: per host {cpu / hosts * 1000:.1f} ms of CPU, "
          f"{seconds / hosts * 1000:.1f} ms, {requests / hosts:.1f} requests, "
          f"{sent / hosts / 1024:.1f} KiB sent, {received / hosts / 1024:.1f} KiB received; "
          f"{3600 / (cpu / hosts):,.0f} hosts per core and hour", flush=True)


def run(engine, options, folder):
    print(f"{engine.name}:", flush=True)
    nginx = Nginx(folder, engine.port)

    def token_of(tenant):
        name = "tokens" if tenant == "default" else f"{tenant}-tokens"
        return subprocess.run(
            [options.program, "token", "create", "--name", "test", "--scope", "admin", "--tenant",
             tenant, "--token-file", str(folder / name)], check=True, capture_output=True,
            text=True).stdout.strip()

    token = token_of("default")
    # Through nginx, which counts; it needs no engine to start.
    engine_url = f"http://127.0.0.1:{nginx.engine_port}"
    servers = [Server(options.program, folder, f"server{n}", engine_url, f"{n}/2") for n in (1, 2)]
    engine.start()
    nginx.start(servers)
    try:
        if options.contract:
            subprocess.run(
                options.contract, shell=True, check=True,
                env={**os.environ, "FIXLEVEL_TEST_ENGINE_URL": engine.url})
            print("  the contract of the store holds", flush=True)
        for server in servers:
            server.start()
        storm(engine, servers, nginx, token, options.seconds)
        agent(engine, servers, token)
        export(engine, options.program, folder, servers, token)
        compare(servers, token)
        measure(engine, options.program, folder, nginx, token_of, options.hosts)
        measure_lists(engine, options.program, folder, nginx, token_of, options.list_hosts)
    finally:
        for process in (*servers, nginx, engine):
            if getattr(process, "process", None) and process.process.poll() is None:
                process.stop()


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--program", required=True)
    parser.add_argument("--rules", default="Operations/prometheus-rules.yml")
    parser.add_argument("--contract", help="command that tests the store's contract")
    parser.add_argument("--seconds", type=float, default=4, help="of each part of the storm")
    parser.add_argument("--hosts", type=int, default=100, help="to measure with")
    parser.add_argument("--list-hosts", type=int, default=10_000, help="to measure lists with")
    parser.add_argument("--engine", choices=["victoria-metrics", "prometheus"])
    options = parser.parse_args()
    folder = pathlib.Path(tempfile.mkdtemp(prefix="fixlevel-scale-"))
    engines = {"victoria-metrics": lambda: VictoriaMetrics(folder / "victoria-metrics" / "engine"),
               "prometheus": lambda: Prometheus(folder / "prometheus" / "engine", options.rules)}
    for name in [options.engine] if options.engine else engines:
        run(engines[name](), options, folder / name)
    shutil.rmtree(folder)


if __name__ == "__main__":
    main()
