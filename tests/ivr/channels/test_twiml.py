"""Turns become documents that every compatible engine obeys, whatever is in them."""

from datetime import date
from xml.etree.ElementTree import canonicalize

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from toy_doors import CONSTANTS, FILES, PERSON, PUBLIC, SERVICES, tree
from twilio.twiml.messaging_response import MessagingResponse
from twilio.twiml.voice_response import Dial, Gather, VoiceResponse

from ivr.channels.markup import LARGEST, TooLarge, element, response
from ivr.channels.phone.document import Document
from ivr.channels.phone.transport import Answer as Received
from ivr.channels.script import PACES, WHISPER, Passage, Script
from ivr.channels.speakers import LONGEST_SAY, OwnVoice, ProvidersVoice, say
from ivr.channels.turn_token import TurnPassage, TurnTokens
from ivr.channels.twiml import Renderer
from ivr.conversation import Answer
from ivr.services.service import catalogue
from ivr.store.sealed import Vault
from menus.actions import Ask, Consult, HangUp, Say, Transfer, Wait
from menus.dialogue import Turn
from menus.load import load
from menus.state import State
from menus.values import Money, Name

MENUS = load(FILES, catalogue(SERVICES)).menus
OLD_KEY = "c3ludGhldGljLXN5bnRoZXRpYy1zeW50aGV0aWMtMSE="
NEW_KEY = "c3ludGhldGljLXN5bnRoZXRpYy1zeW50aGV0aWMtMiE="
TOKENS = TurnTokens(Vault(OLD_KEY))
AMOUNT = Say("balance", {"name": Name("陈*英"), "amount": Money(102251)})
BALANCE = "陈某英,余额是,一千零二十二元五角一分。"
NEXT = f"{PUBLIC}/voice/turn?n=4"


def address(passage: Passage) -> str:
    return ".".join(f"{line.prompt}-{line.pace}" for line in passage.lines) if passage.fixed else ""


def renderer(*, own_voice: bool = False, address=address) -> Renderer:
    speaker = OwnVoice(PUBLIC, address, TOKENS) if own_voice else ProvidersVoice()
    return Renderer(PUBLIC, Script(lambda: CONSTANTS), speaker, {"person": PERSON}.get, TOKENS)


def answer(*actions, number: int = 3, pace="normal") -> Answer:
    return Answer(Turn(actions, State("main", "voice", date(2026, 11, 24), pace)), number, 7, MENUS)


def same(document: str, expected: VoiceResponse) -> bool:
    return canonicalize(document) == canonicalize(str(expected))


def chinese(verb, text: str) -> None:
    verb.say(text, language="zh-CN")


def test_a_question_is_heard_inside_a_gather_and_followed_by_a_redirect():
    expected = VoiceResponse()
    gather = Gather(
        input="dtmf",
        action=NEXT,
        method="POST",
        timeout=8,
        num_digits=1,
        finish_on_key="",
        action_on_empty_result=True,
    )
    chinese(gather, "没听清。")
    chinese(gather, "查余额,请按一。")
    expected.append(gather)
    expected.redirect(NEXT + "&silent=1", method="POST")
    assert same(renderer().render(answer(Say("lost"), Say("main"), Ask(1, 8))), expected)


def test_what_must_be_heard_out_stands_before_the_gather_with_all_before_it():
    expected = VoiceResponse()
    chinese(expected, "您好,这里是演示医保电话。")
    chinese(expected, "这是提示。")
    gather = Gather(
        input="dtmf",
        action=NEXT,
        method="POST",
        timeout=12,
        num_digits=18,
        finish_on_key="#",
        action_on_empty_result=True,
    )
    chinese(gather, "请按身份证号。")
    expected.append(gather)
    expected.redirect(NEXT + "&silent=1", method="POST")
    actions = Say("hello"), Say("notice", interruptible=False), Say("number"), Ask(18, 12, finish=True)
    assert same(renderer().render(answer(*actions)), expected)


