"""The ear behind a WebSocket: with a server that works, on the real engine too, and with bad ones."""

import gc
import json
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing
from typing import Any

import pytest
from ears_korean import korean_model
from ears_server import Manners, vosk_server
from ears_speaker import PHRASES, spoken

from speech.ears import EarBusy, EarError, Heard, Hearing
from speech.ears.vosk_model import loaded
from speech.ears.vosk_server import VoskServerEar
from speech.sound import Sound
from speech.telephone import silence

Running = Callable[..., tuple[Manners, str]]


@pytest.fixture
def running() -> Iterator[Running]:
    """Start servers with manners; each gives the manners and its address."""
    with ExitStack() as stack:

        def start(**manners: Any) -> tuple[Manners, str]:
            made = Manners(**manners)
            return made, stack.enter_context(vosk_server(made))

        yield start


def ear_at(address: str, **limits: Any) -> VoskServerEar:
    """Return an ear that waits as long as a busy machine may need, but for the limits given."""
    return VoskServerEar(address, **{"patience": 1.0, "opening": 10.0, "answer": 10.0, **limits})


def fed(hearing: Hearing, seconds: float) -> list[str | None]:
    """Feed sound 20 ms at a time; return what was heard so far after each."""
    return [hearing.feed(silence(0.02)) for _ in range(round(seconds / 0.02))]


def test_words_are_heard_as_the_server_finds_them(running):
    manners, address = running()
    with closing(VoskServerEar(address).listen(["查余额。", "人工 PIN", "查余额"])) as hearing:
        partial = fed(hearing, 2.0)
        assert hearing.finish() == Heard("余余", 0.5)
    assert partial[0] is None
    assert {"余", "余余"} >= set(filter(None, partial)) >= {"余"}
    assert manners.configs == [
        {"sample_rate": 8000, "words": 1, "phrase_list": ["查 余 额", "人 工 PIN", "[unk]"]}
    ]


def test_sentences_that_the_server_ended_are_put_together(running):
    _, address = running()
    hearing = VoskServerEar(address).listen(())
    hearing.feed(silence(9.55))
    assert hearing.finish() == Heard("余" * 10, 0.5)


def test_without_phrases_none_are_sent_and_without_sound_there_are_no_words(running):
    manners, address = running()
    assert VoskServerEar(address).listen(()).finish() == Heard("", 0.0)
    assert manners.configs == [{"sample_rate": 8000, "words": 1}]


def test_the_real_engine_hears_behind_a_socket(running, tmp_path):
    model = loaded(korean_model())
    sounds: dict[str, Sound] = spoken(tmp_path)

    def recognizer(config: dict[str, Any]) -> Any:
        made = model._vosk.KaldiRecognizer(
            model._model, config["sample_rate"], json.dumps(config["phrase_list"][:-1], ensure_ascii=False)
        )
        made.SetWords(bool(config["words"]))
        return made

    _, address = running(recognizer=recognizer)
    ear = VoskServerEar(address)
    ear_heard = {}
    for phrase, sound in sounds.items():
        with closing(ear.listen(PHRASES)) as hearing:
            hearing.feed(sound)
            ear_heard[phrase] = hearing.finish().words
    assert ear_heard == {phrase: phrase for phrase in PHRASES}


# --- servers that fail


def test_a_connection_that_dies_in_the_middle_is_made_anew_and_nothing_is_lost(running):
    manners, address = running(dies_after=7, deaths=1)
    hearing = ear_at(address).listen(["余额"])
    fed(hearing, 2.0)
    assert hearing.finish() == Heard("余余", 0.5)
    assert len(manners.configs) == 2


def test_a_server_that_dies_at_the_very_end_is_asked_again(running):
    manners, address = running(dies_after=20, deaths=1)
    hearing = ear_at(address).listen(())
    fed(hearing, 2.0)
    assert hearing.finish() == Heard("余余", 0.5)
    assert len(manners.configs) == 2


def test_a_server_that_dies_again_is_given_up(running):
    _, address = running(dies_after=7)
    hearing = ear_at(address).listen(())
    with pytest.raises(EarError, match="ended in the middle of an utterance"):
        fed(hearing, 50.0)
    hearing.close()


