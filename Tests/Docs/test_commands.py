"""Every command of README.md and docs/ is run as it stands there, and what the page shows is compared.

A block of code says what it is: `sh` holds commands, `console` commands after `$` with what they print,
others are data. Data right behind a block of commands is what its last command prints; `…` stands for
anything. A page has a server of its own, on an empty data directory, and keeps its variables from block
to block.
"""

import json
import os
import pathlib
import re
import subprocess
import sys
import time
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "Support"))
from server import ROOT, Server, archive

PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]
COMMANDS = ("sh", "console")
# PowerShell runs on Windows alone.
DATA = ("json", "csv", "text", "yaml", "toml", "ini", "nginx", "powershell")
ELSEWHERE = "localhost:8080"

# Blocks with such a line are not run here, for this reason.
SKIPPED = [
    (r"^make (serve|test)", "builds everything: .ci/run and every user's first step do it"),
    (r"^make |^promtool ", "a target of its own, with programs of its own"),
    (r"^(sudo |apt-get|systemctl|docker|podman|dpkg)", "changes the machine"),
    (r"engine:|/etc/|/backup/", "needs what a test must not touch: other machines, system folders"),
    (r"localhost:9182", "needs windows_exporter; make test-clients scrapes one"),
    (r"opentelemetry_handles|spark-submit|pip install", "needs packages; make test-clients and test-spark run it"),
    (r"^fixlevel serve", "would serve for ever; the server of this test is started like it"),
]


def blocks(path):
    """The fenced blocks of a page: line, kind, text, and whether only blank lines are before it."""
    found, lines, number = [], path.read_text(encoding="utf-8").splitlines(), 0
    last_end = None
    while number < len(lines):
        start = re.match(r"^( *)```(\S*)\s*$", lines[number])
        if not start:
            if lines[number].strip():
                last_end = None
            number += 1
            continue
        end = next(index for index in range(number + 1, len(lines)) if lines[index].strip() == "```")
        text = "\n".join(line[len(start[1]):] for line in lines[number + 1:end])
        found.append((number + 1, start[2], text, last_end is not None))
        last_end = number = end + 1
    return found


def matches(shown, printed):
    """Whether what a page shows is what was printed, but for white space and `…`."""
    try:
        printed = json.dumps(json.loads(printed), ensure_ascii=False, sort_keys=True)
        shown = shown if "…" in shown else json.dumps(
            json.loads(shown), ensure_ascii=False, sort_keys=True)
    except ValueError:
        pass
    pieces = ["".join(piece.split()) for piece in shown.split("…")]
    pattern = ".*".join(re.escape(piece) for piece in pieces)
    return re.fullmatch(pattern, "".join(printed.split()), re.DOTALL) is not None


class Page:
    """A folder that looks like the project's, and a server on `data` in it."""

    def __init__(self, path):
        self.path = path
        self.server = Server(articles={})
        self.folder = self.server.folder
        self.state = self.folder / "variables"
        self.state.touch()
        texts = self.folder / "path/to/archive"
        texts.mkdir(parents=True)
        for number, text in archive().items():
            (texts / f"Q{number}.TXT").write_bytes(text.encode("utf-8"))
        (self.folder / "Examples").symlink_to(ROOT / "Examples")
        # `check` and `diagnose` tell their verdict by 10 and 11.
        for place in (".build/release", "bin"):
            wrapper = self.folder / place / "fixlevel"
            wrapper.parent.mkdir(parents=True)
            wrapper.write_text(
                f'#!/bin/sh\n"{self.server.program}" "$@"; code=$?\n'
                'case "$1:$code" in check:1[01] | diagnose:1[01]) exit 0 ;; esac\nexit $code\n')
            wrapper.chmod(0o755)

    def run(self, commands):
        """What the commands print; fails where one fails."""
        names = " ".join(set(re.findall(r"^(?:export )?([A-Z_]+)=", commands, re.MULTILINE)))
        script = "\n".join([
            "set -euo pipefail",
            'curl() { command curl --fail-with-body -sS --max-time 30 "$@"; }',
            f'. "{self.state}"',
            commands.replace(ELSEWHERE, self.server.base.removeprefix("http://")),
            f'declare -p {names} >> "{self.state}"' if names else ""])
        environment = {"PATH": f"{self.folder}/bin:{os.environ['PATH']}", "HOME": str(self.folder)}
        return subprocess.run(
            ["bash", "-c", script], cwd=self.folder, env=environment, capture_output=True, text=True,
            timeout=120)


class Commands(unittest.TestCase):
    def test_every_block_says_what_it_is(self):
        for path in PAGES:
            for line, kind, _, _ in blocks(path):
                with self.subTest(page=path.name, line=line):
                    self.assertIn(kind, COMMANDS + DATA)

    def test_every_command_works_and_prints_what_is_shown(self):
        for path in PAGES:
            found = blocks(path)
            if not any(kind in COMMANDS for _, kind, _, _ in found):
                continue
            page, ran = Page(path), 0
            for (line, kind, text, _), after in zip(found, found[1:] + [None]):
                if kind not in COMMANDS:
                    continue
                with self.subTest(page=path.name, line=line):
                    reason = next((reason for pattern, reason in SKIPPED
                                   if re.search(pattern, text, re.MULTILINE)), None)
                    if reason:
                        print(f"skipped {path.name}:{line} {text.splitlines()[0][:60]}: {reason}")
                        continue
                    shown = after[2] if after and after[1] in DATA and after[3] else None
                    for commands, shown in self.steps(kind, text, shown):
                        self.step(page, commands, shown)
                        ran += 1
            page.server.stop()
            print(f"{path.name}: {ran} commands ran")

    def step(self, page, commands, shown):
        # What an upload changes is seen a moment later, by who asks again.
        patience = 1 if "--data-binary" in commands or not shown else 40
        for _ in range(patience):
            result = page.run(commands)
            self.assertEqual(result.returncode, 0, f"{commands}\n{result.stdout}{result.stderr}")
            if not shown or matches(shown, result.stdout):
                return
            time.sleep(0.5)
        self.fail(f"shown:\n{shown}\nprinted:\n{result.stdout}")

    @staticmethod
    def steps(kind, text, shown):
        """The commands of a block, each with what is shown of it."""
        if kind == "sh":
            return [(text, shown)]
        parts = re.split(r"^\$ ", text, flags=re.MULTILINE)[1:]
        return [tuple((part.split("\n", 1) + [""])[:2]) for part in parts]


if __name__ == "__main__":
    unittest.main()
