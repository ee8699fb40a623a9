"""The page in a real browser: dialling, listening, keys, texts, keyboard, screen reader, small screens."""

import re
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask, Response
from page_telephone import PageTelephone
from playwright.sync_api import BrowserContext, Page, expect
from serving_here import served
from toy_hotline import CALLER, CAPTIONS, CODE, MENU, PUBLIC, Toy, talkative, wave

from ivr.channels.phone.demo import Caller, DemoPhone
from ivr.channels.phone.messages import Messages
from ivr.channels.phone.page import blueprint
from ivr.channels.phone.rehearsal import Rehearsal
from ivr.channels.phone.transcript import load

PEOPLE = [
    Caller("黄秀英", CALLER, "45019919520405999X", "271828", "退休在南宁,有余额"),
    Caller("李建国", "+8610000000002", "450199195503179983", "", "在职,没有密码"),
]
OTHER = "+8610012345678"


@pytest.fixture
def address(toy: Toy, twilio, tmp_path: Path) -> Iterator[str]:
    """The page of a small hotline, really served."""
    outbox = tmp_path / "texts.jsonl"
    talkative(toy, outbox)
    messages = Messages(twilio, outbox, strict=False)
    phone = DemoPhone(
        twilio,
        messages,
        PEOPLE,
        caption=CAPTIONS.get,
        voice=lambda url: "内置声音",
        notice=lambda: "好声音正在准备",
    )
    app = Flask("demo")
    app.register_blueprint(blueprint(phone))
    app.add_url_rule("/sound/<name>", view_func=lambda name: Response(wave(0.3), content_type="audio/wav"))
    with served(app) as host:
        yield f"http://{host}/phone/"


@pytest.fixture
def page(context: BrowserContext, address: str) -> Page:
    opened = context.new_page()
    opened.goto(address)
    return opened


@pytest.fixture
def timed(context: BrowserContext, address: str) -> Page:
    """The page with its clock in our hands and the sound off: time passes where the test says so."""
    opened = context.new_page()
    opened.clock.install()
    opened.goto(address)
    opened.evaluate("document.getElementById('sound').checked = false")
    return opened


@pytest.fixture
def telephone(context: BrowserContext, address: str) -> PageTelephone:
    return PageTelephone(context, address)


def dialled(page: Page) -> Page:
    page.locator("#dial").click()
    expect(page.locator("body")).to_have_attribute("data-call", "talking")
    return page


def key(page: Page, name: str):
    return page.locator(f'.key[data-key="{name}"]')


WHOLE = """
steps:
  - dials: +8613800138000
  - hears: "这是演示电话,不是医保局"
  - hears: 查余额,请按一
  - stays_silent
  - hears: 您还在吗
  - waits: 30s
  - hears: 您还在吗
  - presses: 1
  - hears: 收到短信以后
  - reads: {fragment: 验证码, code: {as: c}}
  - reads_nothing: {to: +8610012345678}
  - presses: {c}
  - hears: 一千零二十二元五角一分
  - is_hung_up
  - writes: {from: +8610012345678, text: 余额}
  - reads: 您发的是:余额
  - dials: +8610012345678
  - presses: 0
  - hears: 人工现在忙
  - is_hung_up
  - dials: +8610000000002
  - hangs_up
  - is_hung_up
"""


def test_a_whole_conversation_on_the_page(tmp_path, telephone, toy):
    path = tmp_path / "call.yaml"
    path.write_text(WHOLE, encoding="utf-8")
    for transcript in load(path):
        Rehearsal(telephone).run(transcript)
    assert [form["Digits"] for form in toy.forms("/voice/code")] == [CODE]
    assert [form["From"] for form in toy.forms("/voice/incoming")] == [CALLER, OTHER, "+8610000000002"]


def test_nothing_sounds_before_the_click_on_dial_and_files_play_after_it(page):
    sounds: list[str] = []
    page.on("request", lambda request: sounds.append(request.url) if "/sound/" in request.url else None)
    expect(page.locator("#thread")).to_have_attribute("data-mobile", CALLER)
    assert sounds == []
    page.clock.install()
    dialled(page)
    page.clock.run_for(60_000)
    expect(page.locator("#subtitles li").nth(1)).to_have_text(CAPTIONS[f"{PUBLIC}/sound/main.wav"])
    assert [url.rpartition("/")[2] for url in sounds] == ["main.wav"]
    expect(page.locator("#voice")).to_have_text("内置声音")


