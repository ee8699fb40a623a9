"""The Line obeys TwiML as the provider does; each trap of Gather, Redirect, Dial and time is one test."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from toy_hotline import CALLER, PUBLIC, wave

from ivr.channels.phone.line import (
    Dialled,
    Ended,
    FarEnd,
    Faulted,
    Line,
    LineError,
    Patience,
    Pressed,
    Whispered,
)
from ivr.channels.phone.stage import Sound, Stage
from ivr.channels.phone.twilio import Doors
from ivr.channels.phone.verbs import Gather

GATHER = '<Gather action="next" numDigits="1" finishOnKey="" timeout="5" actionOnEmptyResult="true">'
MENU = GATHER + "<Say>请按一</Say></Gather><Redirect>belt</Redirect>"
BYE = "<Say>再见</Say><Hangup/>"


def reasons(line: Line) -> list[str]:
    return [entry.reason for entry in line.log if isinstance(entry, Ended)]


def test_a_call_plays_asks_submits_and_ends_with_a_status(call, toy):
    toy.says("/voice/next", BYE)
    line = call(MENU)
    line.press("1")
    assert [(each.text, each.interruptible) for each in line.heard] == [("请按一", True), ("再见", False)]
    assert not line.over
    line.listen()
    assert line.over
    assert reasons(line) == ["hotline hung up"]
    assert toy.paths() == ["/voice/incoming", "/voice/next", "/voice/status"]
    first, second, ended = (each.form for each in toy.received)
    assert first["CallStatus"] == "ringing"
    assert "Digits" not in first
    assert second["CallStatus"] == "in-progress"
    assert second["Digits"] == "1"
    assert second["CallSid"] == first["CallSid"] == line.call_sid
    assert (ended["CallStatus"], ended["CallDuration"], ended["SequenceNumber"]) == ("completed", "1", "0")


def test_time_is_counted_from_what_was_heard(call, toy):
    toy.says("/voice/next", BYE)
    line = call('<Pause length="3"/><Play loop="2">/base/sound/a.wav</Play>' + MENU)
    line.listen()
    assert [(each.text, each.at, each.seconds) for each in line.heard] == [
        ("您好", 3.0, 4.0),
        ("请按一", 7.0, 0.75),
    ]
    assert line.asked[0].at == 7.0
    assert line.now == 7.75
    line.wait(4.9)
    assert toy.paths() == ["/voice/incoming"]
    line.wait(0.2)
    assert toy.paths()[-1] == "/voice/next"


def test_silence_calls_the_action_with_empty_digits_or_without_them(call, toy, twilio):
    toy.says("/voice/next", MENU)
    line = call(MENU)
    line.silence()
    assert toy.forms("/voice/next")[-1]["Digits"] == ""
    twilio.omits_empty_digits = True
    line.silence()
    assert "Digits" not in toy.forms("/voice/next")[-1]


def test_silence_falls_through_unless_the_action_is_wanted_on_empty(call, toy):
    toy.says("/voice/belt", BYE)
    line = call(MENU.replace(' actionOnEmptyResult="true"', ""))
    line.silence()
    assert toy.paths()[:2] == ["/voice/incoming", "/voice/belt"]


def test_finish_key_without_digits_counts_as_empty(call, toy):
    toy.says("/voice/belt", BYE)
    line = call('<Gather action="next"><Say>按完请按井号</Say></Gather><Redirect>belt</Redirect>')
    line.press("#")
    assert toy.paths() == ["/voice/incoming", "/voice/belt"]


def test_finish_key_is_stripped_and_named(call, toy):
    toy.says("/voice/next", BYE)
    line = call('<Gather action="next" numDigits="18" timeout="8"/>')
    line.press("4501*#")
    form = toy.forms("/voice/next")[0]
    assert (form["Digits"], form["FinishedOnKey"], form["msg"]) == ("4501*", "#", "Gather End")


def test_empty_finish_key_lets_every_key_through_until_the_time_is_up(call, toy):
    toy.says("/voice/next", BYE)
    line = call('<Gather action="next" finishOnKey="" timeout="8"/>')
    line.press("1#*")
    assert toy.paths() == ["/voice/incoming"]
    line.wait(8)
    assert toy.forms("/voice/next")[0]["Digits"] == "1#*"


def test_each_digit_starts_the_time_anew(call, toy):
    toy.says("/voice/next", BYE)
    line = call('<Gather action="next" numDigits="3" timeout="5"><Say>三位</Say></Gather>')
    line.press("1")
    line.wait(4.9)
    line.press("2", Patience.NOW)
    line.wait(4.9)
    assert toy.paths() == ["/voice/incoming"]
    line.press("3", Patience.NOW)
    assert toy.forms("/voice/next")[0]["Digits"] == "123"


def test_the_first_key_stops_the_prompt(call, toy):
    toy.says("/voice/next", BYE)
    line = call(GATHER.replace('"1"', '"2"') + "<Say>一二三四</Say><Say>五六七八</Say></Gather>")
    line.wait(0.5)
    line.press("7", Patience.NOW)
    line.wait(4.9)
    assert [each.text for each in line.heard] == ["一二三四"]
    assert toy.paths() == ["/voice/incoming"]
    line.wait(0.2)
    assert toy.forms("/voice/next")[0]["Digits"] == "7"


def test_keys_before_the_gather_are_lost_and_the_impatient_wait_for_it(call, toy):
    toy.says("/voice/next", BYE)
    line = call("<Say>请先听完</Say>" + MENU)
    line.press("1", Patience.NOW)
    assert [(entry.key, entry.lost) for entry in line.log if isinstance(entry, Pressed)] == [("1", True)]
    line.press("2", Patience.INTERRUPTS)
    assert toy.forms("/voice/next")[0]["Digits"] == "2"
    assert line.now == 1.0


def test_keys_go_one_at_a_time_and_reach_the_next_question(call, toy):
    toy.says("/voice/next", MENU.replace("next", "last"))
    toy.says("/voice/last", BYE)
    line = call(MENU)
    line.press("31")
    assert (toy.forms("/voice/next")[0]["Digits"], toy.forms("/voice/last")[0]["Digits"]) == ("3", "1")


def test_keys_after_the_end_are_lost_without_an_error(call, toy):
    toy.says("/voice/next", "<Hangup/>")
    line = call(MENU)
    line.press("1##")
    assert [entry.lost for entry in line.log if isinstance(entry, Pressed)] == [False, True, True]


def test_relative_urls_count_from_the_present_document(call, toy):
    toy.says("/voice/deep/one", "<Play>two.wav</Play><Redirect>../three?x=1&amp;n=%E4%BD%A0</Redirect>")
    toy.says("/voice/deep/two.wav", (200, "audio/x-wav", wave(1.0)))
    toy.says("/voice/three", BYE)
    line = call("<Redirect>deep/one</Redirect>")
    line.listen()
    assert toy.paths()[2:] == ["/voice/deep/two.wav", "/voice/three", "/voice/status"]
    assert line.sent[2].request.url == f"{PUBLIC}/voice/three?x=1&n=%E4%BD%A0"


def test_a_gather_without_action_asks_the_same_document_again(call, toy):
    line = call('<Gather numDigits="1"/>')
    line.press("4")
    assert [form.get("Digits") for form in toy.forms("/voice/incoming")] == [None, "4"]


def test_get_puts_the_fields_into_the_signed_address(call, toy):
    toy.says("/voice/next", BYE)
    line = call('<Gather action="next?turn=2" method="GET" numDigits="1"/>')
    line.press("4")
    assert toy.received[1].method == "GET"
    assert "turn=2&CallSid=" in line.sent[1].request.url
    assert "&Digits=4" in line.sent[1].request.url


def test_a_document_that_just_stops_ends_the_call_and_says_so(call):
    line = call("<Say>就这些</Say>")
    line.silence()
    assert reasons(line) == ["end of document"]


@pytest.mark.parametrize(("reason", "status"), [("", "no-answer"), (' reason="busy"', "busy")])
def test_reject_ends_before_anything_is_heard(call, toy, reason, status):
    line = call(f"<Reject{reason}/>")
    assert line.over
    assert line.heard == []
    assert toy.forms("/voice/status")[0]["CallStatus"] == status


@pytest.mark.parametrize(
    ("far_end", "status", "seconds"),
    [
        (FarEnd(), "no-answer", 20.0),
        (FarEnd("busy", rings=2), "busy", 2.0),
        (FarEnd("failed", rings=1), "failed", 1.0),
        (FarEnd("completed", rings=4, talks=31), "completed", 35.0),
        (FarEnd("completed", rings=25), "no-answer", 20.0),
    ],
)
def test_dial_reports_what_became_of_it(call, toy, far_end, status, seconds):
    toy.says("/voice/after", BYE)
    line = call('<Dial action="after" timeout="20"><Number>+8610012300000</Number></Dial>', far_end=far_end)
    line.wait(seconds)
    form = toy.forms("/voice/after")[0]
    assert form["DialCallStatus"] == status
    assert form.get("DialCallDuration") == ("31" if status == "completed" else None)
    assert [each for each in line.log if isinstance(each, Dialled)] == [Dialled(status, seconds, seconds)]


WHISPERING = '<Dial action="after" timeout="20"><Number url="told?t=1">+8610012300000</Number></Dial>'


def test_whoever_answers_is_told_first_and_the_caller_hears_nothing_of_it(call, toy):
    toy.says("/voice/told", "<Say>陈某英</Say><Pause/><Play>/base/sound/a.wav</Play>")
    toy.says("/voice/after", BYE)
    line = call(WHISPERING, far_end=FarEnd("completed", rings=4, talks=10))
    line.wait(4)
    assert line.whispered == [
        Whispered("陈某英", None, 4.0, 0.75),
        Whispered("您好", f"{PUBLIC}/sound/a.wav", 5.75, 2.0),
    ]
    line.wait(13)
    assert toy.forms("/voice/after") == []
    line.wait(1)
    after, told = toy.forms("/voice/after")[0], toy.forms("/voice/told")[0]
    assert (after["DialCallStatus"], after["DialCallDuration"]) == ("completed", "14")
    assert after["DialCallSid"] == told["CallSid"] != told["ParentCallSid"] == after["CallSid"]
    assert (told["Direction"], told["To"]) == ("outbound-dial", "+8610012300000")
    assert [each.text for each in line.heard] == ["再见"]
    assert [each for each in line.log if isinstance(each, Dialled)] == [Dialled("completed", 17.75, 17.75)]


@pytest.mark.parametrize("outcome", ["busy", "no-answer", "failed"])
def test_nobody_is_told_anything_where_nobody_answers(call, toy, outcome):
    toy.says("/voice/after", BYE)
    line = call(WHISPERING, far_end=FarEnd(outcome))
    line.listen()
    assert toy.forms("/voice/told") == []
    assert toy.forms("/voice/after")[0]["DialCallStatus"] == outcome


@pytest.mark.parametrize("told", [(500, "text/plain", ""), (200, "text/html", "x"), "<Hangup/>"])
def test_who_cannot_be_told_is_not_joined(call, toy, told):
    toy.says("/voice/told", told)
    toy.says("/voice/after", BYE)
    line = call(WHISPERING, far_end=FarEnd("completed"), strict=False)
    line.listen()
    assert toy.forms("/voice/after")[0]["DialCallStatus"] == "failed"
    assert [each for each in line.log if isinstance(each, Faulted)]
    strict = call(WHISPERING, far_end=FarEnd("completed"))
    with pytest.raises(LineError):
        strict.listen()


def test_being_told_nothing_joins_at_once(call, toy):
    toy.says("/voice/told", "")
    toy.says("/voice/after", BYE)
    line = call(WHISPERING, far_end=FarEnd("completed", rings=4, talks=10))
    line.wait(14)
    assert toy.forms("/voice/after")[0]["DialCallDuration"] == "10"
    assert line.whispered == []


def test_dial_without_action_goes_on_with_the_document(call):
    line = call("<Dial>+8610012300000</Dial>" + BYE)
    line.listen()
    assert [each.text for each in line.heard] == ["再见"]
    assert line.now == 30.5


def test_a_stream_that_cannot_open_falls_through_to_the_keypad(call, toy):
    toy.says("/voice/keys", MENU)
    stream = (
        '<Connect><Stream url="wss://hotline.example/s"><Parameter name="a" value="b"/></Stream></Connect>'
    )
    line = call(stream + "<Redirect>keys</Redirect>")
    line.listen()
    assert [each.text for each in line.heard] == ["请按一"]


def test_hanging_up_tells_the_status_door_once(call, toy):
    line = call(MENU)
    line.wait(2.5)
    line.hang_up()
    assert reasons(line) == ["caller hung up"]
    assert [form["CallDuration"] for form in toy.forms("/voice/status")] == ["2"]
    for action in (
        line.hang_up,
        line.listen,
        line.silence,
        lambda: line.press("1"),
        lambda: line.wait(1),
        line.dial,
    ):
        with pytest.raises(LineError):
            action()


def test_a_real_clock_may_say_how_long_the_call_was(call, toy):
    line = call(MENU)
    line.hang_up(lasted=61.2)
    form = toy.forms("/voice/status")[0]
    assert (form["CallDuration"], form["Duration"]) == ("61", "2")


def test_a_line_is_dialled_once_and_before_anything_else(twilio, call):
    with pytest.raises(LineError, match="dial first"):
        Line(twilio, CALLER).press("1")
    line = call(MENU)
    with pytest.raises(LineError, match="already"):
        line.dial()
    for keys in ("", "A", "1 2"):
        with pytest.raises(LineError, match="keys 0 to 9"):
            line.press(keys)


def test_pressing_where_nobody_asks_is_an_error(call):
    for patience in (Patience.LISTENS, Patience.INTERRUPTS):
        line = call(BYE)
        with pytest.raises(LineError, match="before anybody asked"):
            line.press("1", patience)


def test_skip_ends_the_present_stretch_only(call, toy):
    toy.says("/voice/next", BYE)
    line = call("<Say>等</Say>" + MENU.replace("Gather", "Gather"))
    assert line.stage.number == 1
    line.skip()
    assert toy.paths()[-1] == "/voice/next"
    line.skip()
    assert line.over


def test_documents_that_only_redirect_are_noticed(call):
    with pytest.raises(LineError, match="without taking any time"):
        call("<Redirect>incoming</Redirect>")


def test_documents_that_never_ask_are_noticed(call):
    line = call("<Say>请稍等</Say><Redirect>incoming</Redirect>")
    with pytest.raises(LineError, match="without a question"):
        line.listen()


@pytest.mark.parametrize(
    "broken",
    [
        (500, "text/xml", "<Response/>"),
        (200, "text/html", "<Response/>"),
        (200, "text/xml", "<Response><Say></Response>"),
        (302, "text/xml", "<Response/>"),
        "<Enqueue>people</Enqueue>",
    ],
)
def test_a_broken_door_leads_to_the_fallback_with_the_code(call, toy, broken):
    toy.says("/voice/fallback", BYE)
    line = call(broken, strict=False)
    line.listen()
    assert [each.text for each in line.heard] == ["再见"]
    (fault,) = (each for each in line.log if isinstance(each, Faulted))
    form = toy.forms("/voice/fallback")[0]
    assert (form["ErrorCode"], form["ErrorUrl"]) == (str(fault.code), f"{PUBLIC}/voice/incoming")


def test_without_a_working_fallback_the_english_apology_is_heard(call, toy, twilio):
    line = call((500, "text/xml", ""), strict=False)
    line.listen()
    assert [each.language for each in line.heard] == ["en-US"]
    twilio.doors = Doors(fallback=None, status=None)
    line = call((500, "text/xml", ""), strict=False)
    line.listen()
    assert (line.over, len(line.heard)) == (True, 1)
    assert len(toy.forms("/voice/status")) == 1


def test_a_strict_line_raises_instead(call):
    with pytest.raises(LineError, match=r"11200: .* status 500"):
        call((500, "text/xml", ""))


def test_a_status_door_that_fails_is_a_fault(call, toy):
    toy.says("/voice/status", (500, "text/plain", ""))
    line = call(MENU, strict=False)
    line.hang_up()
    assert [each.code for each in line.log if isinstance(each, Faulted)] == [11200]
    with pytest.raises(LineError, match="status 500"):
        call(MENU).hang_up()


def test_a_sound_that_fails_is_shown_as_text_unless_strict(call, toy):
    toy.says("/sound/a.wav", (404, "audio/wav", b""))
    line = call(f"<Play>{PUBLIC}/sound/a.wav</Play><Play>{PUBLIC}/sound/b.mp3</Play>" + MENU, strict=False)
    line.listen()
    first = line.heard[0]
    assert (first.text, first.url, first.seconds) == ("您好", None, 0.5)
    with pytest.raises(LineError, match="status 404"):
        call(f"<Play>{PUBLIC}/sound/a.wav</Play>")


def test_text_and_sound_answers_are_said_and_played(call, toy):
    line = call((200, "text/plain; charset=utf-8", "您好"))
    line.listen()
    assert [each.text for each in line.heard] == ["您好"]
    line = call((200, "audio/wav", wave(1.5)))
    line.listen()
    assert [each.seconds for each in line.heard] == [1.5]


def test_a_caller_without_a_number_is_passed_on_as_the_network_says(toy, twilio):
    toy.says("/voice/incoming", MENU)
    Line(twilio, "anonymous").dial()
    assert toy.forms("/voice/incoming")[0]["From"] == "anonymous"


def test_another_number_of_the_hotline_can_be_called(toy, twilio):
    toy.says("/voice/incoming", MENU)
    Line(twilio, CALLER, called="+8610012333001").dial()
    form = toy.forms("/voice/incoming")[0]
    assert (form["To"], form["Called"]) == ("+8610012333001", "+8610012333001")


def test_requests_of_ones_own_can_follow_the_call(call, toy, twilio):
    toy.says("/voice/late", "<Hangup/>")
    line = call(MENU)
    line.hang_up()
    late = twilio.prepare(f"{PUBLIC}/voice/late", line.fields(Digits="1"))
    assert twilio.send(late).status == 200
    assert toy.forms("/voice/late")[0]["CallStatus"] == "completed"


SOUNDS = st.lists(st.builds(Sound, st.floats(0, 9), st.booleans(), st.just("x")), max_size=6).map(
    lambda sounds: tuple(sorted(sounds, key=lambda sound: sound.interruptible))
)


@given(SOUNDS, st.floats(0, 60), st.floats(0, 60))
def test_a_key_never_lets_a_later_prompt_begin(sounds, pressed, later):
    stage = Stage(1, 0.0, sounds, Gather(), 5.0)
    moment = stage.opens + pressed
    keyed = stage.with_key("1", moment)
    assert keyed.deadline == moment + 5.0
    begun = list(keyed.begun(moment + later))
    assert begun == list(stage.begun(moment))
    assert all(at <= moment for at, _ in begun)


@given(SOUNDS, st.floats(0, 60), st.floats(0, 60))
def test_what_began_is_never_taken_back(sounds, first, second):
    stage = Stage(1, 0.0, sounds, Gather(), 5.0)
    earlier, later = sorted((first, second))
    assert list(stage.begun(later))[: len(list(stage.begun(earlier)))] == list(stage.begun(earlier))