def test_waiting_is_a_silent_sound_and_a_redirect():
    expected = VoiceResponse()
    chinese(expected, "请稍等。")
    expected.play(f"{PUBLIC}/sound/silence/10.wav")
    expected.redirect(NEXT + "&silent=1", method="POST")
    assert same(renderer().render(answer(Say("wait"), Wait(11))), expected)


@pytest.mark.parametrize(("number", "kind"), [(PERSON, "number"), ("sips:desk@h.example;a=1&b", "sip")])
def test_a_transfer_dials_and_comes_back(number, kind):
    expected = VoiceResponse()
    chinese(expected, "正在转人工。")
    dial = Dial(action=NEXT + "&transfer=1", method="POST", timeout=30)
    getattr(dial, kind)(number)
    expected.append(dial)
    dialling = Renderer(PUBLIC, Script(lambda: CONSTANTS), ProvidersVoice(), {"person": number}.get)
    assert same(dialling.render(answer(Say("person"), Transfer("person"))), expected)


@pytest.mark.parametrize(("number", "kind"), [(PERSON, "number"), ("sip:desk@h.example", "sip")])
def test_whoever_answers_is_told_first_what_stands_at_an_address(number, kind):
    expected = VoiceResponse()
    dial = Dial(action=NEXT + "&transfer=1", method="POST", timeout=30)
    token = TOKENS.seal(TurnPassage(7, 3, WHISPER))
    getattr(dial, kind)(number, url=f"{PUBLIC}/voice/whisper?t={token}", method="POST")
    expected.append(dial)
    speaker = ProvidersVoice()
    dialling = Renderer(PUBLIC, Script(lambda: CONSTANTS), speaker, {"person": number}.get, TOKENS)
    told = answer(Transfer("person", (AMOUNT, Say("bye"))))
    assert same(dialling.render(told), expected)
    expected = VoiceResponse()
    chinese(expected, BALANCE)
    chinese(expected, "再见。")
    assert same(dialling.whisper(told), expected)


def test_our_own_voice_tells_it_with_a_token_and_at_the_usual_pace():
    told = answer(Transfer("person", (AMOUNT, Say("bye"))), pace="slow")
    own = renderer(own_voice=True)
    assert token_of(plays(own.whisper(told))[0]) == TurnPassage(7, 3, WHISPER)
    assert {line.pace for line in own.script.whisper(told).lines} == {PACES["normal"]}
    fixed = answer(Transfer("person", (Say("bye"),)))
    assert plays(own.whisper(fixed)) == [f"{PUBLIC}/sound/bye-1.0.wav"]


def test_without_tokens_or_words_nobody_is_told_anything():
    mute = Renderer(PUBLIC, Script(lambda: CONSTANTS), ProvidersVoice(), {"person": PERSON}.get)
    assert "url=" not in mute.render(answer(Transfer("person", (Say("bye"),))))
    assert "url=" not in renderer().render(answer(Transfer("person")))
    assert "url=" not in renderer().sorry()
    assert renderer().whisper(answer(Ask(1, 8))) == renderer().nothing()
    assert renderer().nothing().endswith("<Response/>")


def test_a_transfer_to_nobody_comes_back_at_once():
    expected = VoiceResponse()
    expected.redirect(NEXT + "&transfer=1", method="POST")
    assert same(renderer().render(answer(Transfer("stranger"))), expected)


def test_hanging_up():
    expected = VoiceResponse()
    chinese(expected, "再见。")
    expected.hangup()
    assert same(renderer().render(answer(Say("bye"), HangUp())), expected)
    assert renderer().hang_up().endswith("<Response><Hangup/></Response>")
    assert renderer().reject().endswith("<Response><Reject/></Response>")


def test_the_apology_leads_to_a_person_or_says_what_else_to_do():
    document = renderer().sorry()
    assert PERSON in document
    assert "action=" not in document
    alone = Renderer(PUBLIC, Script(lambda: CONSTANTS), ProvidersVoice(), lambda _name: None).sorry()
    assert "<Dial" not in alone
    assert "<Hangup/>" in alone


