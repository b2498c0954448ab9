"""The HTML report in a real Chromium: what is drawn, what can be done with it, and that hostile names are only text.

Usage: page_test.py SUITE; the environment has PAGES, a program that writes pages (tests/browser/pages.cpp).
"""

import json
import os
import pathlib
import subprocess
import sys
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
from browser.chromium import Browser  # noqa: E402
from support.rig import TemporaryDirectory, wait_for  # noqa: E402


class Page(unittest.TestCase):
    page = "task3"
    scheme = "light"
    width = 1280

    @classmethod
    def setUpClass(cls):
        cls.tmp = TemporaryDirectory()
        cls.addClassCleanup(cls.tmp.cleanup)
        cls.path = cls.tmp / "report.html"
        cls.path.write_bytes(subprocess.run([os.environ["PAGES"], cls.page], check=True, capture_output=True, timeout=60).stdout)
        cls.size = cls.path.stat().st_size
        cls.browser = Browser(cls.scheme, cls.width)
        cls.addClassCleanup(cls.browser.close)

    def setUp(self):
        self.browser.open(self.path.as_uri())

    def tearDown(self):
        self.assertEqual(self.browser.complaints(), [])

    def js(self, code, *args):
        return self.browser.run(code, *args)

    def texts(self, selector):
        return self.js("return [...document.querySelectorAll(arguments[0])].map(e => e.textContent.trim())", selector)

    def visible_lines(self):
        return self.js("const c = Chart.getChart('chart'); return c.data.datasets.filter((s, i) => s.variant && !s.rows && c.isDatasetVisible(i)).map(s => s.variant)")


class Report(Page):
    def test_shows_verdicts_charts_and_tables(self):
        self.assertLess(self.size, 2_000_000)
        self.assertEqual(self.texts("h1"), ["DisableKeepAlives"])
        self.assertEqual(self.texts("#variants-table tbody .name"), ["keepalives-on", "keepalives-off"])
        self.assertEqual(self.texts("#variants-table tbody .pill.leak"), ["leak", "leak"])
        self.assertIn("32.0/min", self.texts("#variants-table tbody tr")[0])
        self.assertEqual(self.visible_lines(), ["keepalives-on", "keepalives-off"])
        rows = self.js("return Chart.getChart('chart').data.datasets.find(s => s.rows).data")
        self.assertEqual([(p["x"], p["y"]) for p in rows], [(m, 128 + 32 * m) for m in range(6)])
        self.assertGreater(self.js("""const c = document.getElementById('chart'), d = c.getContext('2d').getImageData(0, 0, c.width, c.height).data;
            let n = 0; for (let i = 3; i < d.length; i += 4) n += d[i] > 0; return n"""), 2000, "nothing was drawn")
        self.assertEqual(self.texts("#growing-table tbody .name"), ["readLoop"])
        self.assertGreater(self.js("return document.querySelectorAll('#orphans-chart .orphan').length"), 50)
        self.assertEqual(self.texts("#orphans-table tbody .name"), ["web-1"])

    def test_asks_for_nothing_from_anywhere(self):
        self.assertEqual(self.js("return performance.getEntriesByType('resource').map(e => e.name)"), [])

    def test_variants_are_switched_metrics_chosen_and_the_scale_changed(self):
        self.browser.click("#variants-table tbody tr:nth-child(1) input")
        self.assertEqual(self.visible_lines(), ["keepalives-off"])
        self.browser.click("#switches button:nth-child(1)")
        self.assertEqual(len(self.visible_lines()), 2)
        self.browser.click("#metric-tabs label:nth-child(2)")
        self.assertIn("16.0/min", self.texts("#variants-table tbody tr")[0])
        self.browser.click("#view-tabs label:nth-child(2)")
        first = self.js("return Chart.getChart('chart').data.datasets.find(s => s.rows).data[0].y")
        self.assertEqual(first, 0)
        self.assertIn("tolerance", self.js("return Chart.getChart('chart').data.datasets.map(s => s.label)"))

    def test_hovering_shows_values(self):
        self.browser.hover("#chart")
        lines = self.js("return Chart.getChart('chart').tooltip.body.map(b => b.lines[0])")
        self.assertEqual(len(lines), 2)
        self.assertRegex(lines[0], r"keepalives-(on|off): \d+")

    def test_tables_sort(self):
        header = "#growth-table"
        self.browser.click("#variants-table thead th:nth-child(1) button")
        self.browser.click("#variants-table thead th:nth-child(1) button")
        self.assertEqual(self.texts("#variants-table tbody .name"), ["keepalives-off", "keepalives-on"])
        self.assertEqual(self.js("return document.querySelector('#variants-table th').getAttribute('aria-sort')"), "descending")
        self.assertEqual(len(self.js(f"return [...document.querySelectorAll('{header} tbody tr')]")), 6)

    def test_keyboard_alone_reads_the_chart_and_reaches_every_control(self):
        self.browser.focus("#chart")
        for _ in range(3):
            self.browser.press("ARROW_RIGHT")
        self.assertEqual(self.texts("#chart-says"), ["T+2: keepalives-on 192, keepalives-off 192"])
        reached = self.browser.tab_order()
        for wanted in ["theme", "print", "chart", "growing-variant", "orphans-variant"]:
            self.assertIn(wanted, reached)
        self.assertTrue(self.js("return document.getElementById('chart').getAttribute('aria-label').includes('from 128 to 288, leak')"))

    def test_prints_on_a_few_pages(self):
        self.assertGreater(len(self.browser.pdf()), 10_000)
        self.assertEqual(self.js("return document.documentElement.dataset.theme"), "light")

    def test_on_paper_there_is_nothing_to_press(self):
        self.browser.driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {"media": "print"})
        shown = self.js("return [...document.querySelectorAll('.actions button, .tabs button, .switches button, .variant-switch input')].filter(e => e.offsetParent).length")
        self.browser.driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {"media": ""})
        self.assertEqual(shown, 0)
        self.assertGreater(self.js("return [...document.querySelectorAll('.actions button')].filter(e => e.offsetParent).length"), 0)


