"""Sounds behind their addresses: prompts for ever, a caller's own for ten minutes, silence. And health."""

import io
import re
import wave
from dataclasses import replace
from datetime import timedelta

import pytest
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from toy_doors import CALLER, NUMBER, PIN, PUBLIC, Clock, Toy
from werkzeug.test import Client

from ivr.channels import health, sound
from ivr.channels.health import Counters
from ivr.channels.protection import undeclared
from ivr.channels.sound import KEPT_FOR, Shelf
from ivr.channels.turn_token import TurnLine
from speech.studio import Studio

BALANCE = "陈某英,余额是,一千零二十二元五角一分。"
GREETING = "您好,这里是演示医保电话。"


def seconds(data: bytes) -> float:
    with wave.open(io.BytesIO(data)) as file:
        assert (file.getframerate(), file.getnchannels(), file.getsampwidth()) == (8000, 1, 2)
        return file.getnframes() / 8000


def get(toy: Toy, path: str, **headers: str):
    return Client(toy.app).get(path, headers=headers)


# --- prompts


def test_a_prompt_in_use_is_rendered_when_it_is_asked_for_and_kept_for_ever(playing):
    digest = playing.studio.digest(GREETING, 0.78)
    path = f"/sound/{digest}.wav"
    first, second = get(playing, path), get(playing, path)
    assert first.data == second.data
    assert seconds(first.data) == pytest.approx(len(GREETING) / 10 / 0.78, abs=0.01)
    assert playing.beep.spoken == [(GREETING, 0.78)]
    assert first.content_type == "audio/wav"
    assert first.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    assert first.headers["ETag"] == f'"{digest}"'
    again = get(playing, path, If_None_Match=first.headers["ETag"])
    assert (again.status_code, again.data) == (304, b"")


def test_where_sounds_cannot_be_kept_they_are_spoken_all_the_same(playing, tmp_path, caplog):
    (tmp_path / "file").touch()
    full = tmp_path / "file" / "sounds"
    shelf = replace(playing.shelf, folder=full, studio=Studio(playing.beep, full))
    app = Flask(__name__)
    app.register_blueprint(sound.blueprint(shelf))
    for _ in range(2):
        answer = Client(app).get(f"/sound/{playing.studio.digest(GREETING)}.wav")
        assert (answer.status_code, seconds(answer.data)) == (
            200,
            pytest.approx(len(GREETING) / 10, abs=0.01),
        )
    assert playing.beep.spoken == [(GREETING, 1.0)] * 2
    assert f"sounds cannot be kept in {full}: Not a directory" in caplog.text


def test_what_was_rendered_before_the_menus_or_the_voice_changed_is_still_there(playing):
    old = playing.studio.sound("以前的话。").stem
    greeting = playing.studio.sound(GREETING).stem
    playing.beep.fingerprint = "beep 2"
    assert [get(playing, f"/sound/{name}.wav").status_code for name in (old, greeting)] == [200, 200]


def test_a_new_voice_is_found_by_its_own_digests(playing):
    before = playing.studio.digest(GREETING)
    assert playing.shelf.text_of(before) == (GREETING, 1.0)
    playing.beep.fingerprint = "beep 2"
    assert playing.shelf.text_of(playing.studio.digest(GREETING)) == (GREETING, 1.0)


@pytest.mark.parametrize(
    "name", ["0" * 64, "A" * 64, "0" * 63, "%2e%2e", "x" * 64, "0" * 63 + "%0a", "silence", "turn", "."]
)
def test_nothing_else_is_there(playing, name):
    answer = get(playing, f"/sound/{name}.wav")
    assert (answer.status_code, answer.data) == (404, b"")
    assert answer.headers["Cache-Control"] == "no-store"
    assert playing.beep.spoken == []


def test_texts_nobody_says_now_are_not_spoken_for_anybody(playing):
    digest = playing.studio.digest("以前的话。")
    assert get(playing, f"/sound/{digest}.wav").status_code == 404


# --- what one caller is told


