"""Real engines behind the Prometheus API for the tests of scale, and an agent that writes to them."""

import json
import pathlib
import struct
import subprocess
import time
import urllib.error
import urllib.parse
import urllib.request

from bench_http import free_port


def wait_for(what, condition, seconds=60):
    """Until the condition holds; connections that fail count as no."""
    deadline = time.monotonic() + seconds
    while True:
        try:
            value = condition()
        except OSError:
            value = None
        if value:
            return value
        if time.monotonic() > deadline:
            raise SystemExit(f"after {seconds} s still not: {what}")
        time.sleep(0.2)


class Engine:
    """A process that can be stopped and started on the same data."""

    def __init__(self, folder):
        self.folder = pathlib.Path(folder)
        self.folder.mkdir(parents=True)
        self.port = free_port()
        self.process = None

    @property
    def url(self):
        return f"http://127.0.0.1:{self.port}"

    def start(self):
        log = open(self.folder / "log", "ab")
        self.process = subprocess.Popen(self.command(), stdout=log, stderr=log)
        wait_for(f"{self.name} answers", lambda: self.query("vector(1)"))

    def stop(self):
        self.process.terminate()
        self.process.wait(60)

    def get(self, path, **parameters):
        query = urllib.parse.urlencode(parameters)
        with urllib.request.urlopen(f"{self.url}{path}?{query}", timeout=30) as answer:
            return json.load(answer)["data"]

    def query(self, text):
        return self.get("/api/v1/query", query=text, time=time.time(), nocache=1)["result"]

    def write(self, labels, samples):
        """One series, as an agent writes it: samples are (milliseconds, value)."""
        self.write_all([(labels, samples)])

    def write_all(self, series):
        """Remote write 1.0."""
        body = b"".join(message(1, time_series(*one)) for one in series)
        request = urllib.request.Request(
            f"{self.url}/api/v1/write", snappy(body),
            {"Content-Type": "application/x-protobuf", "Content-Encoding": "snappy",
             "X-Prometheus-Remote-Write-Version": "0.1.0"})
        urllib.request.urlopen(request, timeout=30).close()


class VictoriaMetrics(Engine):
    name = "VictoriaMetrics"

    def command(self):
        return ["victoria-metrics", f"-storageDataPath={self.folder}/data",
                f"-httpListenAddr=127.0.0.1:{self.port}", "-retentionPeriod=2", "-loggerLevel=WARN"]


class Prometheus(Engine):
    """Uploads bring samples late and out of order: hence the window."""

    name = "Prometheus"

    def __init__(self, folder, rules):
        super().__init__(folder)
        (self.folder / "prometheus.yml").write_text(json.dumps({
            "global": {"evaluation_interval": "2s"},
            "rule_files": [str(pathlib.Path(rules).resolve())],
            "storage": {"tsdb": {"out_of_order_time_window": "31d"}}}))

    def command(self):
        return ["prometheus", f"--config.file={self.folder}/prometheus.yml",
                f"--storage.tsdb.path={self.folder}/data",
                f"--web.listen-address=127.0.0.1:{self.port}",
                "--web.enable-remote-write-receiver", "--log.level=warn"]


def time_series(labels, samples):
    fields = b"".join(
        message(1, message(1, name.encode()) + message(2, value.encode()))
        for name, value in sorted(labels.items()))
    return fields + b"".join(
        message(2, b"\x09" + struct.pack("<d", value) + b"\x10" + varint(at))
        for at, value in samples)


def varint(value):
    result = b""
    while value >= 0x80:
        result += bytes([value & 0x7F | 0x80])
        value >>= 7
    return result + bytes([value])


def message(field, content):
    return varint(field << 3 | 2) + varint(len(content)) + content


def snappy(content):
    """Snappy's format without compression: literals alone."""
    result = varint(len(content))
    for start in range(0, len(content), 60):
        part = content[start:start + 60]
        result += bytes([(len(part) - 1) << 2]) + part
    return result
