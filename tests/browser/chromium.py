"""A headless Chromium, driven through chromedriver, both Debian's."""

import base64

from selenium import webdriver
from selenium.webdriver.chrome.options import Options
from selenium.webdriver.chrome.service import Service
from selenium.webdriver.common.action_chains import ActionChains
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.support.ui import WebDriverWait

# Text whose colour and background differ by less than WCAG 2's 4.5 to 1, where the background is a plain colour.
POOR_CONTRAST = """
const parts = (c) => c.match(/[\\d.]+/g).map(Number);
const light = ([r, g, b]) => [r, g, b].map(v => (v /= 255) <= .03928 ? v / 12.92 : ((v + .055) / 1.055) ** 2.4).reduce((s, v, i) => s + v * [.2126, .7152, .0722][i], 0);
const ground = (e) => { for (; e; e = e.parentElement) { const c = parts(getComputedStyle(e).backgroundColor); if (c.length === 3 || c[3] === 1) return c; } return [255, 255, 255]; };
const poor = [];
for (const e of document.querySelectorAll('body *')) {
  if (!e.offsetParent || ![...e.childNodes].some(n => n.nodeType === 3 && n.textContent.trim())) continue;
  if (e.closest('.unseen, .skip')) continue;
  const a = light(parts(getComputedStyle(e).color)), b = light(ground(e));
  const ratio = (Math.max(a, b) + .05) / (Math.min(a, b) + .05);
  if (ratio < 4.5) poor.push(e.tagName + ' ' + e.className + ' ' + ratio.toFixed(2));
}
return [...new Set(poor)];
"""


class Browser:
    def __init__(self, scheme="light", width=1280):
        options = Options()
        options.binary_location = "/usr/bin/chromium"
        # No sandbox: tests run as root in containers, and the pages are our own.
        for argument in ["--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--no-first-run",
                         "--disable-background-networking", "--disable-component-update"]:
            options.add_argument(argument)
        options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
        self.driver = webdriver.Chrome(service=Service("/usr/bin/chromedriver"), options=options)
        self.driver.set_page_load_timeout(30)
        self.driver.set_script_timeout(30)
        self.scheme(scheme)
        self.driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride",
                                    {"width": width, "height": 1000, "deviceScaleFactor": 1, "mobile": False})

    def close(self):
        self.driver.quit()

    def scheme(self, scheme):
        self.driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": [{"name": "prefers-color-scheme", "value": scheme}]})

    def open(self, url):
        self.driver.get(url)
        self.wait(lambda: self.run("return document.documentElement.dataset.ready"))

    def wait(self, condition, seconds=20):
        return WebDriverWait(self.driver, seconds, poll_frequency=0.05).until(lambda _: condition())

    def run(self, code, *args):
        return self.driver.execute_script(code, *args)

    def complaints(self):
        """What the console has said since the last call."""
        return [entry["message"] for entry in self.driver.get_log("browser") if entry["level"] in ("SEVERE", "WARNING")]

    def element(self, selector):
        element = self.driver.find_element(By.CSS_SELECTOR, selector)
        self.run("arguments[0].scrollIntoView({block: 'center', behavior: 'instant'})", element)
        return element

    def click(self, selector):
        self.element(selector).click()

    def hover(self, selector):
        ActionChains(self.driver).move_to_element(self.element(selector)).perform()

    def focus(self, selector):
        self.run("arguments[0].focus()", self.element(selector))

    def press(self, key):
        ActionChains(self.driver).send_keys(getattr(Keys, key)).perform()

    def tab_order(self, most=60):
        """Ids of what the Tab key reaches from the top of the page."""
        self.run("document.activeElement.blur(); window.scrollTo(0, 0)")
        reached = []
        for _ in range(most):
            self.press("TAB")
            reached.append(self.run("return document.activeElement.id"))
        return reached

    def pdf(self):
        return base64.b64decode(self.driver.execute_cdp_cmd("Page.printToPDF", {"printBackground": True})["data"])

    def poor_contrast(self):
        return self.run(POOR_CONTRAST)
