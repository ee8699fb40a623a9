"""Sounds behind their addresses: prompts for ever, a caller's own for ten minutes, silence. And health."""

import io
import wave
from datetime import timedelta

import pytest
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from toy_doors import AMOUNT, CALLER, NUMBER, PIN, PUBLIC, Toy
from werkzeug.test import Client

from ivr.channels import health, sound
from ivr.channels.health import Counters
from ivr.channels.protection import undeclared
from ivr.channels.shelf import KEPT_FOR
from ivr.channels.turn_token import TurnPassage
from menus.actions import Say
from speech.score import AFTER_KEY, BEFORE_AMOUNT, joined

BALANCE = "陈某英,余额是,一千零二十二元五角一分。"
GREETING = "您好,这里是演示医保电话。"


def seconds(data: bytes) -> float:
    with wave.open(io.BytesIO(data)) as file:
        assert (file.getframerate(), file.getnchannels(), file.getsampwidth()) == (8000, 1, 2)
        return file.getnframes() / 8000


def get(toy: Toy, path: str, **headers: str):
    return Client(toy.app).get(path, headers=headers)


def greeted(toy: Toy) -> tuple[str, str]:
    """Call; the paths of the greeting with the notice, and of the menu after it."""
    line = toy.call()
    line.listen()
    first, second = (each.url.removeprefix(PUBLIC) for each in line.heard)
    return first, second


# --- prompts


def test_what_everybody_hears_is_one_sound_to_be_kept_for_ever(playing):
    path, _ = greeted(playing)
    first, second = get(playing, path), get(playing, path)
    assert first.data == second.data
    lines = [playing.script.line(playing.menus, Say(prompt), 1.0) for prompt in ("hello", "notice")]
    assert first.data == playing.studio.assemble(joined(line.score for line in lines)).wav_bytes()
    assert first.content_type == "audio/wav"
    assert first.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    again = get(playing, path, If_None_Match=first.headers["ETag"])
    assert (again.status_code, again.data) == (304, b"")
    assert get(playing, greeted(playing)[1]).headers["ETag"] != first.headers["ETag"]
    assert playing.beep.spoken == []


def test_half_a_second_after_a_key_is_within_the_sound(playing):
    line = playing.call()
    line.press("9")  # nothing of the menu: it begins anew
    line.listen()
    path = line.heard[-1].url.removeprefix(PUBLIC)
    assert path.startswith("/sound/half.")
    after_key, plain = (get(playing, each).data for each in (path, path.replace("half.", "")))
    assert seconds(after_key) == pytest.approx(seconds(plain) + AFTER_KEY)
    assert not any(after_key[44 : 44 + 8000])
    assert after_key[44 + 8000 :] == plain[44:]


@pytest.mark.parametrize(
    "name",
    [
        *("0" * 64, "A" * 64, "0" * 63, "%2e%2e", "x" * 64, "0" * 63 + "%0a", "silence", "turn", ".", "half"),
        *("half.", "half.half", "." * 64, ".".join(["0" * 64] * 64)),
    ],
)
def test_nothing_else_is_there(playing, name):
    answer = get(playing, f"/sound/{name}.wav")
    assert (answer.status_code, answer.data) == (404, b"")
    assert answer.headers["Cache-Control"] == "no-store"
    assert playing.beep.spoken == []


@pytest.mark.parametrize("strange", ["{0}.{1}.", ".{0}", "{0}.half", "{0}.%s" % ("0" * 64), "half.half.{0}"])
def test_a_name_with_anything_strange_in_it_is_none(playing, strange):
    first, second = greeted(playing)[0].removeprefix("/sound/").removesuffix(".wav").split(".")
    assert get(playing, f"/sound/{second}.{first}.wav").status_code == 200
    assert get(playing, f"/sound/{strange.format(first, second)}.wav").status_code == 404


def test_a_name_is_not_longer_than_any_turn(playing):
    first = greeted(playing)[0].removeprefix("/sound/").split(".")[0]
    lengths = {
        count: get(playing, f"/sound/{'.'.join([first] * count)}.wav").status_code for count in (64, 65)
    }
    assert lengths == {64: 200, 65: 404}


# --- what one caller is told


def at_the_balance(toy: Toy) -> str:
    """Call up to the balance; the path of the sound that tells it."""
    line = toy.call()
    for keys in ("1", NUMBER, PIN):
        line.press(keys)
    line.listen()
    return line.heard[-1].url.removeprefix(PUBLIC)


def test_an_own_amount_is_joined_afresh_and_never_kept(playing):
    path = at_the_balance(playing)
    assert path.startswith("/sound/turn/")
    answer = get(playing, path)
    assert answer.headers["Cache-Control"] == "no-store"
    assert "ETag" not in answer.headers
    assert get(playing, path).data == answer.data
    assert playing.beep.spoken == []
    said = Say("balance", AMOUNT)
    score = playing.script.line(playing.menus, said, 1.0).score
    assert answer.data == playing.studio.assemble(joined([score], AFTER_KEY)).wav_bytes()
    beeps = len("陈某余额是一千零二十二元五角一分") / 10
    assert seconds(answer.data) > AFTER_KEY + BEFORE_AMOUNT + beeps


