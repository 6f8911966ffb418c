#!/usr/bin/env python3
"""Sends the handle counts of programs to Fixlevel with OpenTelemetry's SDK.

    pip install opentelemetry-sdk opentelemetry-exporter-otlp-proto-http psutil
    export OTEL_EXPORTER_OTLP_ENDPOINT=http://localhost:8080
    export OTEL_EXPORTER_OTLP_HEADERS="Authorization=Bearer%20$TOKEN"
    python3 opentelemetry_handles.py EXTRA.EXE SPOOLSS.EXE

On Unix the counts are those of file descriptors.
"""

import socket
import sys
import time

import psutil
from opentelemetry.exporter.otlp.proto.http.metric_exporter import OTLPMetricExporter
from opentelemetry.metrics import Observation
from opentelemetry.sdk.metrics import MeterProvider
from opentelemetry.sdk.metrics.export import PeriodicExportingMetricReader
from opentelemetry.sdk.resources import Resource


def counts(names):
    for process in psutil.process_iter(["name", "pid"]):
        if process.info["name"] not in names:
            continue
        try:
            count = process.num_handles() if psutil.WINDOWS else process.num_fds()
        except psutil.Error:
            continue
        yield Observation(count, {
            "process.executable.name": process.info["name"], "process.pid": process.info["pid"]})


def main():
    names = set(sys.argv[1:])
    provider = MeterProvider(
        resource=Resource.create({"host.name": socket.gethostname()}),
        metric_readers=[PeriodicExportingMetricReader(OTLPMetricExporter())])
    provider.get_meter("handles").create_observable_up_down_counter(
        "process.windows.handle.count", callbacks=[lambda options: counts(names)],
        unit="{handle}")
    while True:
        time.sleep(3600)


if __name__ == "__main__":
    main()
