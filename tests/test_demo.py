"""`hotline demo` as a stranger meets it: one command, then its page in a real browser, until Ctrl-C."""

import json
import os
import re
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest
from browsing import METER, until_page
from fetched import MODELS
from playwright.sync_api import BrowserContext, Page, expect
from running import SHIPPED, Running, free_port, gone, running, until

from ivr.commands.callers_voice import CallersVoice
from ivr.settings import Settings
from ivr.tools.demo_people import demo_callers
from speech.sound import Sound
from speech.telephone import RATE, mulaw_decode, resampled, silence

FIRST = demo_callers()[0]
PATIENCE = 30_000  # milliseconds; a machine with other things to do is slow
AMOUNT = "一千零二十二元五角一分"

# Every sound is really fetched, decoded and played, only sixteen times as fast; `sounds` keeps them.
HURRIED = """
window.sounds = [];
const Unhurried = window.Audio;
window.Audio = function (address) {
  const sound = new Unhurried(address);
  sound.defaultPlaybackRate = sound.playbackRate = 16;
  window.sounds.push(sound);
  return sound;
};
"""


SOON = 200
"""Milliseconds for which the hotline may still be heard."""
TRIES, BUSY = 4, 3
"""How often one says it, and how much work for each core is too much to be soon enough."""
SPEAKING = 240
"""Seconds that speaking all prompts may take while other tests are at work too."""


@dataclass(frozen=True)
class Demo:
    """A demo that runs; `rooms` is where its folder is."""

    process: Running
    address: str
    rooms: Path


@contextmanager
def started(folder: Path, sounds: Path, **more: str) -> Iterator[Demo]:
    """Run the command in a folder, with nothing from its environment but where things are.

    It fetches nothing: neither a better voice nor an ear, unless `more` settings say otherwise.
    """
    rooms = folder / "rooms"
    rooms.mkdir()
    environment = {
        "HOTLINE_CONFIG": str(SHIPPED),
        "HOTLINE_SOUNDS": str(sounds),
        "HOTLINE_VOICE": "pyttsx3",
        "HOTLINE_EAR": "none",
        "HOME": str(folder),
        "TMPDIR": str(rooms),
        "COLUMNS": "80",
        **more,
    }
    port = free_port()
    with running("demo", "--port", str(port), environment=environment, folder=folder) as process:
        yield Demo(process, f"http://127.0.0.1:{port}/phone/", rooms)


