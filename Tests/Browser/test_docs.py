"""The page of the API: every command on it is run as it stands there."""

import os
import pathlib
import subprocess
import tempfile
import unittest
import urllib.request

from browser import BrowserTest, browser, server
from test_fleet import token, upload


class Docs(BrowserTest):
    def test_every_command_is_answered(self):
        upload("PLC-12")
        window = browser()
        window.open("/docs")
        commands = window.script(
            "return [...document.querySelectorAll('.command code')].map((code) => code.textContent)")
        self.assertGreater(len(commands), 30)
        folder = pathlib.Path(tempfile.mkdtemp(prefix="fixlevel-docs-"))
        urllib.request.urlretrieve(f"{server().base}/assets/sample-log.csv", folder / "sample-log.csv")
        environment = dict(os.environ, TOKEN=token("admin"))
        for command in commands:
            with self.subTest(command=command):
                self.assertIn(server().base, command)
                # Pages of the fleet lead who isn't signed in to the form.
                run = subprocess.run(
                    ["bash", "-c", f"{command} -sS -w '\\n%{{http_code}}'"], cwd=folder, env=environment,
                    capture_output=True, text=True, timeout=30)
                self.assertEqual(run.stderr, "")
                self.assertIn(run.stdout.split("\n")[-1], ("200", "204", "303"), run.stdout[:400])
        self.check(window)

    def test_a_link_to_a_route_shows_it(self):
        window = browser()
        window.open("/docs")
        window.driver.find_element("link text", "PUT /api/v1/hosts/{host}").click()
        window.until(lambda: window.script("return location.hash") == "#put-api-v1-hosts-host")
        self.assertIn("admin", window.text(".operation:target, .operation:has(:target)"))


if __name__ == "__main__":
    unittest.main()
