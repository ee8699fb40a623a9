"""A Telephone made of the page in a real browser: a person's clicks and eyes.

The browser's clock is in our hands and the sound is off, so that time is counted instead of waited. Every
mobile whose texts are read or written has a tab of its own, as nobody becomes somebody else during a call.
"""

from collections.abc import Callable

from playwright.sync_api import BrowserContext, Page, expect

from ivr.channels.phone.faults import LineError

STEP_MILLISECONDS = 250
MOST_STEPS = 10 * 60 * 4  # ten minutes of browser time until something must have happened


class PageTelephone:
    """Works the demo phone at `address`. `settle` lets the hotline send the texts it has queued."""

    def __init__(
        self, context: BrowserContext, address: str, *, settle: Callable[[], None] = lambda: None
    ) -> None:
        self._context = context
        self._address = address
        self._settle = settle
        self._mark = 0
        self._read: dict[str, int] = {}
        self.page = context.new_page()
        self.page.clock.install()
        self.page.goto(address)
        self.page.evaluate("document.getElementById('sound').checked = false")

    def dial(self, caller: str, called: str | None = None) -> None:
        if called is not None:
            raise LineError("the page calls one number only")
        if self._state("call") in ("ringing", "talking"):
            raise LineError("the call before is still going on")
        become(self.page, caller)
        self._click_dial()
        self._mark = 0

    def press(self, keys: str) -> None:
        self._listen()
        self._mark = self._subtitles().count()
        for key in keys:
            self.page.locator(f'.key[data-key="{key}"]').click()
            self._quiet()

    def say(self, words: str) -> None:
        raise LineError("the page has keys only")

    def silence(self) -> None:
        self._listen()
        self._mark = self._subtitles().count()
        stage = self._state("stage")
        self._until(lambda: self._state("stage") != stage)

    def wait(self, seconds: float) -> None:
        self._live()
        self._mark = self._subtitles().count()
        for _ in range(round(seconds * 1000 / STEP_MILLISECONDS)):
            self._pass(STEP_MILLISECONDS)

    def hang_up(self) -> None:
        self._live()
        self._click_dial()

    def heard(self) -> list[str]:
        self._listen(over=True)
        return self._subtitles().all_inner_texts()[self._mark :]

    def agent_heard(self) -> list[str]:
        raise LineError("the page shows what the desk hears behind the scenes only")

    def over(self) -> bool:
        self._listen(over=True)
        return self._state("call") == "over"

    def write(self, mobile: str, body: str, to: str | None = None) -> None:
        tab = self._mobile(mobile)
        tab.locator("#body").fill(body)
        with tab.expect_response("**/phone/texts"):
            tab.locator("#body").press("Enter")
        tab.close()

    def read(self, mobile: str) -> list[str]:
        self._settle()
        tab = self._mobile(mobile)
        bodies = tab.locator("#thread .theirs p").all_inner_texts()
        tab.close()
        seen = self._read.get(mobile, 0)
        self._read[mobile] = len(bodies)
        return bodies[seen:]

    def _mobile(self, mobile: str) -> Page:
        """A tab with the texts of a mobile in front."""
        tab = self._context.new_page()
        tab.goto(self._address)
        become(tab, mobile)
        expect(tab.locator("#thread")).to_have_attribute("data-mobile", mobile)
        tab.evaluate("document.getElementById('desk').dataset.screen = 'texts'")
        return tab

    def _click_dial(self) -> None:
        self._pass(1000)  # a second click within a moment is taken for a double click
        self.page.locator("#dial").click()
        self._quiet()

    def _listen(self, *, over: bool = False) -> None:
        """Let prompts play until keys are waited for, or the call is over where that is allowed."""
        self._live(over=over)
        self._until(lambda: self._state("keys") == "open" and self._state("phase") == "waiting")
        if not over:
            self._live()

    def _until(self, happened: Callable[[], bool]) -> None:
        for _ in range(MOST_STEPS):
            if self._state("call") == "over" or happened():
                return
            self._pass(STEP_MILLISECONDS)
        raise LineError("nothing happened on the page for ten minutes")

    def _live(self, *, over: bool = False) -> None:
        state = self._state("call")
        if state == "idle":
            raise LineError("dial first")
        if state == "over" and not over:
            raise LineError("the call is over")

    def _pass(self, milliseconds: int) -> None:
        self.page.clock.run_for(milliseconds)
        self._quiet()

    def _quiet(self) -> None:
        expect(self.page.locator("body")).to_have_attribute("data-busy", "0")

    def _state(self, name: str) -> str:
        return self.page.locator("body").get_attribute(f"data-{name}") or ""

    def _subtitles(self):
        return self.page.locator("#subtitles li:not(.note)")


def become(page: Page, number: str) -> None:
    """Choose who calls: somebody from the list, or another number."""
    page.evaluate("document.getElementById('desk').dataset.screen = 'people'")
    listed = page.locator(f'#choice input[value="{number}"]')
    if listed.count():
        listed.check()
    else:
        page.locator("#other-number").fill(number)
        page.locator("#other-number").blur()
    page.evaluate("document.getElementById('desk').dataset.screen = 'phone'")
