"""The server against its own document, by schemathesis: with a token of each scope and with none."""

import os
import pathlib
import subprocess
import sys
import time
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "Support"))
from server import server

FOLDER = pathlib.Path(__file__).resolve().parent
SEED = os.environ.get("FIXLEVEL_TEST_SEED", "1")
EXAMPLES = os.environ.get("FIXLEVEL_TEST_EXAMPLES", "20")
# Far above what it takes, so that only a server that hangs is ended by it.
PATIENCE = 900


class Schema(unittest.TestCase):
    def run_checks(self, token, phases, *arguments):
        fields = ["-H", f"Authorization: Bearer {token}"] if token else []
        command = [
            str(pathlib.Path(sys.executable).parent / "schemathesis"),
            "--config-file", str(FOLDER / "schemathesis.toml"), "run", f"{server().base}/openapi.json",
            "--url", server().base, "--checks", "all", "--phases", phases, "--seed", SEED,
            "--max-examples", EXAMPLES, "--generation-database", "none", "--no-color",
            "--warnings", "off", "--request-timeout", "30", "--suppress-health-check", "all",
            "--report-dir", str(server().folder), *fields, *arguments]
        start = time.monotonic()
        result = subprocess.run(
            command, cwd=FOLDER, env=dict(os.environ, PYTHONDONTWRITEBYTECODE="1"),
            capture_output=True, text=True, timeout=PATIENCE)
        told = result.stdout.split("= SUMMARY =")[-1].strip("=\n ")
        print(f"\n{phases}, seed {SEED}, {time.monotonic() - start:.0f} s\n{told}", flush=True)
        self.assertEqual(result.returncode, 0, result.stdout + result.stderr)
        self.assertIsNone(server().process.poll(), "the server has ended")

    def test_with_all_rights(self):
        self.run_checks(server().token("admin"), "examples,coverage,fuzzing,stateful")

    def test_with_other_rights(self):
        for scope in ("read", "upload"):
            with self.subTest(scope=scope):
                self.run_checks(server().token(scope), "examples,coverage", "--include-tag", "Fleet")

    def test_without_a_token(self):
        self.run_checks(None, "examples,coverage", "--include-tag", "Fleet")

    @classmethod
    def setUpClass(cls):
        server().upload(server().log("PLC-12"))


if __name__ == "__main__":
    unittest.main()