def test_the_apology_survives_what_is_broken():
    def broken(_name: str) -> str:
        raise OSError

    document = Renderer(PUBLIC, Script(lambda: CONSTANTS), ProvidersVoice(), broken).sorry()
    assert read(document)


@pytest.mark.parametrize("actions", [(), (Say("hello"),), (Consult("toy.tell"),), (Say("nothing"), HangUp())])
def test_what_is_no_turn_of_a_call_is_not_rendered(actions):
    with pytest.raises((ValueError, KeyError)):
        renderer().render(answer(*actions))


# --- our own voice


def plays(document: str) -> list[str]:
    return [play.text or "" for play in tree(document).iter("Play")]


def token_of(url: str) -> TurnPassage | None:
    return TOKENS.open(url.removeprefix(f"{PUBLIC}/sound/turn/").removesuffix(".wav"))


def test_what_everybody_hears_is_one_sound_with_a_name():
    document = renderer(own_voice=True).render(answer(Say("sorry"), Say("bye"), HangUp(), pace="slow"))
    assert plays(document) == [f"{PUBLIC}/sound/sorry-0.78.bye-0.78.wav"]
    assert [part.tag for part in tree(document)] == ["Play", "Hangup"]


def test_a_passage_with_an_amount_in_it_is_one_sound_behind_a_token():
    turn = answer(Say("hello"), AMOUNT, HangUp())
    (own,) = plays(renderer(own_voice=True).render(turn))
    assert token_of(own) == TurnPassage(7, 3, 0)
    assert plays(renderer(own_voice=True).render(turn)) == [own]


def test_what_has_no_name_is_played_behind_a_token():
    document = renderer(own_voice=True, address=lambda _: "").render(answer(Say("bye"), HangUp()))
    assert token_of(plays(document)[0]) == TurnPassage(7, 3, 0)


def test_what_keys_may_interrupt_is_a_sound_of_its_own():
    said = Say("hello"), Say("notice", interruptible=False), Say("lost"), AMOUNT, Ask(1, 8)
    document = tree(renderer(own_voice=True).render(answer(*said)))
    assert [part.tag for part in document] == ["Play", "Gather", "Redirect"]
    assert document[0].text == f"{PUBLIC}/sound/hello-1.0.notice-1.0.wav"
    assert token_of(document[1][0].text) == TurnPassage(7, 3, 1)


@pytest.mark.parametrize("own_voice", [True, False])
def test_a_question_without_words_is_only_listened_to(own_voice):
    document = tree(renderer(own_voice=own_voice).render(answer(Ask(1, 8))))
    assert [[part.tag, len(part)] for part in document] == [["Gather", 0], ["Redirect", 0]]


def test_what_no_voice_of_ours_can_say_the_providers_says_after_the_same_silence():
    def half_mute(passage: Passage) -> str | None:
        return None if passage.lines[0].prompt == "lost" else address(passage)

    own = renderer(own_voice=True, address=half_mute)
    said = Say("notice", interruptible=False), Say("lost"), AMOUNT, Ask(1, 8)
    fixed, gather, _ = tree(own.render(answer(*said)))
    assert fixed.text == f"{PUBLIC}/sound/notice-1.0.wav"
    assert [(part.tag, part.text) for part in gather] == [("Say", "没听清。"), ("Say", BALANCE)]
    silence, *rest = tree(own.render(answer(*said[1:])))[0]
    assert (silence.tag, silence.text) == ("Play", f"{PUBLIC}/sound/silence/half.wav")
    assert [part.text for part in rest] == ["没听清。", BALANCE]
    assert [part.tag for part in tree(own.render(answer(*said[1:], number=1)))[0]] == ["Say", "Say"]


# --- lines and passages


