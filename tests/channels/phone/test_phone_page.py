"""The page's own doors: calls, keys, time-outs and texts as JSON, from its own origin only, many at once."""

import threading
from pathlib import Path

import pytest
from flask import Flask
from toy_hotline import CALLER, CAPTIONS, CODE, HOTLINE, PUBLIC, Toy, talkative

from ivr.channels.phone.demo import IDLE_SECONDS, MOST_CALLS, Caller, DemoPhone
from ivr.channels.phone.messages import Messages
from ivr.channels.phone.page import blueprint

ORIGIN = {"Origin": "http://localhost"}
WONG = Caller("黄奶奶", CALLER, "450199195503179983", "271828", "在职,有余额")


class Clock:
    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def phone(toy: Toy, twilio, tmp_path: Path, clock: Clock) -> DemoPhone:
    outbox = tmp_path / "texts.jsonl"
    talkative(toy, outbox)
    return DemoPhone(
        twilio,
        Messages(twilio, outbox, strict=False),
        [WONG],
        caption=CAPTIONS.get,
        voice=lambda url: "内置声音",
        notice=lambda: "好声音正在准备",
        clock=clock,
    )


class Page:
    """The page's side, as its scripts send."""

    def __init__(self, phone: DemoPhone) -> None:
        app = Flask("demo")
        app.testing = True
        app.register_blueprint(blueprint(phone))
        self.client = app.test_client()

    def send(self, path: str, body: object, method: str = "POST", headers: dict[str, str] | None = None):
        return self.client.open("/phone/" + path, method=method, json=body, headers=headers or ORIGIN)

    def dial(self, number: str = CALLER, agent: str = "no-answer") -> dict:
        answer = self.send("calls", {"from": number, "agent": agent})
        assert answer.status_code == 201
        return answer.json

    def key(self, view: dict, key: str) -> dict:
        body = {"key": key, "stage": view["stage"]["number"], "seen": view["seen"]}
        return self.send(f"calls/{view['id']}/keys", body).json

    def time_out(self, view: dict, **other: int) -> dict:
        stage = view["stage"]
        body = {"stage": stage["number"], "keys": stage["keys"], "seen": view["seen"], **other}
        return self.send(f"calls/{view['id']}/timeout", body).json


@pytest.fixture
def page(phone: DemoPhone) -> Page:
    return Page(phone)


def test_the_page_carries_the_callers_and_needs_nothing_from_elsewhere(page):
    answer = page.client.get("/phone/")
    assert "这是演示电话,不是医保局" in answer.text
    assert WONG.identity_number in answer.text
    assert "http://" not in answer.text.replace("http://www.w3.org", "")
    assert "https://" not in answer.text
    assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
    for name in ("phone.js", "phone.css", "phone.svg"):
        found = page.client.get(f"/phone/static/{name}")
        assert found.status_code == 200
        found.close()


def test_every_door_of_the_page_is_declared_as_the_demos(page):
    views = page.client.application.view_functions
    assert {view.protection for name, view in views.items() if name != "static"} == {"demo"}
    assert page.client.get("/phone/static/../page.py").status_code == 404


def test_dialling_gives_the_first_stretch_of_the_call(page):
    view = page.dial()
    greeting, menu = view["stage"]["sounds"]
    assert (greeting["interruptible"], greeting["address"], greeting["voice"]) == (False, None, None)
    assert menu == {
        "text": CAPTIONS[f"{PUBLIC}/sound/main.wav"],
        "address": "../sound/main.wav",
        "voice": "内置声音",
        "language": "zh-CN",
        "seconds": 2.0,
        "loop": 1,
        "interruptible": True,
    }
    assert view["stage"]["question"] == {"digits": 1, "finish": ""}
    assert (view["stage"]["patience"], view["over"], view["ending"]) == (5.0, False, None)


def test_keys_and_time_outs_lead_through_a_call(page, phone):
    view = page.time_out(page.dial())
    assert view["stage"]["sounds"][0]["text"] == "您还在吗?慢慢按,不着急。"
    view = page.key(view, "1")
    assert view["stage"]["question"] == {"digits": 6, "finish": "#"}
    for count, key in enumerate(CODE[:-1], start=1):
        view = page.key(view, key)
        assert view["stage"]["keys"] == count
    view = page.key(view, CODE[-1])
    assert view["stage"]["question"] is None
    view = page.time_out(view)
    assert (view["over"], view["ending"], view["stage"]) == (True, "hotline hung up", None)
    assert page.send("inbox", {"mobile": CALLER}).json["texts"][0]["mine"] is False


def test_what_comes_late_changes_nothing(page, toy):
    first = page.dial()
    second = page.key(first, "7")
    before = len(toy.received)
    assert page.key(first, "1")["stage"] == second["stage"]
    assert page.time_out(first)["stage"] == second["stage"]
    assert page.time_out(second, keys=1)["stage"] == second["stage"]
    assert len(toy.received) == before