@pytest.mark.parametrize("pieces", [0, 3])
def test_a_server_that_hangs_is_given_up_in_time(running, pieces):
    _, address = running(hangs_after=pieces)
    hearing = ear_at(address, answer=0.4).listen(())
    began = time.monotonic()
    with pytest.raises(EarError, match=r"gave no answer in 0\.4 seconds"):
        fed(hearing, 5.0)
    assert time.monotonic() - began < 5
    hearing.close()
    assert time.monotonic() - began < 6


def test_a_server_that_hangs_at_the_end_is_given_up_in_time(running):
    _, address = running(hangs_after=5)
    hearing = ear_at(address, answer=0.4).listen(())
    fed(hearing, 0.5)
    began = time.monotonic()
    with pytest.raises(EarError, match="gave no answer"):
        hearing.finish()
    assert time.monotonic() - began < 5


def test_a_server_that_is_slow_but_answers_is_waited_for(running):
    _, address = running(slow=0.03)
    hearing = ear_at(address).listen(())
    hearing.feed(silence(2.0))
    assert hearing.finish() == Heard("余余", 0.5)


@pytest.mark.parametrize("nonsense", ["<html>", "[]", "7", '{"text": 3}', '{"text": "a", "result": [{}]}'])
def test_what_is_no_result_is_not_taken_for_one(running, nonsense):
    _, address = running(nonsense=nonsense)
    with pytest.raises(EarError, match="something that is no result"):
        ear_at(address).check()


def test_a_server_that_refuses_cannot_be_reached_and_is_let_rest(running):
    manners, address = running(refuses=True)
    ear = ear_at(address)
    with pytest.raises(EarError, match="cannot be reached"):
        ear.listen(())
    manners.refuses = False
    with pytest.raises(EarError, match="could not be reached a moment ago"):
        ear.listen(())
    ear.check()  # whoever looks on purpose tries it, and callers may then too
    assert ear.listen(()).finish() == Heard("", 0.0)


def test_where_nothing_listens_it_says_so_without_the_password():
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with pytest.raises(
        EarError, match=rf"127\.0\.0\.1:{port} cannot be reached \(Connection refused\)"
    ) as caught:
        ear_at(f"ws://us:secret@127.0.0.1:{port}").check()
    assert "secret" not in str(caught.value)


def test_what_accepts_and_says_nothing_is_given_up_in_time():
    with socket.socket() as deaf:
        deaf.bind(("127.0.0.1", 0))
        deaf.listen()
        began = time.monotonic()
        with pytest.raises(EarError, match=r"did not open in 0\.5 seconds"):
            ear_at(f"ws://127.0.0.1:{deaf.getsockname()[1]}", opening=0.5).check()
        assert time.monotonic() - began < 5


# --- many callers


def test_no_more_connect_than_may_and_who_waits_too_long_is_told(running):
    manners, address = running()
    ear = ear_at(address, most=2)
    held = [ear.listen(()), ear.listen(())]
    ear.check()  # it is full, not broken
    began = time.monotonic()
    with pytest.raises(EarBusy, match="all 2 connections to the vosk-server are busy"):
        ear.listen(())
    assert 0.9 < time.monotonic() - began < 5
    threading.Timer(0.05, held[0].close).start()
    held.append(ear.listen(()))
    for hearing in held:
        hearing.close()
    assert manners.most_open <= 2 + 1  # what checks has a connection of its own


def test_places_come_back_whatever_happens(running):
    _, address = running(hangs_after=0)
    ear = ear_at(address, most=1, answer=0.05)
    for _ in range(3):
        with pytest.raises(EarError, match="gave no answer"):
            ear.listen(()).finish()
    forgotten = ear.listen(())
    del forgotten
    gc.collect()
    ear.listen(()).close()


def test_callers_at_once_are_all_heard(running):
    _, address = running()
    ear = VoskServerEar(address, most=4, patience=20)
    found: list[str] = []

    def call(seconds: int) -> None:
        with closing(ear.listen(())) as hearing:
            fed(hearing, seconds)
            found.append(hearing.finish().words)

    threads = [threading.Thread(target=call, args=(seconds % 3 + 1,)) for seconds in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(found) == sorted(["余", "余余", "余余余"] * 4)


def test_a_forked_process_has_all_places(running):
    _, address = running()
    ear = ear_at(address, most=1)
    ear.listen(())
    ear._renew()  # what a fork calls in its child
    ear.listen(()).close()
