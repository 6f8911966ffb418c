"""Diagnosis: a log is dropped or chosen, its charts are looked at, the result is kept."""

import base64
import pathlib
import tempfile
import unittest

from browser import BrowserTest, NARROW, browser, with_and_without_script
from server import HOSTILE


def log(name="LINEVIEW", rows=300, host="PLC-12"):
    """Handle counts of a leak, as CSV."""
    quoted = '"' + name.replace('"', '""').replace("\u202e", "") + '"'
    lines = ["timestamp,host,process,pid,handles"]
    for row in range(rows):
        lines.append(f"1999-03-{1 + row // 96:02d} {row // 4 % 24:02d}:{row % 4 * 15:02d}:00,{host},{quoted},212,{800 + row * 40 + row * 7 % 23}")
    return "\n".join(lines) + "\n"


def file(text):
    """A file with this text, for a form."""
    path = pathlib.Path(tempfile.mkdtemp(prefix="fixlevel-log-")) / "counts.csv"
    path.write_text(text, encoding="utf-8")
    return str(path)


def heading(window):
    """The page's heading, also while the page is being replaced."""
    return window.script("return document.querySelector('h1')?.textContent ?? ''")


class Diagnose(BrowserTest):
    @with_and_without_script
    def test_a_file(self, window):
        window.open("/diagnose")
        window.one("[data-upload] input[type=file]").send_keys(file(log()))
        window.one("button[value=page]").click()
        window.until(lambda: "Diagnosis of PLC-12" in heading(window))
        self.assertIn("leaking", window.text(".verdict"))
        self.assertEqual(len(window.all("figure.chart > svg")), 3)
        self.check(window)

    @with_and_without_script
    def test_a_pasted_log(self, window):
        window.open("/diagnose")
        window.one("[data-upload] summary").click()
        window.one("textarea").send_keys(log(rows=40))
        window.one("button[value=page]").click()
        window.until(lambda: "Diagnosis of PLC-12" in heading(window))
        self.check(window)

    @with_and_without_script
    def test_the_sample(self, window):
        window.open("/diagnose")
        window.driver.find_element("link text", "Try it with a sample log").click()
        window.until(lambda: "sample=" in window.path)
        self.assertIn("Restart LINEVIEW on PLC-12 before", window.text(".verdict"))
        summary = window.one("#measured-1-table summary")
        summary.click()
        self.assertIn("Lowest", window.text("#measured-1-table"))
        document = window.one("a[download$='.json']").get_attribute("href")
        self.assertIn(b'"finding":"leaking"', base64.b64decode(document.split(",", 1)[1]))
        self.check(window)

    @with_and_without_script
    def test_a_file_that_is_no_log(self, window):
        window.open("/diagnose")
        window.one("[data-upload] input[type=file]").send_keys(file("a letter, not a log\n"))
        window.one("button[value=page]").click()
        window.until(lambda: "400" in heading(window))
        self.check(window, 400)

    def test_the_form_of_a_result_offers_only_levels_of_its_product(self):
        window = browser()
        window.open("/diagnose")
        window.one("[data-upload] input[type=file]").send_keys(file(log(rows=40)))
        window.one("button[value=page]").click()
        window.until(lambda: "Diagnosis of PLC-12" in heading(window))
        product = window.one("[data-products]")
        window.script("""
            const [products, value] = arguments;
            products.value = value;
            products.dispatchEvent(new Event("change", { bubbles: true }));""",
            product, "windows-nt-server-4.0-terminal-server")
        offered = window.script("""
            return [...arguments[0].form.querySelector("[data-levels-of-product]").options]
              .filter((option) => !option.disabled).map((option) => option.value)""", product)
        self.assertIn("SP6", offered)
        self.assertNotIn("SP6a", offered)

    def test_hostile_names_are_inert(self):
        window = browser()
        window.open("/diagnose")
        window.one("[data-upload] input[type=file]").send_keys(file(log(name=HOSTILE)))
        window.one("button[value=page]").click()
        window.until(lambda: "Diagnosis of" in heading(window))
        self.assertIn("<script>alert(1)</script>", window.text("#processes + div"))
        self.assertEqual(window.all("main script, main [onmouseover]"), [])
        self.check(window)

    def test_the_result_as_one_file(self):
        window = browser()
        window.open("/diagnose?sample=1")
        self.assertTrue(window.one("[data-save]").is_displayed())
        # The file that the button makes, without going through the download.
        text = window.driver.execute_async_script("""
            const done = arguments[0];
            URL.createObjectURL = (blob) => { blob.text().then(done); return "#"; };
            HTMLAnchorElement.prototype.click = () => {};
            document.querySelector("[data-save]").click();""")
        self.assertIn("<style>", text)
        self.assertIn("LINEVIEW: forecast", text)
        for needed in ("<script", "<link", "<form", 'src="'):
            self.assertNotIn(needed, text)

    def test_a_log_of_20_megabytes_is_dropped(self):
        window = browser()
        window.open("/diagnose")
        # As a drop does it: a file that the page gets with the event.
        window.script("""
            const lines = ["timestamp,host,process,pid,handles"];
            const start = Date.UTC(1999, 2, 1);
            for (let row = 0; lines.length < 440000; row++) {
              const time = new Date(start + row * 10000).toISOString().slice(0, 19) + "Z";
              for (let one = 0; one < 5; one++) {
                lines.push(`${time},PLC-12,PROCESS${one},${200 + one},${500 + (one ? row % 17 : row / 2 | 0)}`);
              }
            }
            const text = lines.join("\\n") + "\\n";
            window.seen = [];
            new MutationObserver(() => {
              const bar = document.querySelector(".progress");
              if (bar) window.seen.push(bar.textContent);
            }).observe(document.body, { subtree: true, childList: true, characterData: true });
            const data = new DataTransfer();
            data.items.add(new File([text], "counts.csv"));
            window.size = text.length;
            window.dropped = performance.now();
            document.querySelector("[data-upload]").dispatchEvent(
              new DragEvent("drop", { dataTransfer: data, bubbles: true, cancelable: true }));""")
        window.until(lambda: "Diagnosis of PLC-12" in heading(window), seconds=60)
        seconds = window.script("return (performance.now() - window.dropped) / 1000")
        seen = window.script("return window.seen")
        self.assertGreater(window.script("return window.size"), 18e6)
        self.assertTrue(any("Sending the log" in text for text in seen), seen)
        self.assertTrue(any("Looking for leaks" in text for text in seen), seen)
        print(f"20 MB: charts after {seconds:.1f} s")
        self.assertLess(seconds, 3)
        self.check(window)

    def test_charts_keep_their_letters_on_a_phone(self):
        window = browser(width=NARROW)
        window.open("/diagnose?sample=1")
        sizes = window.script("""
            return [...document.querySelectorAll("figure.chart > svg > text")]
              .filter((text) => getComputedStyle(text).display !== "none")
              .map((text) => text.getBoundingClientRect().height)""")
        self.assertGreater(min(sizes), 11)
        self.assertLessEqual(window.overflow(), 0)


if __name__ == "__main__":
    unittest.main()
