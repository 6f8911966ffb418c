#!/usr/bin/env python3
"""Diagnoses every host of NDJSON telemetry with Spark: one `fixlevel diagnose -` for each host.

    spark-submit diagnose_hosts.py 'telemetry/*.ndjson' verdicts

Lines are those of `POST /api/v1/telemetry` (docs/api.md); `host` is a name or an object with `name`,
`product` and `service_pack`. Writes the diagnoses, one JSON document a line, and prints them as a table.
fixlevel must be installed on every worker.
"""

import argparse
import json

from pyspark.sql import SparkSession


def host_of(line):
    host = json.loads(line)["host"]
    return host["name"] if isinstance(host, dict) else host


def row(document):
    diagnosis = json.loads(document)
    wraps = [process["wrap"]["expected_at"] for process in diagnosis["processes"]]
    return (diagnosis["host"]["name"], diagnosis["verdict"], diagnosis["finding"], diagnosis["wrap"],
            min((wrap for wrap in wraps if wrap), default=None))


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("telemetry", help="files of NDJSON, as Spark names them")
    parser.add_argument("verdicts", help="folder to write the diagnoses to")
    parser.add_argument("--fixlevel", default="fixlevel", help="the program on the workers")
    parser.add_argument("--tasks", type=int, default=8, help="that work at most at a time")
    options = parser.parse_args()

    context = SparkSession.builder.appName("fixlevel").getOrCreate()
    lines = context.sparkContext.textFile(options.telemetry).filter(str.strip)
    by_host = lines.keyBy(host_of).persist()
    hosts = by_host.keys().distinct().collect()
    partition_of = {host: number for number, host in enumerate(sorted(hosts))}
    # A command runs once for each partition: every host has one of its own. Exit codes tell the
    # verdict, so that they are no failure; a host without a document is one. Few tasks work through
    # them, since a task of its own for each takes longer than the diagnosis.
    documents = (
        by_host.partitionBy(max(1, len(hosts)), partition_of.get).values()
        .pipe(f"{options.fixlevel} diagnose - --json").filter(str.strip)
        .coalesce(options.tasks).persist())
    if documents.count() != len(hosts):
        raise SystemExit(f"{documents.count()} diagnoses of {len(hosts)} hosts: see the workers' logs")
    documents.saveAsTextFile(options.verdicts)
    context.createDataFrame(
        documents.map(row), "host string, verdict string, finding string, wrap string, wrap_at string"
    ).orderBy("wrap_at").show(20, truncate=False)


if __name__ == "__main__":
    main()
