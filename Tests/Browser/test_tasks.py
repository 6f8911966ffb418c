"""What people come for, done as a person would: with and without JavaScript."""

import re
import unittest

from browser import By, BrowserTest, Keys, browser, with_and_without_script
from selenium.webdriver.support.ui import Select


class Home(BrowserTest):
    @with_and_without_script
    def test_an_id_leads_to_the_article(self, window):
        window.open("/")
        window.one("#q").send_keys("kb 179827", Keys.ENTER)
        window.until(lambda: window.path == "/kb/Q179827")
        self.assertIn("Registry Handle Leak", window.text("h1"))
        self.check(window)

    @with_and_without_script
    def test_words_are_searched_for(self, window):
        window.open("/")
        window.one("#q").send_keys("plotter handle")
        window.one(".screen button").click()
        window.until(lambda: window.path.startswith("/kb?q="))
        self.assertIn("Plotter Service", window.text(".hits"))
        self.check(window)

    @with_and_without_script
    def test_a_question_about_a_machine_is_answered(self, window):
        window.open("/")
        window.one("#q").send_keys("is NT 4 SP3 affected?", Keys.ENTER)
        window.until(lambda: window.path.startswith("/check"))
        self.assertIn("affected", window.text(".verdict"))
        self.assertIn("Windows NT Server 4.0 at SP3", window.text("h1"))
        self.check(window)

    @with_and_without_script
    def test_the_form_checks_a_machine(self, window):
        window.open("/")
        form = window.one("form.card")
        Select(form.find_element(By.NAME, "product")).select_by_visible_text("Windows NT Workstation 4.0")
        Select(form.find_element(By.NAME, "service_pack")).select_by_visible_text("Service Pack 4")
        form.find_element(By.TAG_NAME, "button").click()
        window.until(lambda: window.path.startswith("/check"))
        self.assertIn("fixed", window.text(".verdict"))
        self.check(window)

    @with_and_without_script
    def test_a_level_of_the_ladder_is_a_check(self, window):
        window.open("/")
        window.one(".ladder li:nth-child(4) a").click()
        window.until(lambda: "service_pack=SP3" in window.path)
        self.assertIn("affected", window.text(".verdict"))


class Article(BrowserTest):
    def test_evidence_shows_on_focus(self):
        window = browser()
        window.open("/kb/Q900001")
        colour = lambda: window.one("#why_1").value_of_css_property("background-color")
        before = colour()
        # The key, not a call, so that the browser shows the focus.
        window.one("#fix-levels h3 a:last-of-type").send_keys(Keys.TAB)
        level = window.driver.switch_to.active_element
        self.assertEqual(level.accessible_name, "RTM affected Jul 1996")
        self.assertEqual(level.get_attribute("aria-describedby"), "why_1")
        self.assertNotEqual(colour(), before)

    @with_and_without_script
    def test_products_with_the_same_answers_share_a_ladder(self, window):
        window.open("/kb/Q900001")
        self.assertEqual(len(window.all(".ladder")), 1)
        self.assertIn("first corrected in Windows NT 4.0 Service Pack 5", window.text("#why_1"))
        window.driver.find_element(By.LINK_TEXT, "Windows NT Workstation 4.0").click()
        window.until(lambda: window.path.startswith("/check"))
        window.one(".ladder li:nth-child(5) a").click()
        window.until(lambda: "service_pack=SP4" in window.path)
        self.assertIn("Windows NT Workstation 4.0 at SP4", window.text("h1"))
        self.check(window)

    @with_and_without_script
    def test_sections_have_permanent_addresses(self, window):
        window.open("/kb/Q900001")
        window.one("#status h2 a").click()
        self.assertTrue(window.driver.current_url.endswith("/kb/Q900001#status"))

    @with_and_without_script
    def test_links_lead_there_and_back(self, window):
        window.open("/kb/Q900001")
        window.one(".prose a[href='/kb/Q179827']").click()
        window.until(lambda: window.path == "/kb/Q179827")
        self.assertIn("Q900001", window.text(".facts"))

    def test_tables_keep_their_columns(self):
        window = browser()
        window.open("/kb/Q900002")
        self.assertIn("40001      bar       0 to 16", window.text("pre"))
        self.assertEqual(len(window.all("#more-information .indented a[href^='/kb/']")), 2)


