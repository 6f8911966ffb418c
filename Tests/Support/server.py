"""The program under test on a port of its own, with a small archive in our own words."""

import atexit
import os
import pathlib
import re
import shutil
import signal
import subprocess
import tempfile
import textwrap
import threading
import urllib.parse
import urllib.request

ROOT = pathlib.Path(__file__).resolve().parents[2]

# What must stay inert wherever it is shown: markup, an attribute, and a mark that turns text around.
HOSTILE = '<script>alert(1)</script> "onmouseover=alert(1) x="\u202efdp.exe'


def article(number, title, sections, group="winnt", products=("Windows NT Server version 4.0",), keywords=""):
    """An article in the archive's text format."""
    rule = "=" * 70
    parts = [
        f"DOCUMENT:Q{number}  01-MAR-1999  [{group}]", f"TITLE   :{title}",
        "PRODUCT :Microsoft Windows NT", "PROD/VER:winnt:4.0", "OPER/SYS:", f"KEYWORDS:{keywords}",
        "", rule, "-" * 79, "The information in this article applies to:", "",
        *[f" - Microsoft {product}" for product in products], "-" * 79, "",
    ]
    for heading, text in sections:
        parts += [heading, "=" * len(heading), "", textwrap.dedent(text).strip("\n"), ""]
    parts += [
        "Additional query words: test", "", rule, f"Keywords          : {keywords}",
        "Technology        : kbWinNTsearch kbWinNT400search", "Version           : winnt:4.0",
        "Issue type        : kbbug", "Solution Type     : kbfix",
    ]
    return "\r\n".join("\r\n".join(parts).splitlines())


def archive():
    """Articles by number, with what makes pages hard."""
    both = ("Windows NT Workstation version 4.0", "Windows NT Server version 4.0")
    status = "This problem was first corrected in Windows NT 4.0 Service Pack {}.0."
    articles = {
        900001: article(900001, "Plotter Service Leaks a Handle for Every Job", [
            ("SYMPTOMS", "The plotter service of our test plant opens a handle for every job and keeps it.\nSee also Q179827."),
            ("CAUSE", "A handle to the port is opened twice and closed once."),
            ("STATUS", status.format(5)),
        ], products=both, keywords="kbWinNT400sp5fix"),
        900002: article(900002, "Table of Gauge Registers", [
            ("SUMMARY", "The registers of the gauge, as our plant numbers them."),
            ("MORE INFORMATION", """
                Reading the table
                -----------------

                1. Find the register.
                2. Read its unit
                   beside it.

                   Register   Unit      Range          Remark
                   ---------------------------------------------------------
                   40001      bar       0 to 16        inlet of the first pump
                   40002      degrees   -20 to 120     jacket
                   40003      litres    0 to 65535     counter of sixteen bits

                Articles of the same gauge:

                   Q900001 Plotter Service Leaks a Handle for Every Job
                   Q179827 Registry Handle Leak Causes Random Blue Screens
                """),
        ]),
        900003: article(900003, HOSTILE, [
            ("SYMPTOMS", f"The word zebra stands beside {HOSTILE}."),
            ("STATUS", status.format(6)),
        ], keywords="kbWinNT400sp6fix"),
    }
    for index in range(30):
        number = 900100 + index
        articles[number] = article(number, f"Conveyor {index + 1} Reports a Wrong Speed", [
            ("SYMPTOMS", "The conveyor's driver rounds its speed and reports too little."),
            ("STATUS", status.format(4 + index % 3)),
        ], group="winnt" if index % 2 else "sms", keywords=f"kbWinNT400sp{4 + index % 3}fix")
    return articles


class Server:
    """`fixlevel serve` on a data directory that is thrown away.

    FIXLEVEL_PROGRAM is the program, FIXLEVEL_TEST_PORT the port; without them the release build and a
    free port.
    """

    def __init__(self, articles=None):
        """`articles` are texts by number to import; a small archive without it."""
        self.program = os.environ.get("FIXLEVEL_PROGRAM", str(ROOT / ".build/release/fixlevel"))
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="fixlevel-test-"))
        self.data = self.folder / "data"
        self._tokens = {}
        texts = self.folder / "texts"
        texts.mkdir()
        articles = archive() if articles is None else articles
        for number, text in articles.items():
            (texts / f"Q{number}.TXT").write_bytes(text.encode("utf-8"))
        if articles:
            self.run("import", str(texts))
        self.process = subprocess.Popen(
            [self.program, "serve", "--port", os.environ.get("FIXLEVEL_TEST_PORT", "0"),
             "--data-dir", str(self.data)],
            cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        line = self.process.stdout.readline()
        address = re.search(r"serves (http://[^ /]+)", line)
        if not address:
            raise RuntimeError(f"the server did not start: {line}")
        self.base = address[1]
        self.printed = [line]
        # What it logs is read as it comes: a full pipe would stop it.
        threading.Thread(target=lambda: self.printed.extend(self.process.stdout), daemon=True).start()
        atexit.register(self.stop)

    def run(self, *arguments):
        """A command of the program on the same data; what it printed."""
        result = subprocess.run(
            [self.program, *arguments, "--data-dir", str(self.data)],
            cwd=ROOT, capture_output=True, text=True, timeout=60)
        if result.returncode != 0:
            raise RuntimeError(f"{arguments}: {result.stdout}{result.stderr}")
        return result.stdout

    def token(self, scope):
        """A token of this scope; the same at each call."""
        if scope not in self._tokens:
            self._tokens[scope] = self.run("token", "create", "--name", "test", "--scope", scope).strip()
        return self._tokens[scope]

    @staticmethod
    def log(host):
        """The log of the examples as if another host had written it."""
        return (ROOT / "Examples/plc-07.csv").read_bytes().replace(b"PLC-07", host.encode())

    def upload(self, log, product="windows-nt-server-4.0", service_pack="SP3"):
        """Stores a log of handle counts in the fleet."""
        query = {"product": product, "service_pack": service_pack}
        request = urllib.request.Request(
            f"{self.base}/api/v1/telemetry?{urllib.parse.urlencode(query)}",
            data=log,
            headers={"Authorization": f"Bearer {self.token('upload')}", "Content-Type": "text/csv"})
        urllib.request.urlopen(request).close()

    def stop(self):
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGINT)
            try:
                self.process.wait(timeout=15)
            except subprocess.TimeoutExpired:
                self.process.kill()
        shutil.rmtree(self.folder, ignore_errors=True)


_server = None


def server():
    """The one server of a test run."""
    global _server
    if _server is None:
        _server = Server()
    return _server
