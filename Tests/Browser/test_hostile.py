"""What others write stays text: markup, attributes and marks of the writing direction, wherever a page
shows what it was asked or what an article holds."""

import unittest
from urllib.parse import quote

from browser import BrowserTest, browser
from server import HOSTILE

# Marks of HTML that are one character with a mark beside them, for who looks at characters.
JOINED = "\u0600<img src=x onerror=alert(1)>\u0600 \"\u0301 onfocus=alert(1) x=\""

# Values of every parameter that a page reads; a page may refuse them, but it must not obey.
TARGETS = [
    "/kb/Q900003",
    "/kb?q=zebra",
    f"/kb?q={quote(HOSTILE)}",
    f"/kb?q=zebra&group={quote(HOSTILE)}",
    f"/kb?q=zebra&keyword={quote(HOSTILE)}",
    f"/kb?product={quote(HOSTILE)}",
    f"/kb/{quote(HOSTILE, safe='')}",
    f"/check?article={quote(HOSTILE)}",
    f"/check?product={quote(HOSTILE)}&service_pack=SP3",
    f"/check?product=windows-nt-server-4.0&service_pack={quote(HOSTILE)}",
    f"/check?product=windows-nt-server-4.0&reported={quote(HOSTILE)}",
    f"/missing?product=windows-nt-server-4.0&service_pack=SP4&q={quote(HOSTILE)}",
    "/missing?product=windows-nt-server-4.0&service_pack=SP4&q=zebra",
    f"/missing?product=windows-nt-server-4.0&service_pack=SP4&reported={quote(HOSTILE)}",
    f"/simulate?opens_per_hour={quote(HOSTILE)}",
    f"/kb?q={quote(JOINED)}",
    f"/kb?group={quote(JOINED)}",
    f"/check?product=windows-nt-server-4.0&reported={quote(JOINED)}",
    f"/missing?product=windows-nt-server-4.0&service_pack=SP4&q={quote(JOINED)}",
    f"/simulate?opens_per_hour={quote(JOINED)}",
    f"/sign-in?host={quote(JOINED)}",
]

# A paragraph of an article is all the article's own, and a mark of direction ends with it.
# Elements or attributes that only hostile text can have made, and text whose writing direction isn't
# kept to itself.
FOUND = """
  const found = [];
  for (const element of document.querySelectorAll("*")) {
    for (const name of element.getAttributeNames()) if (/^on/i.test(name)) found.push(element.outerHTML);
    if (element.localName === "script" && !element.src.startsWith(location.origin + "/assets/")) found.push("script");
  }
  const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (texts.nextNode()) {
    const node = texts.currentNode;
    if (/[\\u202a-\\u202e\\u2066-\\u2069]/.test(node.data) && !node.parentElement.closest("bdi, textarea, .prose p, .prose pre")) {
      found.push(`turned around: ${node.data}`);
    }
  }
  return found;
"""


class Hostile(BrowserTest):
    def test_it_is_inert(self):
        window = browser()
        for target in TARGETS:
            with self.subTest(target=target):
                window.open(target)
                self.assertEqual(window.script(FOUND), [])
                console = [line for line in window.console() if "status of 4" not in line]
                self.assertEqual(console, [])

    def test_suggestions_are_text(self):
        window = browser()
        window.open("/")
        window.one("#q").send_keys("Q90000")
        window.until(lambda: len(window.all(".offers li")) == 3)
        self.assertIn("<script>", window.text(".offers"))
        self.assertEqual(window.script(FOUND), [])


if __name__ == "__main__":
    unittest.main()