@pytest.fixture(scope="module")
def sounds(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the demos of this file keep what they have spoken: the second need not speak it again.

    HOTLINE_SOUNDS names a folder where they find what was spoken when these tests last ran.
    """
    kept = os.environ.get("HOTLINE_SOUNDS")
    return Path(kept) if kept else tmp_path_factory.mktemp("sounds")


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory, sounds: Path) -> Iterator[Demo]:
    with started(tmp_path_factory.mktemp("demo"), sounds) as running_demo:
        running_demo.process.until_it_says("Ctrl-C stops it", SPEAKING)
        yield running_demo


@dataclass
class Telephone:
    """The page in front of a person; `troubles` is what the browser complained of, `asked` what it got."""

    page: Page
    troubles: list[str] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.page.on("pageerror", lambda error: self.troubles.append(str(error)))
        self.page.on("console", lambda message: self.troubles.append(message.text))
        self.page.on("request", lambda request: self.asked.append(request.url))

    def is_listened_to(self) -> None:
        """Wait until keys count."""
        expect(self.page.locator("body")).to_have_attribute("data-keys", "open", timeout=PATIENCE)

    def click(self, keys: str) -> None:
        self.is_listened_to()
        for key in keys:
            self.page.locator(f'.key[data-key="{key}"]').click()
            expect(self.page.locator("body")).to_have_attribute("data-busy", "0", timeout=PATIENCE)

    def type(self, keys: str) -> None:
        self.is_listened_to()
        for key in keys:
            self.page.keyboard.press(key)
            expect(self.page.locator("body")).to_have_attribute("data-busy", "0", timeout=PATIENCE)

    def tab_to(self, wanted: str) -> None:
        """Press the tabulator until the focus is on what a selector finds."""
        for _ in range(60):
            if self.page.evaluate("wanted => document.activeElement.matches(wanted)", wanted):
                return
            self.page.keyboard.press("Tab")
        pytest.fail(f"the tabulator never reaches {wanted}")

    def says(self, words: str) -> None:
        expect(self.page.locator("#subtitles")).to_contain_text(words, timeout=PATIENCE)

    def picture(self, folder: Path, name: str) -> None:
        self.page.screenshot(path=folder / f"{name}.png")


@pytest.fixture
def telephone(context: BrowserContext, demo: Demo) -> Iterator[Telephone]:
    context.add_init_script(HURRIED)
    telephone = Telephone(context.new_page())
    telephone.page.goto(demo.address)
    yield telephone
    assert telephone.troubles == []
    own = demo.address.removesuffix("phone/")
    assert [url for url in telephone.asked if not url.startswith(own)] == []


def test_a_balance_is_heard_and_read(telephone, tmp_path):
    page = telephone.page
    expect(page.get_by_label(re.compile(FIRST.name))).to_be_checked(timeout=PATIENCE)
    telephone.picture(tmp_path, "idle")
    page.locator("#dial").click()
    for asked, keys in (
        ("查余额,请按一", "1"),
        ("请按十八位身份证号", FIRST.identity_number),
        ("请按六位查询密码", FIRST.pin),
    ):
        telephone.says(asked)
        telephone.picture(tmp_path, f"in-call-{asked[:5]}")
        telephone.click(keys)
    telephone.says(AMOUNT)
    telephone.is_listened_to()
    expect(page.locator("#voice")).to_have_text("内置的声音", timeout=PATIENCE)
    telephone.picture(tmp_path, "balance")
    _are_real_sounds(page)
    page.locator("#dial").click()
    expect(page.locator("#status")).to_have_text("已挂机", timeout=PATIENCE)


def _are_real_sounds(page: Page) -> None:
    """Look at what was played: the first prompt to its end, and the caller's own amount, kept by nobody."""
    first, *_ = played = page.evaluate("sounds.map(({ src, duration, ended }) => ({ src, duration, ended }))")
    assert first["ended"]
    assert first["duration"] > 1
    own = next(sound["src"] for sound in played if "/sound/turn/" in sound["src"])
    for address, kept in ((first["src"], "public, max-age=31536000, immutable"), (own, "no-store")):
        answer = page.request.get(address)
        assert (answer.status, answer.headers["content-type"]) == (200, "audio/wav")
        assert answer.headers["cache-control"] == kept
        sound = Sound.from_wav(answer.body())
        assert not sound.is_silent
        assert sound.rate == 8000


def test_a_sharing_is_ended_with_the_keyboard_alone_and_the_code_of_a_text(telephone, tmp_path):
    page = telephone.page
    telephone.tab_to("#dial")
    page.keyboard.press("Enter")
    for asked, keys in (
        ("家人共用,请按三", "3"),
        ("解除绑定,请按二", "2"),
        ("请按十八位身份证号", FIRST.identity_number),
        ("请按六位查询密码", FIRST.pin),
        ("爱人韦某英,请按一", "1"),
        ("确定请按一", "1"),
    ):
        telephone.says(asked)
        telephone.type(keys)
    texts = page.locator("#thread .theirs")
    expect(texts).to_contain_text(["【演示】您来电要求:韦*英不再用您的医保钱。"], timeout=PATIENCE)
    telephone.picture(tmp_path, "text-arriving")
    telephone.says("请按短信里的六位数字")
    telephone.is_listened_to()
    telephone.tab_to("#thread .theirs .code")
    page.keyboard.press("Enter")
    telephone.says("办好了。您和韦某英的绑定已经解除")
    expect(texts).to_have_count(2, timeout=PATIENCE)
    expect(texts.last).to_contain_text("解除", timeout=PATIENCE)
    telephone.picture(tmp_path, "receipt")


def test_on_a_small_screen_a_text_is_written_and_a_call_is_made(telephone, tmp_path):
    page = telephone.page
    page.set_viewport_size({"width": 375, "height": 740})
    page.locator('#tabs [data-to="people"]').click()
    second = page.get_by_label(re.compile(demo_callers()[1].name))
    second.check()
    telephone.picture(tmp_path, "small-people")
    page.locator('#tabs [data-to="texts"]').click()
    page.locator("#body").fill("帮助")
    page.get_by_role("button", name="发送").click()
    expect(page.locator("#thread .theirs").last).to_contain_text("【演示】可回复", timeout=PATIENCE)
    telephone.picture(tmp_path, "small-texts")
    page.locator('#tabs [data-to="phone"]').click()
    page.locator("#dial").click()
    telephone.click("4")
    telephone.is_listened_to()
    assert page.evaluate("document.documentElement.scrollWidth") <= 375
    telephone.picture(tmp_path, "small-in-call")


def test_every_demo_person_is_printed_within_eighty_columns_and_can_be_chosen(telephone, demo):
    printed = demo.process.output
    for caller in demo_callers():
        row = f"{caller.name}  {caller.number:14}  {caller.identity_number}  {caller.pin or '-'}"
        assert row in printed
    assert max(map(_columns, printed.splitlines())) <= 80
    assert "Voice: the built-in one, which is hard to follow; the page shows what it says." in " ".join(
        printed.split()
    )
    assert len(demo_callers()) >= 8
    expect(telephone.page.locator("#callers .person .name")).to_contain_text(
        [caller.name for caller in demo_callers()], timeout=PATIENCE
    )


@pytest.fixture
def listening(
    tmp_path: Path, sounds: Path, microphone: Path, kokoro_folder: Path, whisper_folder: Path
) -> Iterator[Demo]:
    """A demo with an ear; what callers say here was spoken before, by somebody else than the hotline."""
    hears(microphone, spoken(sounds, "主菜单"))
    spoken(sounds, "办事地点")
    more = {"HOTLINE_EAR": "whisper", "HOTLINE_MODELS": str(kokoro_folder.parent)}
    with started(tmp_path, sounds, **more) as demo:
        demo.process.until_it_says("Ctrl-C stops it", SPEAKING)
        yield demo


@dataclass
class Conversation:
    """A call in the demo that listens, and how long the hotline's sound went on after somebody began."""

    telephone: Telephone
    lasted: dict[str, float] = field(default_factory=dict)

    def is_spoken_to(self) -> None:
        """Wait until one hears the hotline and may interrupt it."""
        self.telephone.is_listened_to()
        until_page(self.telephone.page, "loud.length > 20 && performance.now() - loud.at(-1) < 40", 30)

    def hushes(self, what: str, since: str) -> None:
        """Wait until it is silent, and note for how many milliseconds it went on."""
        page = self.telephone.page
        until_page(page, f"{since} && cleared > {since} && performance.now() - loud.at(-1) > 150")
        heard = f"loud.filter((moment) => moment > {since} && moment < cleared + 150).at(-1) ?? {since}"
        self.lasted[what] = page.evaluate(f"({heard}) - {since}")
        self.lasted[f"{what}, since the order"] = page.evaluate(f"({heard}) - cleared")

    def says(self, words: str) -> bool:
        """Whether the hotline says words within some seconds: it has understood what was said, or a key."""
        try:
            expect(self.telephone.page.locator("#subtitles li").last).to_contain_text(words, timeout=12_000)
        except AssertionError:
            return False
        return True

    def understands(self, act: Callable[[], None], words: str) -> None:
        """Say something, again if it was not understood: an ear with other things beside it may be late."""
        asked_back = self.telephone.page.get_by_role("button", name="是的")
        for _ in range(TRIES):
            (asked_back.click if asked_back.is_visible() else act)()
            if self.says(words):
                return
            if not self.telephone.page.locator("#talk").is_visible():
                break  # it listens no longer
        is_soon_enough(False, f"what was said did not lead to {words}")


@pytest.fixture
def conversation(context: BrowserContext, listening: Demo) -> Conversation:
    context.add_init_script(METER)
    telephone = Telephone(context.new_page())
    telephone.page.goto(listening.address)
    telephone.page.locator("#dial").click()
    return Conversation(telephone)


def test_one_is_understood_by_key_by_click_and_by_microphone_and_each_hushes_the_hotline(
    conversation: Conversation, tmp_path: Path
) -> None:
    telephone, page = conversation.telephone, conversation.telephone.page
    telephone.says("查余额,请按一")
    conversation.is_spoken_to()
    telephone.picture(tmp_path, "may-be-answered")
    page.evaluate("addEventListener('keydown', () => { window.pressed = performance.now(); }, true)")
    page.keyboard.press("4")
    conversation.hushes("key", "pressed")
    telephone.says("问办事地点,请按二")

    conversation.is_spoken_to()
    sentence = page.get_by_role("button", name="办事地点")
    sentence.click()
    conversation.hushes("voice", "own")
    telephone.picture(tmp_path, "is-thought-about")
    (tmp_path / "milliseconds.json").write_text(json.dumps(conversation.lasted))
    assert conversation.lasted["voice, since the order"] <= SOON
    is_soon_enough(conversation.lasted["key"] <= SOON, "the hotline goes on after a key")
    if not conversation.says("在哪里交的"):
        conversation.understands(sentence.click, "在哪里交的")
    expect(page.locator("#subtitles")).to_contain_text("热线听到:")

    conversation.understands(page.locator("#microphone").click, "查余额,请按一")
    telephone.picture(tmp_path, "microphone")
    page.locator("#dial").click()
    expect(page.locator("#status")).to_have_text("已挂机", timeout=PATIENCE)
    assert telephone.troubles == []


def is_soon_enough(holds: bool, otherwise: str) -> None:
    """Fail unless it holds; skip where so much else is to be done that nothing is soon enough."""
    if not holds and os.getloadavg()[0] > BUSY * (os.cpu_count() or 1):
        pytest.skip(f"this machine has too much else to do: {otherwise}")
    assert holds, otherwise


def spoken(sounds: Path, words: str) -> Sound:
    """Return a sentence as the demo's caller says it."""
    settings = replace(Settings.read({"HOTLINE_ENV": "demo"}), models=MODELS, sounds=sounds)
    caller = CallersVoice(settings)
    try:
        mulaw = caller.spoken(words)
    finally:
        caller.close()
    assert mulaw
    return Sound(mulaw_decode(mulaw), RATE)


def hears(microphone: Path, sound: Sound) -> None:
    """Let the microphone hear a sound a second after it is opened, and then nothing any more."""
    whole = Sound.join([silence(1.0), sound, silence(5.0)])
    microphone.write_bytes(resampled(whole, 48_000).wav_bytes())


def _columns(line: str) -> int:
    """Return how wide a line is on a terminal, where a Hanzi takes two columns."""
    return sum(2 if character > "\u2e7f" else 1 for character in line.rstrip())


def test_control_c_ends_it_cleanly(tmp_path, sounds):
    with started(tmp_path, sounds) as demo:
        demo.process.until_it_says("Ctrl-C stops it", SPEAKING)
        until(
            lambda: bool(demo.process.family()), "a server"
        )  # and a voice, if anything is left to be spoken
        _ends_cleanly(demo, signal.SIGINT)
    assert not (tmp_path / ".gunicorn").exists()


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGHUP])
def test_it_ends_as_cleanly_while_it_still_prepares(tmp_path, number):
    with started(tmp_path, tmp_path / "sounds") as demo:
        demo.process.until_it_says("Making demo people")
        _ends_cleanly(demo, number)


def _ends_cleanly(demo: Demo, number: signal.Signals) -> None:
    family = demo.process.family()
    assert list(demo.rooms.glob("hotline-demo-*"))
    assert demo.process.end(number, group=True) == 0
    until(lambda: all(map(gone, family)), "no process is left behind")
    assert list(demo.rooms.glob("hotline-*")) == []
    assert demo.process.output.endswith("The demo has ended; what it knew is gone.\n")
    assert demo.process.output.count("has ended") == 1
    assert "Traceback" not in demo.process.output
    assert "SIGKILL" not in demo.process.output
