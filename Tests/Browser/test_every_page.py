"""Every page in every light: no error, nothing from elsewhere, no rule of accessibility broken, no
sideways scrolling at 320 px, fewer than 50 KB, and a screenshot."""

import unittest

from browser import NARROW, WIDE, BrowserTest, browser
from pages import PAGES

BYTES_MAX = 50_000


class EveryPage(BrowserTest):
    def visit(self, window, page, kind):
        window.open(page.path)
        self.assertIn(page.words, window.text("main"), page.name)
        requests = self.check(window, page.status)
        self.assertLess(sum(request["bytes"] for request in requests), BYTES_MAX, page.name)
        self.assertLessEqual(window.overflow(), 0, f"{page.name} scrolls sideways")
        window.screenshot(f"{page.name}-{kind}")

    def test_light(self):
        for page in PAGES:
            with self.subTest(page=page.name):
                window = browser()
                self.visit(window, page, "light")
                self.assertEqual(window.violations(), [])

    def test_dark(self):
        for page in PAGES:
            with self.subTest(page=page.name):
                window = browser(dark=True)
                self.visit(window, page, "dark")
                self.assertEqual(window.violations(), [])

    def test_narrow(self):
        for page in PAGES:
            with self.subTest(page=page.name):
                window = browser(width=NARROW)
                self.visit(window, page, "narrow")
                self.assertEqual(window.violations(), [])

    def test_without_script(self):
        for page in PAGES:
            with self.subTest(page=page.name):
                window = browser(script=False)
                window.open(page.path)
                self.assertIn(page.words, window.text("main"), page.name)
                self.check(window, page.status)

    def test_once_seen_a_page_is_not_sent_again(self):
        """A page and its files carry an entity tag that the next visit is answered with 304 for."""
        import urllib.request
        from urllib.error import HTTPError

        for path in ["/", "/kb/Q179827", "/assets/style.css", "/assets/search.js"]:
            request = urllib.request.Request(browser().base + path, headers={"Accept-Encoding": "gzip"})
            with urllib.request.urlopen(request) as answer:
                self.assertEqual(answer.headers["Content-Encoding"], "gzip", path)
                request.add_header("If-None-Match", answer.headers["ETag"])
            with self.assertRaises(HTTPError) as second:
                urllib.request.urlopen(request)
            self.assertEqual(second.exception.code, 304, path)


if __name__ == "__main__":
    unittest.main()