class Dark(Page):
    scheme = "dark"

    def test_has_enough_contrast_in_both_themes(self):
        for theme in ["dark", "light"]:
            self.browser.scheme(theme)
            # The page hears of it by an event of its own time.
            wait_for(lambda: self.js("return document.documentElement.dataset.theme") == theme, what=f"the theme {theme}")
            poor = self.browser.poor_contrast()
            self.assertEqual(poor, [])


class Narrow(Page):
    width = 380

    def test_fits_a_telephone(self):
        self.assertLessEqual(self.js("return document.documentElement.scrollWidth"), 380)


class Many(Page):
    page = "many"

    def test_forty_variants_stay_readable(self):
        self.assertLess(self.size, 2_000_000)
        self.assertEqual(len(self.texts("#variants-table tbody tr")), 40)
        passed = self.js("const page = JSON.parse(document.getElementById('page-data').textContent);"
                         "const passed = Object.fromEntries(page.variants.map(v => [v.name, v.passed]));"
                         "return [...document.querySelectorAll('#variants-table tbody .name')].map(e => passed[e.textContent])")
        self.assertEqual(passed, sorted(passed), "what failed stands first")
        self.assertEqual(set(passed), {False, True})
        self.assertEqual(len(self.visible_lines()), 12)
        self.browser.click("#switches button:nth-child(1)")
        self.assertEqual(len(self.visible_lines()), 40)
        self.browser.hover("#chart")
        self.assertLessEqual(len(self.js("return Chart.getChart('chart').tooltip.body")), 12)


class Hostile(Page):
    page = "hostile"

    def test_names_are_text_and_nothing_else(self):
        self.assertLess(self.size, 2_000_000)
        self.assertEqual(self.js("return window.alerted"), None)
        self.assertEqual(self.js("return document.querySelectorAll('script').length"), 3)
        self.assertEqual(self.js("return document.querySelectorAll('img, iframe, object, [onload], [onerror]').length"), 0)
        names = self.texts("#growing-table tbody .name")
        self.assertIn("<script>alert(1)</script>", names)
        self.assertLess(max(map(len, names)), 300)
        self.assertEqual(self.js("return document.title").startswith("<script>alert(1)</script>"), True)

    def test_a_script_that_got_in_would_not_run(self):
        self.js("const s = document.createElement('script'); s.textContent = 'window.alerted = 1'; document.body.append(s)")
        self.assertIsNone(self.js("return window.alerted"))
        self.browser.complaints()  # the refusal itself


class History(Page):
    page = "history"

    def test_shows_the_rate_over_commits_and_where_it_changed(self):
        self.assertEqual(self.texts("#changes li")[0].split(" threads ")[1], "changed at abcdef7: 0.1 to 32.0/min")
        self.assertEqual(self.js("return Chart.getChart('chart').data.labels[3]"), "abcdef3"[:7] + "+")
        self.assertEqual(len(self.texts("#results tbody tr")), 12)
        self.assertIn("changed at abcdef7", self.js("return document.getElementById('chart').getAttribute('aria-label')"))
        self.assertEqual(self.js("return document.querySelectorAll('img, [onload], [onerror]').length"), 0)
        self.js("const s = document.getElementById('series'); s.value = 1; s.dispatchEvent(new Event('change'))")
        self.assertIn("<img src=x", self.js("return document.querySelector('#results caption').textContent"))


if __name__ == "__main__":
    unittest.main()