def at_the_balance(toy: Toy) -> str:
    """Call up to the balance; the path of the sound that tells it."""
    line = toy.call()
    for keys in ("1", NUMBER, PIN):
        line.press(keys)
    answer = toy.conversations.last(line.call_sid)
    return re.search(r"/sound/turn/[^<]+", toy.renderer.render(answer))[0]


def test_an_own_amount_is_spoken_afresh_and_never_kept(playing):
    path = at_the_balance(playing)
    playing.beep.spoken.clear()
    answer = get(playing, path)
    assert seconds(answer.data) == pytest.approx(len(BALANCE) / 10, abs=0.01)
    assert answer.headers["Cache-Control"] == "no-store"
    assert "ETag" not in answer.headers
    assert get(playing, path).data == answer.data
    assert playing.beep.spoken == [(BALANCE, 1.0)] * 2
    assert playing.studio.find(BALANCE) is None


def test_it_is_gone_after_ten_minutes(playing):
    path = at_the_balance(playing)
    playing.clock.forward(seconds=KEPT_FOR.total_seconds())
    assert get(playing, path).status_code == 200
    playing.clock.forward(seconds=1)
    answer = get(playing, path)
    assert (answer.status_code, answer.headers["Cache-Control"]) == (404, "no-store")
    assert timedelta(minutes=10) == KEPT_FOR


@pytest.mark.parametrize("line", [TurnLine(1, 4, 9), TurnLine(1, 99, 0), TurnLine(999, 1, 0)])
def test_lines_that_were_never_said_are_not_there(playing, line):
    at_the_balance(playing)
    assert get(playing, f"/sound/turn/{playing.tokens.seal(line)}.wav").status_code == 404


@given(st.text("abcXYZ019-_", max_size=45))
@settings(max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
def test_guesses_are_not_there(playing, guess):
    assert get(playing, f"/sound/turn/{guess}.wav").status_code == 404


def test_a_voice_that_fails_is_no_sound_for_now(playing, caplog):
    path = at_the_balance(playing)
    playing.beep.broken = True
    for failing in (path, f"/sound/{playing.studio.digest('再见。')}.wav"):
        answer = get(playing, failing)
        assert (answer.status_code, answer.data) == (503, b"")
        assert answer.headers["Cache-Control"] == "no-store"
    assert "VoiceFailed at toy_doors.py:" in caplog.text
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
    names = "0" * 64, f"turn/{toy.tokens.seal(TurnLine(1, 1, 0))}", "silence/3"
    assert [client.get(f"/sound/{name}.wav").status_code for name in names] == [404, 404, 200]


# --- captions for those who watch


def test_captions(playing):
    path = at_the_balance(playing)
    caption = playing.shelf.caption
    assert caption(PUBLIC + path) == BALANCE
    assert caption(f"{PUBLIC}/sound/{playing.studio.digest('再见。')}.wav") == "再见。"
    assert caption(f"{PUBLIC}/sound/silence/half.wav") == ""
    assert caption(f"{PUBLIC}/sound/{'0' * 64}.wav") is None
    assert caption(f"{PUBLIC}/sound/turn/x.wav") is None
    assert caption("https://elsewhere.example/a.wav") is None


def test_prompts_that_are_not_in_use_any_more_are_not_remembered(playing):
    in_use = [playing.menus]
    shelf = Shelf(
        playing.conversations,
        playing.script,
        playing.tokens,
        Studio(playing.beep, playing.folder),
        playing.folder,
        Clock(),
        lambda: in_use,
    )
    digest = playing.studio.digest(GREETING)
    assert shelf.text_of(digest)
    in_use.clear()
    assert shelf.text_of("0" * 64) is None
    assert shelf.text_of(digest) is None


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

    answer = watched({"database": lambda: None, "voice": lambda: True}).get("/readyz")
    assert (answer.status_code, answer.json) == (200, {"database": "ok", "voice": "ok"})
    answer = watched({"database": broken, "voice": lambda: True}).get("/readyz")
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
