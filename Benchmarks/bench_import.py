#!/usr/bin/env python3
"""`fixlevel import` beside Python's sqlite3 loading the same text into the same FTS5 table.

    python3 Benchmarks/bench_import.py --program .build/release/fixlevel --archive FOLDER

Both in turn, five rounds. Python has the text in memory, writes it into one table and its FTS5 index
(the definition that the program uses), without a journal and without syncing; it parses nothing. With
--articles N the archive, a sample of every tenth number, is made up to N articles: those beside each
article have its text with all article numbers moved on.
"""

import argparse
import pathlib
import re
import resource
import sqlite3
import statistics
import subprocess
import tempfile
import time

ROUNDS = 5
NUMBER = re.compile(rb"\bQ(\d{4,6})\b")


def grown(archive, count, folder):
    """A folder with so many articles, each with a number of its own."""
    files = sorted(path for path in archive.rglob("*") if path.suffix.lower() == ".txt")
    used = set()
    for step in range(10):
        target = folder / str(step)
        target.mkdir()
        for path in files:
            if len(used) == count:
                return folder
            text = NUMBER.sub(lambda match: b"Q%d" % (int(match[1]) + step), path.read_bytes())
            number = re.search(rb"DOCUMENT:Q(\d+)", text)
            if number and number[1] not in used:
                used.add(number[1])
                (target / f"Q{number[1].decode()}.TXT").write_bytes(text)
    return folder


def run_program(program, archive, data):
    start = time.perf_counter()
    subprocess.run([program, "import", "--data-dir", data, archive],
                   check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    return time.perf_counter() - start


def texts_of(database):
    """The indexed text of all articles, and the definition of the index."""
    connection = sqlite3.connect(database)
    (definition,), = connection.execute("SELECT sql FROM sqlite_schema WHERE name = 'search'")
    rows = connection.execute(
        "SELECT number, id, title, words, headings, text FROM searchable ORDER BY number").fetchall()
    connection.close()
    return definition, rows


def run_python(definition, rows, path):
    connection = sqlite3.connect(path, isolation_level=None)
    start = time.perf_counter()
    connection.execute("PRAGMA journal_mode = OFF")
    connection.execute("PRAGMA synchronous = OFF")
    connection.execute("PRAGMA cache_size = -65536")
    connection.execute("BEGIN")
    connection.execute(
        "CREATE TABLE searchable (number INTEGER PRIMARY KEY, id, title, words, headings, text)")
    connection.execute(definition)
    connection.executemany("INSERT INTO searchable VALUES (?, ?, ?, ?, ?, ?)", rows)
    connection.executemany(
        "INSERT INTO search (rowid, id, title, words, headings, text) VALUES (?, ?, ?, ?, ?, ?)", rows)
    connection.execute("COMMIT")
    connection.close()
    return time.perf_counter() - start


def described(values):
    return f"{statistics.median(values):.2f} ({min(values):.2f}–{max(values):.2f})"


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--program", required=True)
    parser.add_argument("--archive", required=True, type=pathlib.Path)
    parser.add_argument("--articles", type=int, default=0)
    parser.add_argument("--rounds", type=int, default=ROUNDS)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        archive = arguments.archive
        if arguments.articles:
            (folder / "archive").mkdir()
            archive = grown(archive, arguments.articles, folder / "archive")
        ours, theirs = [], []
        definition = rows = None
        for turn in range(arguments.rounds):
            ours.append(run_program(arguments.program, archive, folder / f"data{turn}"))
            if rows is None:
                definition, rows = texts_of(folder / "data0" / "kb.sqlite")
            theirs.append(run_python(definition, rows, folder / f"python{turn}.sqlite"))
        ratios = [mine / other for mine, other in zip(ours, theirs)]
        megabytes = sum(len(text.encode()) for row in rows for text in row[1:]) / 1e6
        print(f"{len(rows)} articles, {megabytes:.1f} MB of indexed text, SQLite {sqlite3.sqlite_version}")
        peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
        size = (folder / "data0" / "kb.sqlite").stat().st_size / 1e6
        print(f"fixlevel import: {described(ours)} s, {len(rows) / statistics.median(ours):.0f} articles "
              f"a second, {peak:.0f} MB resident at most, a file of {size:.1f} MB")
        print(f"Python's sqlite3: {described(theirs)} s")
        print(f"ratio: {described(ratios)} (target 1.5, stretch 1)")


if __name__ == "__main__":
    main()