def test_a_played_file_ends_and_the_hotlines_patience_begins(page, toy):
    toy.says("/voice/incoming", MENU[MENU.index("<Gather") :])
    dialled(page)
    expect(page.locator("body")).to_have_attribute("data-phase", "waiting")
    expect(page.locator("#turn")).to_have_text("可以按键了")


def test_a_file_that_cannot_be_played_still_shows_its_words(page, toy):
    toy.says("/voice/incoming", '<Gather action="main"><Play>/base/sound/../none/x.wav</Play></Gather>')
    toy.says("/none/x.wav", (200, "audio/wav", wave(0.2)))
    dialled(page)
    expect(page.locator("body")).to_have_attribute("data-phase", "waiting")


def test_keys_by_keyboard_but_not_while_writing_a_text(timed, toy):
    dialled(timed)
    timed.clock.run_for(10_000)
    timed.locator("#body").fill("")
    timed.locator("#body").press_sequentially("1")
    assert toy.forms("/voice/main") == []
    timed.locator("#dial").focus()
    timed.keyboard.press("1")
    expect(timed.locator("body")).to_have_attribute("data-stage", "2")
    timed.keyboard.press("6")
    timed.keyboard.press("0")
    expect(timed.locator("#typed")).to_have_text("60")


def test_what_cannot_be_interrupted_is_heard_out(timed, toy):
    dialled(timed)
    key(timed, "1").click()
    expect(timed.locator("#turn")).to_have_text("这一段请先听完")
    expect(timed.locator("#subtitles li")).to_have_count(1)
    assert toy.forms("/voice/main") == []
    timed.clock.run_for(7_000)
    expect(timed.locator("#turn")).to_have_text("可以按键了")
    key(timed, "1").click()
    expect(timed.locator("body")).to_have_attribute("data-stage", "2")


def test_a_code_arrives_and_is_pressed_for_the_caller(timed, toy):
    dialled(timed)
    timed.clock.run_for(10_000)
    key(timed, "1").click()
    timed.clock.run_for(2_000)
    code = timed.locator("#thread .code")
    expect(code).to_have_text(CODE)
    expect(timed.locator("#notice")).to_have_text("好声音正在准备")
    timed.get_by_role("button", name="按验证码", exact=True).click()
    for count in range(1, 6):
        expect(timed.locator("#typed")).to_have_text(CODE[:count])
        timed.clock.run_for(500)
    expect(timed.locator("#subtitles")).to_contain_text("一千零二十二元五角一分")
    assert toy.forms("/voice/code")[0]["Digits"] == CODE


def test_a_code_after_the_call_goes_into_the_answer(page):
    page.locator("#words button").first.click()
    expect(page.locator("#thread li")).to_have_count(2)
    page.locator("#body").fill(f"回复{CODE}")
    page.get_by_role("button", name="发送").click()
    page.locator("#thread .theirs .code").click()
    expect(page.locator("#body")).to_have_value(CODE)
    expect(page.locator("#body")).to_be_focused()


def test_the_number_is_keyed_for_the_caller_with_a_star_for_x(timed, toy):
    toy.says(
        "/voice/main", '<Gather action="id" numDigits="18" finishOnKey="#" timeout="8"><Say>请</Say></Gather>'
    )
    toy.says("/voice/id", "<Say>好</Say>")
    dialled(timed)
    timed.clock.run_for(10_000)
    key(timed, "1").click()
    expect(timed.locator("body")).to_have_attribute("data-stage", "2")
    timed.get_by_role("button", name="按身份证号", exact=True).click()
    for _ in range(18):
        timed.clock.run_for(450)
        expect(timed.locator("body")).to_have_attribute("data-busy", "0")
    expect(timed.locator("body")).to_have_attribute("data-stage", "3")
    assert toy.forms("/voice/id")[0]["Digits"] == "45019919520405999*"
    assert timed.locator("#log .pressed").last.text_content().endswith("按了 45019919520405999*")


