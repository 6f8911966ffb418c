"""Chromium as a person uses it, with an eye on what a person doesn't see: the console, requests that
fail or go elsewhere, bytes on the wire, rules of accessibility."""

import base64
import functools
import io
import json
import os
import pathlib
import sys
import unittest
from urllib.parse import urlparse

from PIL import Image
from selenium import webdriver
from selenium.webdriver.chrome.service import Service
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.support.ui import WebDriverWait

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "Support"))
from server import ROOT, server

SCREENSHOTS = pathlib.Path(os.environ.get("FIXLEVEL_SCREENSHOTS", ROOT / ".build/browser/screenshots"))
WIDE, NARROW = 1200, 320


def axe_source():
    """axe-core as the package axe-playwright-python carries it."""
    import importlib.util

    folder = importlib.util.find_spec("axe_playwright_python").submodule_search_locations[0]
    return (pathlib.Path(folder) / "axe.min.js").read_text(encoding="utf-8")


class Browser:
    """One window. `script=False` is a browser without JavaScript."""

    def __init__(self, dark=False, width=WIDE, script=True):
        self.base = server().base
        self.width = width
        options = webdriver.ChromeOptions()
        options.binary_location = "/usr/bin/chromium"
        for argument in ("--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage",
                         "--hide-scrollbars", "--force-color-profile=srgb", "--lang=en"):
            options.add_argument(argument)
        options.set_capability("goog:loggingPrefs", {"browser": "ALL", "performance": "ALL"})
        self.driver = webdriver.Chrome(options=options, service=Service("/usr/bin/chromedriver"))
        self.driver.set_page_load_timeout(30)
        self.command("Emulation.setEmulatedMedia", features=[
            {"name": "prefers-color-scheme", "value": "dark" if dark else "light"}])
        self.resize(900)
        # Without a cache every visit shows what a page costs at its first.
        self.command("Network.enable")
        self.command("Network.setCacheDisabled", cacheDisabled=True)
        if not script:
            self.command("Emulation.setScriptExecutionDisabled", value=True)

    def command(self, name, **parameters):
        return self.driver.execute_cdp_cmd(name, parameters)

    def resize(self, height):
        self.command("Emulation.setDeviceMetricsOverride", width=self.width, height=height,
                     deviceScaleFactor=1, mobile=False)

    def open(self, path):
        """Opens a page; what happened before is forgotten."""
        self.driver.get_log("performance")
        self.driver.get_log("browser")
        self.driver.get(self.base + path)

    def one(self, selector):
        return self.driver.find_element(By.CSS_SELECTOR, selector)

    def all(self, selector):
        return self.driver.find_elements(By.CSS_SELECTOR, selector)

    def text(self, selector="body"):
        return self.one(selector).text

    def type(self, *keys):
        """Keys to whatever has the focus."""
        self.driver.switch_to.active_element.send_keys(*keys)

    def until(self, condition, seconds=5):
        """Waits until `condition()` is true and returns what it gave."""
        return WebDriverWait(self.driver, seconds, poll_frequency=0.05).until(lambda _: condition())

    def script(self, text, *arguments):
        return self.driver.execute_script(text, *arguments)

    @property
    def path(self):
        address = urlparse(self.driver.current_url)
        return address.path + (f"?{address.query}" if address.query else "")

    def requests(self):
        """What the last page asked for: address, status (0 if it failed), and bytes on the wire."""
        found = {}
        for entry in self.driver.get_log("performance"):
            message = json.loads(entry["message"])["message"]
            parameters = message["params"]
            key = parameters.get("requestId")
            if message["method"] == "Network.requestWillBeSent":
                found[key] = {"url": parameters["request"]["url"], "status": 0, "bytes": 0}
            elif key in found and message["method"] == "Network.responseReceived":
                found[key]["status"] = parameters["response"]["status"]
            elif key in found and message["method"] == "Network.loadingFinished":
                found[key]["bytes"] = parameters["encodedDataLength"]
        return list(found.values())

    def console(self):
        return [entry["message"] for entry in self.driver.get_log("browser")
                if entry["level"] in ("SEVERE", "WARNING")]

    def violations(self):
        """What axe-core finds against WCAG 2.2 AA and its best practices, one line each."""
        self.script(axe_source())
        found = self.driver.execute_async_script("""
            const done = arguments[arguments.length - 1];
            axe.run(document, { resultTypes: ["violations"], runOnly: {
              type: "tag", values: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"] } })
              .then((result) => done(result.violations.map((rule) =>
                `${rule.id}: ${rule.help}: ` + rule.nodes.slice(0, 3).map((node) => node.html).join(" "))),
                (error) => done([String(error)]));
            """)
        return found

    def overflow(self):
        """Pixels by which the page is wider than the window."""
        return self.script("return document.documentElement.scrollWidth - innerWidth")

    def screenshot(self, name, height_max=2400, scale=0.5):
        """The page from its top as a small PNG."""
        height = self.script("return document.documentElement.scrollHeight")
        self.resize(max(600, min(height, height_max)))
        data = self.command("Page.captureScreenshot", format="png")["data"]
        self.resize(900)
        image = Image.open(io.BytesIO(base64.b64decode(data))).convert("RGB")
        if self.width > NARROW:
            image = image.resize((round(image.width * scale), round(image.height * scale)), Image.LANCZOS)
        SCREENSHOTS.mkdir(parents=True, exist_ok=True)
        # So that the few pixels of a small sign keep their colour.
        image.quantize(256, method=Image.Quantize.MAXCOVERAGE).save(SCREENSHOTS / f"{name}.png", optimize=True)

    def close(self):
        self.driver.quit()


_browsers = {}


def browser(dark=False, width=WIDE, script=True):
    """The window of this kind; all tests of a run share it."""
    key = (dark, width, script)
    if key not in _browsers:
        _browsers[key] = Browser(*key)
    return _browsers[key]


def close_all():
    for window in _browsers.values():
        window.close()
    _browsers.clear()


unittest.addModuleCleanup(close_all)


class BrowserTest(unittest.TestCase):
    """A test that leaves no page with an error, a failed request or one that goes elsewhere."""

    def check(self, window, status=200):
        """The page that the window shows has come to no harm."""
        requests = window.requests()
        for request in requests:
            if request["url"].startswith(("data:", "blob:")):
                continue
            self.assertTrue(request["url"].startswith(window.base), f"goes elsewhere: {request}")
            expected = (200, 204, 303, 304) if status == 200 else (200, 303, 304, status)
            self.assertIn(request["status"], expected, request)
        # Chromium itself writes a line for every answer that is an error.
        console = [line for line in window.console()
                   if status == 200 or f"status of {status}" not in line]
        self.assertEqual(console, [])
        return requests


def with_and_without_script(test):
    """Passes the test the window with JavaScript, and again the one without."""

    @functools.wraps(test)
    def twice(self):
        for script in (True, False):
            with self.subTest(script=script):
                test(self, browser(script=script))

    return twice


__all__ = ["Browser", "BrowserTest", "By", "Keys", "NARROW", "WIDE", "browser", "server",
           "with_and_without_script"]
