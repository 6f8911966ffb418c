"""The fleet: hosts send telemetry, a person signs in and watches."""

import unittest
import urllib.parse
import urllib.request

from browser import BrowserTest, NARROW, browser, server, with_and_without_script
from server import HOSTILE
from test_diagnose import log

def token(scope):
    """A token of the running server."""
    return server().token(scope)


def upload(host, rows=300, level="SP3"):
    query = urllib.parse.urlencode({"product": "windows-nt-server-4.0", "service_pack": level})
    name = '"' + host.replace('"', '""') + '"'
    request = urllib.request.Request(
        f"{server().base}/api/v1/telemetry?{query}", data=log(rows=rows, host=name).encode(),
        headers={"Authorization": f"Bearer {token('upload')}", "Content-Type": "text/csv"})
    urllib.request.urlopen(request).close()


class Fleet(BrowserTest):
    @classmethod
    def setUpClass(cls):
        upload("LINE-1")
        upload("LINE-2", level="SP5")
        upload(HOSTILE.replace("\u202e", ""))

    def sign_in(self, window, path="/fleet"):
        window.driver.delete_all_cookies()
        window.open(path)
        window.until(lambda: window.path.startswith("/sign-in"))
        window.one("[name=token]").send_keys(token("read"))
        window.one("main form button").click()
        window.until(lambda: window.path.startswith("/fleet"))

    @with_and_without_script
    def test_sign_in_look_and_sign_out(self, window):
        self.sign_in(window)
        self.check(window)
        window.until(lambda: window.driver.refresh() or "leaking" in window.text("#list"))
        self.assertIn("LINE-1", window.text("#wraps"))
        window.driver.find_element("link text", "LINE-1").click()
        window.until(lambda: window.path == "/fleet/LINE-1")
        self.assertIn("leaks about", window.text(".verdict"))
        self.assertEqual(len(window.all("figure.chart > svg")), 3)
        cookie = window.driver.get_cookies()[0]
        self.assertTrue(cookie["httpOnly"])
        self.assertEqual(cookie["sameSite"], "Strict")
        window.driver.find_element("xpath", "//button[text()='Sign out']").click()
        window.until(lambda: window.path == "/sign-in")
        window.open("/fleet")
        self.assertEqual(window.path, "/sign-in")
        self.check(window)

    @with_and_without_script
    def test_a_wrong_token(self, window):
        window.driver.delete_all_cookies()
        window.open("/sign-in")
        window.one("[name=token]").send_keys("fxl_wrong")
        window.one("main form button").click()
        window.until(lambda: window.all("[role=alert]"))
        self.assertIn("no token", window.text("[role=alert]"))
        self.check(window, 403)

    @with_and_without_script
    def test_filters(self, window):
        self.sign_in(window)
        window.until(lambda: window.driver.refresh() or "not diagnosed" not in window.text("main"))
        window.one("[name=level] option[value=SP5]").click()
        window.one(".filters button").click()
        window.until(lambda: "level=SP5" in window.path)
        self.assertIn("LINE-2", window.text("#list"))
        self.assertNotIn("LINE-1", window.text("#list"))
        self.check(window)

    def test_hostile_names_are_inert(self):
        window = browser()
        self.sign_in(window)
        link = window.driver.find_element("partial link text", "<script>")
        window.driver.execute_script("arguments[0].click()", link)
        window.until(lambda: window.text("h1").startswith("<script>"))
        self.assertEqual(window.all("main script, main [onmouseover]"), [])
        self.check(window)

    def test_what_changed_appears_without_a_reload(self):
        window = browser()
        self.sign_in(window, "/fleet/LINE-1")
        window.one("#overview-table summary").click()
        window.script("window.kept = document.querySelector('h1')")
        before = window.text("#facts")
        upload("LINE-1", rows=320)
        window.until(lambda: window.text("#facts") != before, seconds=40)
        self.assertTrue(window.script("return document.querySelector('h1') === window.kept"))
        self.assertTrue(window.script("return document.querySelector('#overview-table').open"))
        self.assertIn("Up to date", window.text("#live"))

    def test_looks(self):
        for name, options in (("light", {}), ("dark", {"dark": True}), ("narrow", {"width": NARROW})):
            window = browser(**options)
            with self.subTest(name=name):
                self.sign_in(window)
                for page, path in (("fleet", "/fleet"), ("host", "/fleet/LINE-1"), ("sign-in", "/sign-in")):
                    window.open(path)
                    self.assertEqual(window.violations(), [], page)
                    self.assertLessEqual(window.overflow(), 0, page)
                    window.screenshot(f"{page}-{name}")
                    self.check(window)


if __name__ == "__main__":
    unittest.main()