def test_a_key_while_nobody_asks_is_lost(page):
    view = page.key(page.dial(), "1")
    for key in CODE:
        view = page.key(view, key)
    lost = page.key(view, "1")
    assert lost["stage"]["number"] == view["stage"]["number"]
    assert lost["log"][-1] == {"kind": "pressed", "at": lost["log"][-1]["at"], "key": "1", "lost": True}


def test_the_log_shows_requests_answers_and_only_what_is_new(page):
    view = page.dial()
    sent = view["log"][0]
    assert (sent["kind"], sent["method"], sent["status"]) == ("sent", "POST", 200)
    assert sent["fields"]["From"] == CALLER
    assert "ToCity" not in sent["fields"]
    assert sent["answer"].splitlines()[:2] == [
        "<Response>",
        "  <Say>您好,这里是医保电话。这是演示电话,不是医保局。</Say>",
    ]
    later = page.key(view, "7")
    assert [entry["kind"] for entry in later["log"]] == ["heard", "asked", "pressed", "sent", "heard"]
    assert later["seen"] == view["seen"] + 5


@pytest.mark.parametrize(
    ("agent", "outcome"), [("no-answer", "no-answer"), ("busy", "busy"), ("completed", "completed")]
)
def test_a_transfer_waits_and_tells_what_became_of_it(page, agent, outcome):
    view = page.key(page.dial(agent=agent), "0")
    assert view["stage"]["transfer"]
    view = page.time_out(view)
    if outcome == "completed":
        assert view["stage"]["joined"]
        assert view["stage"]["patience"] == 20
        view = page.time_out(view)
    assert {"kind": "dialled", "outcome": outcome}.items() <= view["log"][-3].items()
    assert view["stage"]["sounds"][0]["text"] == "人工现在忙。"


def test_hanging_up_tells_how_long_the_call_really_was(page, toy, clock):
    view = page.dial()
    clock.now += 83.4
    ended = page.send(f"calls/{view['id']}", {"seen": view["seen"]}, "DELETE").json
    assert (ended["over"], ended["ending"]) == (True, "caller hung up")
    assert toy.forms("/voice/status")[0]["CallDuration"] == "83"
    again = page.send(f"calls/{view['id']}", {"seen": 0}, "DELETE")
    assert again.status_code == 200
    assert len(toy.forms("/voice/status")) == 1


def test_a_broken_hotline_is_the_providers_apology_and_shown_behind(page, toy):
    toy.says("/voice/incoming", (500, "text/html", "<h1>no</h1>"))
    view = page.dial()
    assert view["stage"]["sounds"][0]["language"] == "en-US"
    assert view["log"][0]["answer"] == "<h1>no</h1>"
    assert view["log"][1]["kind"] == "faulted"
    toy.says("/voice/incoming", (200, "text/xml", "<Response><Say></Response>"))
    assert page.dial()["log"][0]["answer"] == "<Response><Say></Response>"


def test_a_hotline_that_leads_nowhere_is_an_error_not_a_crash(page, toy):
    toy.says("/voice/incoming", "<Redirect>incoming</Redirect>")
    answer = page.send("calls", {"from": CALLER, "agent": "busy"})
    assert (answer.status_code, answer.json["error"]) == (502, "热线没有正确回答,电话断了")
    talkative(toy, Path("/nowhere"))
    toy.says("/voice/main", "<Redirect>main</Redirect>")
    view = page.dial()
    assert page.time_out(view)["error"] == "热线没有正确回答,电话断了"


def test_a_sound_from_elsewhere_keeps_its_address(page, toy, phone, monkeypatch):
    toy.says(
        "/voice/incoming", f"<Play>{PUBLIC}/sound/x.wav</Play><Play>{PUBLIC}/sound/404</Play>" + "<Pause/>"
    )
    toy.says("/sound/404", (404, "audio/wav", b""))
    sounds = page.dial()["stage"]["sounds"]
    assert [(each["address"], each["text"]) for each in sounds] == [
        ("../sound/x.wav", None),
        (None, None),
        (None, None),
    ]


def test_texts_are_written_answered_and_listed(page):
    answer = page.send("texts", {"from": CALLER, "body": "余额"}).json
    assert [(text["mine"], text["body"]) for text in answer["texts"]] == [
        (True, "余额"),
        (False, "【演示】您发的是:余额。"),
    ]
    assert answer["notice"] == "好声音正在准备"
    assert page.send("inbox", {"mobile": "+8610012345678"}).json["texts"] == []
    assert page.send("inbox", {"mobile": ""}).json["texts"] == [], "while no mobile is chosen"