def test_it_is_gone_after_ten_minutes(playing):
    path = at_the_balance(playing)
    playing.clock.forward(seconds=KEPT_FOR.total_seconds())
    assert get(playing, path).status_code == 200
    playing.clock.forward(seconds=1)
    answer = get(playing, path)
    assert (answer.status_code, answer.headers["Cache-Control"]) == (404, "no-store")
    assert timedelta(minutes=10) == KEPT_FOR


@pytest.mark.parametrize(
    "passage",
    [TurnPassage(1, 4, 2), TurnPassage(1, 4, 0), TurnPassage(1, 99, 0), TurnPassage(999, 1, 0)],
    ids=["a third passage", "an empty passage", "a later turn", "another conversation"],
)
def test_passages_that_were_never_said_are_not_there(playing, passage):
    path = at_the_balance(playing)
    assert path == f"/sound/turn/{playing.tokens.seal(TurnPassage(1, 4, 1))}.wav"
    assert get(playing, f"/sound/turn/{playing.tokens.seal(passage)}.wav").status_code == 404


@given(st.text("abcXYZ019-_", max_size=45))
@settings(max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
def test_guesses_are_not_there(playing, guess):
    assert get(playing, f"/sound/turn/{guess}.wav").status_code == 404


def test_what_breaks_is_no_sound_for_now_and_told_without_what_was_said(playing, caplog, monkeypatch):
    own, fixed = at_the_balance(playing), greeted(playing)[0]

    def broken(*_):
        raise OSError(BALANCE)

    monkeypatch.setattr(playing.repertoire, "assemble", broken)
    for path in (own, fixed):
        answer = get(playing, path)
        assert (answer.status_code, answer.data) == (503, b"")
        assert answer.headers["Cache-Control"] == "no-store"
    assert "OSError at test_sound.py:" in caplog.text
    assert "一千" not in caplog.text


# --- silence


@pytest.mark.parametrize(("name", "length"), [("half", 0.5), ("1", 1.0), ("10", 10.0)])
def test_silence(toy, name, length):
    answer = get(toy, f"/sound/silence/{name}.wav")
    assert seconds(answer.data) == length
    assert not any(answer.data[44:])
    assert "immutable" in answer.headers["Cache-Control"]


@pytest.mark.parametrize("name", ["0", "11", "-1", "1.5", "01", "x"])
def test_no_other_silence(toy, name):
    assert get(toy, f"/sound/silence/{name}.wav").status_code == 404


def test_where_the_provider_speaks_there_is_only_silence(toy):
    app = Flask("quiet", static_folder=None)
    app.register_blueprint(sound.blueprint(None))
    client = Client(app)
    names = "0" * 64, f"turn/{toy.tokens.seal(TurnPassage(1, 1, 0))}", "silence/3"
    assert [client.get(f"/sound/{name}.wav").status_code for name in names] == [404, 404, 200]


# --- health


def watched(checks=None, token="", counters=None) -> Client:
    app = Flask("health", static_folder=None)
    app.register_blueprint(health.blueprint(checks or {}, (counters or Counters()).read, token))
    assert undeclared(app) == []
    return Client(app)


def test_alive():
    assert watched().get("/healthz").text == "alive\n"


def test_ready_when_every_part_is():
    def broken():
        raise OSError(CALLER)

    answer = watched({"database": lambda: None, "ear": lambda: "whisper hears"}).get("/readyz")
    assert (answer.status_code, answer.json) == (200, {"database": "ok", "ear": "ok: whisper hears"})
    answer = watched({"database": broken, "voice": lambda: None}).get("/readyz")
    assert (answer.status_code, answer.json) == (503, {"database": "failed", "voice": "ok"})


def test_counts_are_shown_to_whoever_knows_the_token():
    counters = Counters()
    for name in ("signature_refused", "turns", "turns"):
        counters.count(name)
    client = watched(token="secret", counters=counters)
    for header in ("", "secret", "Bearer wrong", "Bearer 密"):
        answer = client.get("/metrics", headers={"Authorization": header.encode().decode("latin-1")})
        assert (answer.status_code, answer.data) == (401, b"")
    answer = client.get("/metrics", headers={"Authorization": "Bearer secret"})
    assert answer.text == "hotline_signature_refused 1\nhotline_turns 2\n"


def test_without_a_token_the_network_keeps_strangers_out():
    client = watched()
    assert client.get("/metrics").text == ""
    assert client.application.view_functions["health.metrics"].protection == "network"