def test_lines_are_hanzi_in_the_pace_of_the_conversation():
    script = Script(lambda: CONSTANTS)
    first, second = script.lines(answer(Say("bye"), AMOUNT, Wait(1), pace="slow"))
    assert (first.prompt, first.text, first.pace, first.interruptible) == (
        "bye",
        "再见。",
        PACES["slow"],
        True,
    )
    assert (second.text, second.pace) == (BALANCE, PACES["slow"])
    assert (first.fixed, second.fixed) == (True, False)
    assert BALANCE not in repr(second)
    assert "一千" not in repr(second)


def test_who_has_just_pressed_a_key_gets_half_a_second_before_we_speak():
    script = Script(lambda: CONSTANTS)
    firm = Say("notice", interruptible=False)
    for number, half in ((1, 0.0), (2, 0.5), (9, 0.5)):
        for said, openings in (
            ([Say("hello"), Ask(1, 8)], (0.0, half)),
            ([firm, AMOUNT, Ask(1, 8)], (half, 0.0)),
            ([firm, Ask(1, 8)], (half, 0.0)),
            ([Say("bye"), HangUp()], (half, 0.0)),
        ):
            passages = script.passages(answer(*said, number=number))
            assert tuple(passage.opening for passage in passages if passage.lines) == tuple(
                opening for opening, passage in zip(openings, passages, strict=True) if passage.lines
            )


def test_a_passage_with_anything_of_ones_own_is_not_fixed():
    before, after = Script(lambda: CONSTANTS).passages(
        answer(Say("hello"), Say("notice", interruptible=False), Say("bye"), AMOUNT, Ask(1, 8))
    )
    assert (before.fixed, after.fixed) == (True, False)
    assert [line.prompt for line in after.lines] == ["bye", "balance"]


def test_names_that_change_change_the_line_at_once():
    names = dict(CONSTANTS)
    script = Script(lambda: names)
    greeting = answer(Say("hello"), HangUp())
    assert "演示" in script.lines(greeting)[0].text
    names["机构"] = names["notice"]
    assert "这是提示" in script.lines(greeting)[0].text


def test_fixed_lines_are_all_that_hold_no_values_at_every_pace():
    lines = list(Script(lambda: CONSTANTS).fixed_lines(MENUS))
    assert {"您好,这里是演示医保电话。", "这是提示。", "再见。"} <= {line.text for line in lines}
    assert len(lines) == 2 * (len(MENUS.prompts["zh-CN"]) - 3)
    assert {line.pace for line in lines} == set(PACES.values())
    assert all(line.fixed for line in lines)
    assert "再见。" in [line.text for line in Script(dict).fixed_lines(MENUS)]


@given(st.integers(0, 2**63), st.integers(0, 2**31), st.integers(0, 999))
def test_tokens_open_to_what_was_sealed_and_equal_passages_have_equal_ones(conversation, number, index):
    line = TurnPassage(conversation, number, index)
    token = TOKENS.seal(line)
    assert len(token) == 40
    assert token == TOKENS.seal(line) != TOKENS.seal(TurnPassage(conversation, number, index + 1))
    assert TOKENS.open(token) == line


@given(st.text(max_size=50) | st.text("ABCDEFGHab01-_=+/", min_size=40, max_size=40))
def test_no_guess_opens(guess):
    assert TOKENS.open(guess) is None


@given(st.integers(0, 39), st.sampled_from("AZaz09-_"))
def test_no_altered_token_opens(place, letter):
    token = TOKENS.seal(TurnPassage(7, 3, 1))
    altered = token[:place] + letter + token[place + 1 :]
    assert TOKENS.open(altered) == (TurnPassage(7, 3, 1) if altered == token else None)


def test_tokens_outlive_a_new_key_but_not_a_foreign_one():
    token = TOKENS.seal(TurnPassage(7, 3, 1))
    assert TurnTokens(Vault(f"{NEW_KEY},{OLD_KEY}")).open(token) == TurnPassage(7, 3, 1)
    assert TurnTokens(Vault(NEW_KEY)).open(token) is None