@pytest.mark.parametrize(
    ("path", "body", "status"),
    [
        ("calls", {"from": "13800138000", "agent": "busy"}, 400),
        ("calls", {"from": "+８６１００１２３４５", "agent": "busy"}, 400),
        ("calls", {"from": CALLER, "agent": "robot"}, 400),
        ("calls", {"from": CALLER}, 400),
        ("calls", [CALLER], 400),
        ("calls", {"from": "+1" * 40, "agent": "busy"}, 400),
        ("calls/nobody/keys", {"key": "1", "stage": 1, "seen": 0}, 404),
        ("calls/nobody/keys", {"key": "A", "stage": 1, "seen": 0}, 400),
        ("calls/nobody/keys", {"key": "", "stage": 1, "seen": 0}, 400),
        ("calls/nobody/keys", {"key": "12", "stage": 1, "seen": 0}, 400),
        ("calls/nobody/keys", {"key": "1", "stage": True, "seen": 0}, 400),
        ("calls/nobody/timeout", {"stage": 1, "keys": 0, "seen": 0}, 404),
        ("texts", {"from": CALLER, "body": "  "}, 400),
        ("texts", {"from": CALLER, "body": "长" * 1601}, 400),
        ("texts", {"from": CALLER, "body": "\ud83d"}, 400),
        ("texts", {"from": CALLER, "body": "长" * 70_000}, 413),
        ("inbox", {"mobile": 13800138000}, 400),
    ],
)
def test_bad_requests_are_refused_with_a_sentence(page, toy, path, body, status):
    answer = page.send(path, body)
    assert answer.status_code == status
    assert answer.json["error"]
    assert toy.received == []


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"Origin": "http://evil.example"},
        {"Origin": "null"},
        {"Origin": "http://localhost", "Sec-Fetch-Site": "cross-site"},
        {"Origin": "http://localhost:81", "Sec-Fetch-Site": "same-site"},
    ],
)
def test_other_pages_cannot_drive_the_phone(page, toy, headers):
    answer = page.client.post("/phone/calls", json={"from": CALLER, "agent": "busy"}, headers=headers)
    assert (answer.status_code, toy.received) == (403, [])


@pytest.mark.parametrize(
    "headers", [{"Origin": PUBLIC.removesuffix("/base")}, {"Sec-Fetch-Site": "same-origin"}, ORIGIN]
)
def test_the_page_itself_can(page, headers):
    body = {"from": "anonymous", "agent": "busy"}
    assert page.send("calls", body, headers=headers).status_code == 201


def test_forms_and_plain_text_are_refused(page):
    for content in ("text/plain", "application/x-www-form-urlencoded"):
        answer = page.client.post(
            "/phone/calls", data='{"from": "+8613800138000"}', content_type=content, headers=ORIGIN
        )
        assert answer.status_code == 403
    for data in ("{", "[" * 60_000):
        broken = page.client.post("/phone/calls", data=data, content_type="application/json", headers=ORIGIN)
        assert broken.status_code == 400


def test_calls_left_alone_are_hung_up_and_forgotten(page, phone, clock, toy):
    alone, kept = page.dial(), page.dial()
    clock.now += IDLE_SECONDS - 1
    page.key(kept, "7")
    clock.now += 2
    page.dial()
    assert len(toy.forms("/voice/status")) == 1
    assert page.send(f"calls/{alone['id']}", {"seen": 0}, "DELETE").status_code == 404
    assert page.send(f"calls/{kept['id']}", {"seen": 0}, "DELETE").status_code == 200


def test_there_is_an_end_to_the_number_of_calls(page, clock):
    first = page.dial()
    for _ in range(MOST_CALLS):
        clock.now += 1
        page.dial()
    assert page.send(f"calls/{first['id']}", {"seen": 0}, "DELETE").status_code == 404


def test_keys_of_one_call_pressed_at_once_are_taken_one_after_another(page, phone, toy):
    view = page.key(page.dial(), "1")
    threads = [threading.Thread(target=Page(phone).key, args=(view, "1")) for _ in range(5)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert page.key(view, "1")["stage"]["number"] == view["stage"]["number"] + 1
    assert toy.forms("/voice/code")[0]["Digits"] == "111111"


def test_two_calls_do_not_meet(page):
    one, two = page.dial(), page.dial("+8610012345678")
    assert page.key(one, "1")["stage"]["question"] == {"digits": 6, "finish": "#"}
    assert page.key(two, "7")["stage"]["question"] == {"digits": 1, "finish": ""}


def test_the_hotlines_number_is_shown_as_people_read_it(phone):
    assert HOTLINE in Page(phone).client.get("/phone/").text
    phone.shown_number = "0771-0000000"
    assert DemoPhone(phone.twilio, phone.messages, []).voice("/x") is None
    assert DemoPhone(phone.twilio, phone.messages, []).notice() is None
    assert "0771-0000000" in Page(phone).client.get("/phone/").text