class Simulator(BrowserTest):
    def dial(self, window, kernel, part):
        return window.text(f"[data-kernel={kernel}] [data-part={part}]")

    def count(self, window, kernel, part="count"):
        return int(self.dial(window, kernel, part).replace(",", ""))

    def slide(self, window, part, value):
        window.script("""const slider = document.querySelector(`[data-part=${arguments[0]}]`);
            slider.value = arguments[1]; slider.dispatchEvent(new Event("input"));""", part, value)

    def test_the_count_runs_and_stops(self):
        window = browser()
        window.open("/kb/Q179827")
        window.one("[data-part=run]").click()
        window.until(lambda: self.count(window, "affected") > 1000)
        bits = self.dial(window, "fixed", "bits")
        self.assertRegex(bits, r"^[01]{4}( [01]{4}){3}$")
        window.one("[data-part=run]").click()
        before = self.count(window, "affected")
        self.assertEqual(before, self.count(window, "affected"))
        self.assertEqual(before, self.count(window, "affected", "outstanding"))
        window.one("[data-part=end]").click()
        self.assertEqual(self.count(window, "affected"), 0)
        self.assertIn("nothing is harmed", self.dial(window, "affected", "events"))
        self.check(window)

    def test_sp3_wraps_and_stops_where_sp4_refuses(self):
        window = browser()
        window.open("/simulate")
        # So many touches that the short dangerous moment is surely met.
        self.slide(window, "opens", 1.8)
        self.slide(window, "touches", 5)
        window.one("[data-part=run]").click()
        window.until(lambda: window.one("[data-kernel=affected]").get_attribute("data-state") == "crashed", 40)
        events = self.dial(window, "affected", "events")
        self.assertIn("from 65,535 to 0", events)
        self.assertIn("freed while it is in use", events)
        window.until(lambda: self.count(window, "fixed", "last") > 0)
        self.assertEqual(self.count(window, "fixed"), 65_535)
        self.assertEqual(self.count(window, "fixed", "outstanding"), 65_535)
        self.assertEqual(window.violations(), [])
        window.screenshot("simulate-crashed-light")
        window.one("[data-part=reset]").click()
        self.assertEqual(self.count(window, "affected"), 0)

    def test_ending_the_program_after_the_wrap_hits_freed_storage(self):
        window = browser()
        window.open("/simulate")
        self.slide(window, "touches", -0.1)
        window.one("[data-part=run]").click()
        window.until(lambda: self.count(window, "affected", "outstanding") > 66_000, 40)
        window.one("[data-part=end]").click()
        self.assertIn("closes hit freed storage", self.dial(window, "affected", "events"))
        self.assertGreaterEqual(self.count(window, "affected", "last"), 65_536)

    @with_and_without_script
    def test_the_server_simulates_without_script(self, window):
        window.open("/simulate")
        field = window.one("[name=opens_per_hour]")
        field.clear()
        field.send_keys("60", Keys.ENTER)
        window.until(lambda: "opens_per_hour=60" in window.path)
        self.assertIn("not within this time", window.text(".kernel"))
        self.check(window)