# --- markup


@given(st.text(), st.text())
@example("\r\n\t", '\ud800"<\n>&\x00')
def test_any_text_comes_back_from_the_xml_but_for_what_xml_cannot_hold(text, value):
    read_back = tree(response(element("Say", text, a=value)))[0]
    assert (read_back.text or "", read_back.get("a")) == (holdable(text), holdable(value))


def holdable(text: str) -> str:
    kept = (letter for letter in text if letter in "\t\n\r" or ord(letter) >= 32)
    return "".join(
        letter for letter in kept if not 0xD800 <= ord(letter) < 0xE000 and letter not in "\ufffe\uffff"
    )


def test_texts_are_escaped_as_the_builder_does():
    expected = MessagingResponse()
    expected.message("</Message><Dial>1</Dial>&\"'")
    assert canonicalize(response(element("Message", "</Message><Dial>1</Dial>&\"'"))) == canonicalize(
        str(expected)
    )


def test_a_document_is_never_longer_than_a_provider_takes():
    assert len(response("好" * (LARGEST // 3 - 50)).encode()) <= LARGEST
    with pytest.raises(TooLarge):
        response("好" * (LARGEST // 3))


@given(st.text("好。!?,", max_size=1500))
def test_long_texts_are_cut_between_sentences_where_they_can_be(text):
    parts = [part.text or "" for part in tree(f"<a>{say(text)}</a>")]
    assert "".join(parts) == text
    assert all(0 < len(part) <= LONGEST_SAY for part in parts)


def test_sentences_stay_whole():
    sentence = "好" * 300 + "。"
    assert [part.text for part in tree(f"<a>{say(sentence * 2)}</a>")] == [sentence] * 2


# --- the law: whatever the turn, a strict reader understands the document

SAYS = st.builds(
    Say,
    st.sampled_from(["hello", "notice", "main", "bye", "sorry"]),
    interruptible=st.booleans(),
) | st.just(AMOUNT)
ENDINGS = (
    st.builds(Ask, st.integers(-1, 40), st.integers(-1, 90), finish=st.booleans())
    | st.builds(Wait, st.integers(-5, 99))
    | st.builds(Transfer, st.sampled_from(["person", "nobody", ""]), st.lists(SAYS, max_size=2).map(tuple))
    | st.just(HangUp())
)
COMMON = {
    "Response": set(),
    "Say": {"language"},
    "Play": set(),
    "Gather": {"input", "action", "method", "timeout", "numDigits", "finishOnKey", "actionOnEmptyResult"},
    "Redirect": {"method"},
    "Dial": {"action", "method", "timeout"},
    "Number": {"url", "method"},
    "Hangup": set(),
    "Reject": set(),
}


def read(document: str) -> Document:
    received = Received(200, "text/xml; charset=utf-8", document.encode())
    for part in tree(document).iter():
        assert set(part.keys()) <= COMMON[part.tag]
    return Document.read(received, f"{PUBLIC}/voice/turn")


@given(st.lists(SAYS, max_size=8), ENDINGS, st.booleans(), st.sampled_from(["normal", "slow"]))
@settings(deadline=None)
def test_every_turn_is_a_document_of_the_common_subset(says, ending, own_voice, pace):
    document = renderer(own_voice=own_voice).render(answer(*says, ending, pace=pace))
    read(document)
    assert not set("0123456789") & {letter for say in tree(document).iter("Say") for letter in say.text}
    spoken = [part for part in tree(document).iter() if part.tag in ("Say", "Play")]
    heard = [part for part in spoken if "/silence/" not in (part.text or "")]
    firm = max((index + 1 for index, said in enumerate(says) if not said.interruptible), default=0)
    passages = len([part for part in (says[:firm], says[firm:]) if part])
    assert len(heard) == (len(says) if not own_voice else passages if isinstance(ending, Ask) else bool(says))
