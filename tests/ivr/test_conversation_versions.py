"""A conversation keeps the menus it began with, and the keys it was written under may be replaced."""

from base64 import b64encode
from dataclasses import replace
from datetime import timedelta

from house import SECRET_KEY, House
from talking import Talk, said, text

from ivr.conversation import Answer, Conversations
from ivr.store import versions
from ivr.store.sealed import Vault
from ivr.store.versions import Versions
from menus.load import read_files

OTHER_KEY = b64encode(b"another key for nobody's secrets").decode()


def publish(house: House, old: str, new: str) -> str:
    """Publish the same menus with other words, a minute later."""
    files = {path: content.replace(old, new) for path, content in read_files(house.settings.config).items()}
    house.clock.now += timedelta(minutes=1)
    with house.built.engine.begin() as connection:
        return versions.publish(connection, files, "test", "other words", house.clock())


def words(answer: Answer) -> str:
    return answer.menus.prompts["zh-CN"]["main"]


def with_keys(house: House, keys: str) -> Conversations:
    """Return the same conversations as another process has them, with these keys."""
    built = house.built
    consulting = replace(built.consulting, vault=Vault(keys))
    return Conversations(built.engine, Versions(built.versions._catalogue), consulting, house.clock)


def test_publishing_never_disturbs_a_call(either_hotline: House) -> None:
    house = either_hotline
    talk = Talk(house.built.conversations)
    before = talk.dial()
    digest = publish(house, "查余额,请按一", "要听余额,请按一")
    during, after = talk.press("7"), Talk(house.built.conversations).dial()
    assert (before.menus.digest, words(before)[:3]) == (during.menus.digest, "查余额")
    assert (after.menus.digest, words(after)[:4]) == (digest, "要听余额")
    assert talk.again(2) == during


def test_another_process_goes_on_with_the_call(either_hotline: House) -> None:
    house = either_hotline
    talk = Talk(house.built.conversations)
    talk.dial()
    publish(house, "查余额,请按一", "要听余额,请按一")
    talk.conversations = with_keys(house, SECRET_KEY)
    assert words(talk.press("7")).startswith("查余额")


def test_a_text_conversation_that_begins_anew_has_the_new_menus(either_hotline: House) -> None:
    take = either_hotline.built.conversations.take_turn
    before = take(text("帮助", "SM1"))
    digest = publish(either_hotline, "可回复:", "您可回复:")
    assert take(text("帮助", "SM2")).menus.digest == before.menus.digest
    either_hotline.clock.forward(600)
    assert take(text("帮助", "SM3")).menus.digest == digest


def test_a_call_goes_on_under_new_keys_as_long_as_the_old_one_is_known(either_hotline: House) -> None:
    talk = Talk(either_hotline.built.conversations)
    greeting = talk.dial()
    talk.press("1", "450199195503179983")
    talk.conversations = with_keys(either_hotline, f"{OTHER_KEY},{SECRET_KEY}")
    assert talk.again(1) == greeting
    answer = talk.press("837294")
    assert said(answer)[:2] == ["verify.ok", "bal.say"]
    assert talk.again(4) == answer
    assert talk.conversations.last(talk.name) == answer


def test_without_the_old_key_an_old_conversation_is_not_found(either_hotline: House) -> None:
    talk = Talk(either_hotline.built.conversations)
    talk.dial()
    stranger = with_keys(either_hotline, OTHER_KEY)
    assert stranger.last(talk.name) is None
    talk.conversations = stranger
    assert said(talk.press("1")) == []
