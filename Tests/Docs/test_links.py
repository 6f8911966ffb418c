"""Links of the project's pages lead somewhere: files that are there, headings that are there."""

import pathlib
import re
import subprocess
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[2]
PAGES = [ROOT / name for name in subprocess.run(
    ["git", "ls-files", "*.md"], cwd=ROOT, capture_output=True, text=True, check=True).stdout.split()]


def text(path):
    """A page without its blocks of code."""
    return re.sub(r"^ *```.*?^ *```", "", path.read_text(encoding="utf-8"), flags=re.MULTILINE | re.DOTALL)


def anchors(path):
    """The names by which GitHub reaches a page's headings."""
    headings = re.findall(r"^#+ (.*)$", text(path), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


class Links(unittest.TestCase):
    def test_every_link_leads_somewhere(self):
        count = 0
        for page in PAGES:
            for target in re.findall(r"\]\(([^)\s]+)\)", text(page)):
                if re.match(r"[a-z]+:", target):
                    continue
                with self.subTest(page=page.name, target=target):
                    name, _, anchor = target.partition("#")
                    place = (page.parent / name).resolve() if name else page
                    self.assertTrue(place.exists())
                    if anchor:
                        self.assertIn(anchor, anchors(place))
                    count += 1
        self.assertGreater(count, 20)

    def test_every_page_of_docs_is_in_the_index(self):
        index = (ROOT / "README.md").read_text(encoding="utf-8")
        for page in (ROOT / "docs").glob("*.md"):
            self.assertIn(f"docs/{page.name}", index)


if __name__ == "__main__":
    unittest.main()
