"""The page in a real browser while its call is led over a stream: words, sentences, microphone, silence."""

from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import pytest
from browsing import METER, until_page
from flask import Flask
from hotline_end import HotlineEnd, until
from playwright.sync_api import BrowserContext, Page, expect
from toy_hotline import MENU, Toy

from ivr.channels.phone.demo import Caller, DemoPhone, Piece, Saying
from ivr.channels.phone.messages import Messages
from ivr.channels.phone.page import blueprint
from speech.telephone import RATE, mulaw_decode, mulaw_encode

ASKING = Saying(
    2,
    [
        Piece("这是演示电话。", False, "内置的声音"),
        Piece("查余额,请按一。查每月到账,请按二。", True, "Kokoro 的声音"),
    ],
    "",
    ("查余额", "查每月到账", "家人共用", "别的事", "找人工"),
    8.0,
)
KEYING = Saying(3, [Piece("请按十八位身份证号。", True)], "我要查余额", (), 8.0)
WORDS = mulaw_encode(np.arange(RATE // 2, dtype=np.int16))
SOON = 200  # milliseconds
BY_KEY = MENU.replace("<Play>/base/sound/main.wav</Play>", "<Say>查余额,请按一。</Say>")


def tone(seconds: float) -> bytes:
    wave = np.sin(np.arange(round(seconds * RATE)) * 2 * np.pi * 440 / RATE)
    return mulaw_encode((wave * 8000).astype(np.int16))


@pytest.fixture
def end() -> HotlineEnd:
    return HotlineEnd()


@pytest.fixture
def phone(twilio) -> DemoPhone:
    people = [Caller("黄秀英", "+8613800138000", "450199195204059991", "271828", "退休在南宁")]
    return DemoPhone(twilio, Messages(twilio), people, saying=lambda _: ASKING, spoken={"查余额": WORDS}.get)


@pytest.fixture
def page(context: BrowserContext, toy: Toy, end: HotlineEnd, phone: DemoPhone) -> Iterator[Page]:
    """A page on which somebody has dialled, and the first two sounds of the hotline play, the second long."""
    app = Flask("demo")
    app.register_blueprint(blueprint(phone))
    problems: list[str] = []
    with end.served(app) as host:
        toy.says("/voice/incoming", f'<Connect><Stream url="{end.address}/voice/stream"/></Connect>{BY_KEY}')
        context.add_init_script(METER)
        opened = context.new_page()
        opened.on("pageerror", lambda error: problems.append(str(error)))
        opened.on("console", lambda message: problems.append(message.text))
        opened.goto(f"http://{host}/phone/")
        opened.locator("#dial").click()
        speak(end, "g0-sound1", tone(0.3))
        speak(end, "g0-sound2", tone(20))
        expect(opened.locator("body")).to_have_attribute("data-keys", "open")  # the second plays
        yield opened
        opened.close()
    assert problems == []


def speak(end: HotlineEnd, name: str, mulaw: bytes) -> None:
    for place in range(0, len(mulaw), RATE):
        end.plays(mulaw[place : place + RATE])
    end.tell("mark", mark={"name": name})


def marks(end: HotlineEnd) -> list[str]:
    return [message["mark"]["name"] for message in end.of("mark")]


def silent(page: Page) -> None:
    until_page(page, "performance.now() - loud.at(-1) > 300")


def sounds(page: Page) -> None:
    until_page(page, "loud.length && performance.now() - loud.at(-1) < 50")


def test_words_and_marks_follow_the_sound(page, end):
    lines = page.locator("#subtitles li:not(.note)")
    expect(lines).to_have_text([piece.words for piece in ASKING.pieces])
    assert marks(end) == ["g0-sound1"]
    expect(page.locator("#voice")).to_have_text("Kokoro 的声音")
    expect(page.locator("#turn")).to_have_text("请说,或者按键")
    sounds(page)


def test_a_key_stops_the_prompt_at_once_when_the_hotline_says_so(page, end):
    sounds(page)
    page.evaluate("addEventListener('keydown', () => { window.pressed = performance.now(); }, true)")
    page.keyboard.press("1")
    assert end.first("dtmf")["dtmf"]["digit"] == "1"
    end.tell("clear")
    until(lambda: marks(end) == ["g0-sound1", "g0-sound2"], "the mark of what was cleared")
    silent(page)
    assert 0 <= page.evaluate("loud.at(-1) - pressed") <= SOON
    expect(page.locator("#typed")).to_have_text("1")


def test_a_sentence_is_said_with_a_click_and_what_was_heard_is_shown(page, end, phone):
    page.get_by_role("button", name="查余额", exact=True).click()
    until(lambda: WORDS in end.heard(), "the sentence")
    expect(page.locator("#turn")).to_have_text("热线在想您说的是什么…")
    phone.saying = lambda _: KEYING
    end.tell("clear")
    speak(end, "g1-sound3", tone(0.2))
    expect(page.locator("#subtitles li")).to_contain_text(["热线听到:“我要查余额”", "请按十八位身份证号。"])
    expect(page.locator("#talk")).to_be_hidden()
    expect(page.get_by_role("button", name="按身份证号")).to_be_visible()
    expect(page.locator("#turn")).to_have_text("可以按键了")
    page.get_by_role("button", name="按密码").click()
    until(lambda: [each["dtmf"]["digit"] for each in end.of("dtmf")] == list("271828"), "the keys")


def test_what_has_to_be_heard_out_takes_no_sentence(page, end, phone):
    expect(page.get_by_role("button", name="查余额", exact=True)).to_be_enabled()
    notice = Piece("这一段请先听完。", False)
    phone.saying = lambda _: replace(ASKING, number=3, pieces=[notice, ASKING.pieces[1]])
    end.tell("clear")
    speak(end, "g1-sound3", tone(1.5))
    expect(page.locator("#subtitles li").last).to_have_text(notice.words)
    expect(page.locator("#turn")).to_have_text("请先听")
    expect(page.get_by_role("button", name="查余额", exact=True)).to_be_disabled()
    speak(end, "g1-sound4", tone(1))
    expect(page.locator("#turn")).to_have_text("请说,或者按键")
    expect(page.get_by_role("button", name="查余额", exact=True)).to_be_enabled()


def test_a_sentence_that_cannot_be_spoken_is_told(page):
    page.get_by_role("button", name="别的事").click()
    expect(page.locator("#turn")).to_have_text("这句话说不出来,请点别的,或者按键。")
    expect(page.get_by_role("button", name="查余额", exact=True)).to_be_enabled()


def test_without_a_microphone_people_are_told_what_to_do_instead(page):
    page.evaluate(
        "const none = () => Promise.reject(new DOMException('', 'NotFoundError'));"
        "navigator.mediaDevices.getUserMedia = none; 0"
    )
    page.locator("#microphone").click()
    expect(page.locator("#turn")).to_have_text("这里没有麦克风,请点下面的话。")
    expect(page.locator("#microphone")).to_have_attribute("aria-pressed", "false")
    page.evaluate("navigator.mediaDevices.getUserMedia = undefined")
    page.locator("#microphone").click()
    expect(page.locator("#turn")).to_have_text("麦克风打不开,请点下面的话。")


# A microphone in which a tone of 440 Hz is heard.
HUMMING = """
navigator.mediaDevices.getUserMedia = async () => {
  const context = new AudioContext();
  const wave = new OscillatorNode(context, { frequency: 440 });
  const end = context.createMediaStreamDestination();
  wave.connect(end);
  wave.start();
  return end.stream;
};
"""


def test_the_microphone_is_heard_as_a_telephone_hears(page, end):
    page.evaluate(HUMMING)
    page.locator("#microphone").click()
    expect(page.locator("#microphone")).to_have_attribute("aria-pressed", "true")
    expect(page.locator("#turn")).to_have_text("请说吧,说完停一下。")
    until(lambda: len(end.heard().strip(b"\xff\x7f")) > RATE, "a second of it")
    page.locator("#microphone").click()
    expect(page.locator("#microphone-word")).to_have_text("开口说")
    assert loudest_hertz(end) == pytest.approx(440, abs=3)


def test_the_microphone_is_closed_where_only_keys_count(page, end, phone):
    page.evaluate(HUMMING)
    page.locator("#microphone").click()
    until(lambda: bool(end.heard().strip(b"\xff\x7f")), "sound of it")
    phone.saying = lambda _: KEYING
    end.tell("clear")
    speak(end, "g1-sound3", tone(0.2))
    expect(page.locator("#talk")).to_be_hidden()
    page.wait_for_timeout(300)
    assert end.heard()[-RATE // 10 :].strip(b"\xff\x7f") == b""


def loudest_hertz(end: HotlineEnd) -> float:
    second = mulaw_decode(end.heard().strip(b"\xff\x7f")[:RATE])
    return float(np.abs(np.fft.rfft(second)).argmax())


def test_when_the_stream_is_over_the_call_goes_on_by_key(page, end):
    end.ws.close(1000)
    expect(page.locator("body")).to_have_attribute("data-stage", "2")
    expect(page.locator("#subtitles")).to_contain_text("您好,这里是医保电话。")
    expect(page.locator("#talk")).to_be_hidden()
    assert page.locator("body").get_attribute("data-speech") is None


def test_a_call_that_has_gone_on_by_key_may_be_led_over_a_stream_again(page, end, toy, phone):
    toy.says("/voice/main", f'<Connect><Stream url="{end.address}/voice/stream"/></Connect>{BY_KEY}')
    end.ws.close(1000)
    expect(page.locator("#talk")).to_be_hidden()
    expect(page.locator("#turn")).to_have_text("可以按键了", timeout=20_000)  # what comes first is long
    phone.saying = lambda _: replace(ASKING, number=5)
    page.keyboard.press("1")
    until(lambda: len(end.of("start")) == 2, "the second stream")
    speak(end, "g0-sound1", tone(0.2))
    speak(end, "g0-sound2", tone(20))
    expect(page.locator("#turn")).to_have_text("请说,或者按键")
    page.get_by_role("button", name="查余额", exact=True).click()
    until(lambda: WORDS in end.heard(), "the sentence")


def test_hanging_up_ends_the_stream_and_the_sound(page, end):
    sounds(page)
    page.wait_for_timeout(800)  # a second click within a moment is taken for a double click
    page.locator("#dial").click()
    expect(page.locator("#status")).to_have_text("已挂机")
    end.first("stop")
    silent(page)


def test_with_the_sound_off_the_words_take_their_time_in_silence(page, end):
    sounds(page)
    page.locator("#sound").uncheck()
    silent(page)
    assert marks(end) == ["g0-sound1"]


def test_the_whole_telephone_fits_a_small_screen_and_no_key_moves(page, end, phone):
    page.set_viewport_size({"width": 375, "height": 740})
    key = page.locator('.key[data-key="1"]')
    bottom, before = page.locator("#dial").bounding_box(), key.bounding_box()
    assert bottom["y"] + bottom["height"] <= page.locator("#tabs").bounding_box()["y"]
    assert page.evaluate("document.documentElement.scrollWidth") <= 375
    for button in page.locator("#microphone, #sentences button").all():
        assert button.bounding_box()["height"] >= 44
    phone.saying = lambda _: KEYING
    end.tell("clear")
    speak(end, "g1-sound3", tone(0.2))
    expect(page.locator("#talk")).to_be_hidden()
    assert key.bounding_box() == before


def test_sentences_never_cover_a_key_however_long_they_are(page, end, phone):
    long = ("问政策", "办事地点", "查询密码和丢卡", "被骗了", "找人工")
    for number, width in enumerate((320, 768, 1280), start=3):
        page.set_viewport_size({"width": width, "height": 900})
        phone.saying = lambda _, number=number: replace(ASKING, number=number, sentences=long)
        end.tell("clear")
        speak(end, f"g{number}-sound{number}", tone(0.1))
        expect(page.locator("body")).to_have_attribute("data-turn", str(number))
        top = page.locator(".display").bounding_box()
        bottom = page.locator('.key[data-key="1"]').bounding_box()["y"]
        assert page.locator("#sentences button").count() >= 4
        for button in page.locator("#microphone, #sentences button").all():
            box = button.bounding_box()
            assert top["y"] + top["height"] <= box["y"]
            assert box["y"] + box["height"] <= bottom
        assert page.evaluate("document.documentElement.scrollWidth") <= width