def test_a_call_in_one_tab_does_not_disturb_another(context, address):
    one, two = PageTelephone(context, address), PageTelephone(context, address)
    one.dial(CALLER)
    two.dial(OTHER)
    one.press("1")
    assert one.heard() == ["收到短信以后,请按里面的六位数字。可以把电话拿下来慢慢看。"]
    two.press("7")
    assert two.heard()[0] == "您还在吗?慢慢按,不着急。"


def test_closing_the_page_hangs_up(context, address, toy):
    ended = threading.Event()
    toy.says("/voice/status", lambda form: ended.set())
    telephone = PageTelephone(context, address)
    telephone.dial(CALLER)
    telephone.page.close(run_before_unload=True)
    assert ended.wait(timeout=10)


def test_a_server_that_went_away_is_told(page):
    page.route("**/phone/calls", lambda route: route.abort())
    page.locator("#dial").click()
    expect(page.locator("#status")).to_have_text("连不上演示电话,请看看它还开着没有")
    expect(page.locator("#dial-word")).to_have_text("再拨一次")


def test_another_number_must_be_written_before_dialling(page, toy):
    page.get_by_label("别的号码", exact=True).check()
    page.locator("#dial").click()
    expect(page.locator("#toast")).to_have_text("请先写号码,加号开头")
    page.locator("#other-number").fill("123")
    page.locator("#other-number").blur()
    expect(page.locator("#body")).to_be_disabled()
    page.locator("#dial").click()
    expect(page.locator("#status")).to_contain_text("号码要写成加号和数字")
    assert toy.received == []


def test_a_double_click_does_not_dial_and_hang_up(page):
    page.locator("#dial").dblclick()
    expect(page.locator("body")).to_have_attribute("data-call", "talking")


def test_who_calls_cannot_change_during_a_call(timed):
    dialled(timed)
    expect(timed.get_by_label("李建国")).to_be_disabled()
    timed.clock.run_for(1_000)
    timed.locator("#dial").click()
    expect(timed.locator("#status")).to_have_text("已挂机")
    expect(timed.get_by_label("李建国")).to_be_enabled()


def test_behind_the_scenes_each_exchange_is_folded_away(page):
    dialled(page)
    page.locator("#curtain > summary").click()
    exchange = page.locator("#log .sent details").first
    expect(exchange.locator("pre").first).to_be_hidden()
    exchange.locator("summary").click()
    expect(exchange.locator("pre").first).to_contain_text(f"From={CALLER}")
    expect(exchange.locator("pre").nth(1)).to_contain_text("<Gather")


def test_numbers_can_be_copied(page, context):
    context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.get_by_role("button", name="复制身份证号").click()
    expect(page.get_by_role("button", name="复制身份证号")).to_have_text("好了")
    assert page.evaluate("navigator.clipboard.readText()") == PEOPLE[0].identity_number


def test_every_control_has_a_name_and_a_role(page):
    snapshot = page.locator("body").aria_snapshot()
    for line in (
        '- heading "谁来打?" [level=1]',
        '- radio "黄秀英 退休在南宁,有余额" [checked]',
        '- button "星号,返回"',
        '- button "0,人工"',
        '- button "拨号"',
        '- log "字幕"',
        '- log "和医保热线的短信"',
        '- textbox "写短信"',
        '- switch "放声音" [checked]',
    ):
        assert line in snapshot
    assert not re.search(r"- (button|textbox|combobox|radio|switch)(:|$)", snapshot, re.MULTILINE)


def test_the_keyboard_reaches_everything_in_reading_order(page):
    page.locator(".skip").focus()
    reached: list[str] = []
    for _ in range(40):
        page.keyboard.press("Tab")
        reached.append(page.evaluate("document.activeElement.dataset.key || document.activeElement.id || ''"))

    reached = reached[: reached.index("body") + 1]
    keys = [name for name in reached if name in list("123456789*0#")]
    assert keys == list("123456789*0#")
    assert (
        reached.index("agent")
        < reached.index("1")
        < reached.index("#")
        < reached.index("dial")
        < reached.index("body")
    )