class Search(BrowserTest):
    def test_suggestions_by_keyboard(self):
        window = browser()
        window.open("/kb/Q900002")
        window.type("/")
        self.assertEqual(window.driver.switch_to.active_element.get_attribute("id"), "q")
        window.type("plot")
        window.until(lambda: window.all(".offers li"))
        self.assertEqual(window.one("#q").get_attribute("aria-expanded"), "true")
        self.assertEqual(window.violations(), [])
        window.screenshot("suggestions-light", height_max=700)
        window.type(Keys.ARROW_DOWN)
        self.assertEqual(window.one("#q").get_attribute("aria-activedescendant"), "offer-0")
        window.type(Keys.ENTER)
        window.until(lambda: window.path == "/kb/Q900001")
        self.check(window)

    def test_escape_closes_and_ctrl_k_opens(self):
        window = browser()
        window.open("/")
        window.type(Keys.CONTROL, "k")
        window.type("conv")
        window.until(lambda: window.all(".offers li"))
        window.type(Keys.ESCAPE)
        window.until(lambda: not window.one(".offers").is_displayed())
        self.assertEqual(window.one("#q").get_attribute("value"), "conv")

    @with_and_without_script
    def test_facets_narrow_down_and_back(self, window):
        window.open("/kb?q=conveyor")
        window.one(".facet a[href*='fixed_in=SP6']").click()
        window.until(lambda: "fixed_in=SP6" in window.path)
        self.assertEqual(window.text(".tally span"), "10 articles")
        window.one(".chips a").click()
        window.until(lambda: "fixed_in" not in window.path)
        self.assertEqual(window.text(".tally span"), "30 articles")
        self.assertGreater(len(window.all("mark")), 5)

    @with_and_without_script
    def test_more(self, window):
        window.open("/kb?q=conveyor")
        first = window.text(".hits li")
        window.one("a[rel=next]").click()
        window.until(lambda: "cursor=" in window.path)
        self.assertEqual(len(window.all(".hits li")), 10)
        self.assertNotEqual(window.text(".hits li"), first)

    def test_words_that_name_a_machine_offer_its_check(self):
        window = browser()
        window.open("/kb?q=NT+4.0+sp4")
        self.assertIn("Windows NT Server 4.0 at SP4", window.text(".answer"))

    def test_a_browser_can_add_the_search(self):
        window = browser()
        window.open("/")
        path = window.one("link[rel=search]").get_attribute("href")
        text = window.script("return fetch(arguments[0]).then((answer) => answer.text())", path)
        template, suggestions = re.findall(r'template="([^"]+)"', text)
        self.assertEqual(template, window.base + "/kb?q={searchTerms}")
        answer = window.script(
            "return fetch(arguments[0]).then((answer) => answer.json())",
            suggestions.replace("&amp;", "&").replace("{searchTerms}", "conveyor"))
        self.assertEqual(answer[0], "conveyor")
        self.assertTrue(answer[3][0].startswith(window.base + "/kb/Q9001"))


class CheckAndMissing(BrowserTest):
    @with_and_without_script
    def test_what_winver_says(self, window):
        window.open("/check")
        window.one("[name=reported]").send_keys("Version 4.0 (Build 1381: Service Pack 3)", Keys.ENTER)
        window.until(lambda: "reported=" in window.path)
        self.assertIn("Windows NT Server 4.0 at SP3", window.text("h1"))
        self.assertIn("affected", window.text(".verdict"))
        self.assertTrue(window.one(".ladder [aria-current]").text.startswith("SP3"))
        self.check(window)

    def test_a_product_offers_only_its_levels(self):
        window = browser()
        window.open("/missing")
        offered = lambda: [option.text for option in Select(window.one("[name=service_pack]")).options
                           if option.is_enabled()]
        self.assertIn("Service Pack 6a", offered())
        Select(window.one("[name=product]")).select_by_value("windows-nt-server-4.0-terminal-server")
        self.assertNotIn("Service Pack 6a", offered())

    @with_and_without_script
    def test_what_a_level_lacks(self, window):
        window.open("/missing")
        Select(window.one("[name=product]")).select_by_value("windows-nt-server-4.0")
        Select(window.one("[name=service_pack]")).select_by_value("SP5")
        window.one("main form [name=q]").send_keys("conveyor")
        window.one("main form button").click()
        window.until(lambda: "service_pack=SP5" in window.path)
        self.assertEqual(len(window.all("tbody tr")), 10)
        csv = window.driver.find_element(By.LINK_TEXT, "CSV").get_attribute("href")
        self.assertIn("missing.csv", csv)
        self.check(window)

    @with_and_without_script
    def test_a_level_that_never_was_is_said_in_the_form(self, window):
        window.open("/missing?product=windows-nt-server-4.0&service_pack=SP9")
        self.assertIn("never had the level SP9", window.text("[role=alert]"))
        self.check(window, 400)


if __name__ == "__main__":
    unittest.main()