CONTRAST = """
() => {
  const linear = (share) => (share <= 0.03928 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4);
  const weights = [0.2126, 0.7152, 0.0722];
  const light = (colour) => weights.reduce((sum, weight, at) => sum + weight * linear(colour[at] / 255), 0);
  const numbers = (colour) => (colour.match(/[\\d.]+/g) || []).map(Number);
  const behind = (element) => {
    for (let node = element; node; node = node.parentElement) {
      const style = getComputedStyle(node);
      const gradient = style.backgroundImage.match(/rgb\\([^)]*\\)/g);
      if (gradient) return gradient.map(numbers);
      const colour = numbers(style.backgroundColor);
      if (colour.length === 3 || colour[3] > 0.99) return [colour];
    }
    return [[255, 255, 255]];
  };
  const poor = [];
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const element = walker.currentNode.parentElement;
    if (!walker.currentNode.textContent.trim() || !element.checkVisibility()) continue;
    if (element.matches("script, option, .person:has(:disabled) *")) continue;
    const front = light(numbers(getComputedStyle(element).color));
    for (const back of behind(element).map(light)) {
      const ratio = (Math.max(front, back) + 0.05) / (Math.min(front, back) + 0.05);
      if (ratio < 4.5) poor.push(`${walker.currentNode.textContent.trim()} ${ratio.toFixed(2)}`);
    }
  }
  return poor;
}
"""


def test_all_text_stands_out_from_what_is_behind_it(page):
    page.locator("#words button").first.click()
    expect(page.locator("#thread li")).to_have_count(2)
    dialled(page)
    page.locator("#curtain > summary").click()
    page.locator("#log .sent summary").first.click()
    assert page.evaluate(CONTRAST) == []


@pytest.mark.parametrize("width", [320, 375, 768, 1280, 1920])
def test_nothing_is_wider_than_the_screen(page, width):
    page.set_viewport_size({"width": width, "height": 740})
    for screen in ("people", "phone", "texts", "behind"):
        tab = page.locator(f'#tabs [data-to="{screen}"]')
        if tab.is_visible():
            tab.click()
            expect(page.locator(f"#{screen}")).to_be_visible()
        assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_on_a_phone_sized_screen_the_whole_telephone_fits(page):
    page.set_viewport_size({"width": 375, "height": 740})
    page.locator("#sound").set_checked(False, force=True) if page.locator("#sound").is_visible() else None
    dialled(page)
    bottom = page.locator("#dial").bounding_box()
    tabs = page.locator("#tabs").bounding_box()
    assert bottom["y"] + bottom["height"] <= tabs["y"]
    for box in (locator.bounding_box() for locator in page.locator(".key").all()):
        assert box["width"] >= 44
        assert box["height"] >= 44


def test_on_a_small_screen_a_text_shows_a_badge_until_looked_at(timed):
    timed.set_viewport_size({"width": 375, "height": 740})
    dialled(timed)
    timed.clock.run_for(10_000)
    key(timed, "1").click()
    expect(timed.locator("body")).to_have_attribute("data-stage", "2")
    timed.clock.run_for(2_000)
    expect(timed.locator("#badge")).to_have_text("1")
    expect(timed.locator("#toast")).to_contain_text("来短信了:【演示】查询验证码")
    timed.locator('#tabs [data-to="texts"]').click()
    expect(timed.locator("#badge")).to_be_hidden()
    timed.locator("#thread .code").click()
    expect(timed.locator("#phone")).to_be_visible()


def test_less_motion_is_respected(context, address):
    page = context.new_page()
    page.emulate_media(reduced_motion="reduce")
    page.goto(address)
    dialled(page)
    assert (
        page.evaluate("document.getAnimations().filter((each) => each.playState === 'running').length") == 0
    )
    expect(page.locator(".patience")).to_be_hidden()


def test_the_page_reports_no_script_errors(context, address):
    page = context.new_page()
    problems: list[str] = []
    page.on("pageerror", lambda error: problems.append(str(error)))
    page.on("console", lambda message: problems.append(f"{message.type} {message.text}"))
    page.goto(address)
    dialled(page)
    page.locator("#words button").first.click()
    expect(page.locator("#thread li")).to_have_count(2)
    assert [problem for problem in problems if not problem.startswith(("log ", "info "))] == []
