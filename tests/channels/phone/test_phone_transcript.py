"""Transcripts: read with exact places for faults, run on a Line, and failing where the telephone differs."""

import json
from pathlib import Path

import pytest
from toy_hotline import CALLER

from ivr.channels.phone.faults import LineError
from ivr.channels.phone.messages import Messages
from ivr.channels.phone.rehearsal import Rehearsal, TranscriptFailure
from ivr.channels.phone.steps import seconds
from ivr.channels.phone.telephone import LineTelephone
from ivr.channels.phone.transcript import TranscriptError, load

MENU = (
    '<Say>您好,这是演示。</Say><Gather action="/base/voice/turn" numDigits="1" finishOnKey="" timeout="5"'
    ' actionOnEmptyResult="true"><Say>查余额,请按一。</Say></Gather><Redirect>/base/voice/turn</Redirect>'
)
CODE = (
    '<Gather action="/base/voice/code" numDigits="6" timeout="8"><Say>请按六位数字。</Say></Gather><Hangup/>'
)

WHOLE = """
about: everything a transcript can say
covers: [SEC-01, SEC-02]
channels: [keys, page]
given: {region: "450100"}
steps:
  - dials: +8613800138000
  - hears: 您好
  - hears: {exactly: "查余额,请按一。"}
  - hears_not: 您好
  - hears_not: {exactly: 请按六位数字。}
  - stays_silent
  - hears: 您还在吗
  - waits: 30s
  - hears: {prompt: noinput}
  - presses: 1
  - hears: {prompt: otp.ask}
  - reads: {fragment: 验证码, code: {as: c}}
  - reads_nothing: {to: "+8610012345678"}
  - presses: {c}
  - hears: 您的余额是,一千零二十二元
  - is_hung_up
  - hears: 五角一分。
  - later: 10m
  - writes: 余额 {c}
  - reads: 您的余额
  - reads_nothing
  - dials: {from: +8613800138000, to: +8610012333001}
  - hangs_up
"""


@pytest.fixture
def outbox(tmp_path: Path) -> Path:
    return tmp_path / "texts.jsonl"


@pytest.fixture
def hotline(toy, outbox):
    """A toy that asks for a code it sends by text."""

    def turn(form):
        if form.get("Digits") != "1":
            return MENU.replace("您好,这是演示。", "您还在吗?")
        row = {"id": "t1", "to": CALLER, "template": "SMS01", "body": "【演示】验证码605173,5分钟", "at": "x"}
        outbox.write_text(json.dumps(row) + "\n")
        return CODE

    toy.says("/voice/incoming", MENU)
    toy.says("/voice/turn", turn)
    right = "<Say>您的余额是,</Say><Say>一千零二十二元五角一分。</Say><Hangup/>"
    toy.says("/voice/code", lambda form: right if form["Digits"] == "605173" else CODE)
    toy.says("/sms/incoming", lambda form: f"<Message>您的余额:{form['Body']}</Message>")
    return toy


@pytest.fixture
def telephone(hotline, twilio, outbox) -> LineTelephone:
    return LineTelephone(twilio, Messages(twilio, outbox))


def written(tmp_path: Path, text: str):
    path = tmp_path / "call.yaml"
    path.write_text(text, encoding="utf-8")
    return load(path)


def steps(tmp_path: Path, *lines: str):
    return written(tmp_path, "steps:\n" + "".join(f"  - {line}\n" for line in lines))[0]


WORDING = {"noinput": "您还在吗?", "otp.ask": "请按{n}位数字。"}


def test_a_whole_conversation(tmp_path, telephone, hotline):
    (transcript,) = written(tmp_path, WHOLE)
    assert (transcript.name, transcript.about) == ("call", "everything a transcript can say")
    assert (transcript.covers, transcript.given) == (("SEC-01", "SEC-02"), {"region": "450100"})
    assert transcript.runs_on("keys")
    assert not transcript.runs_on("core")
    moved: list[float] = []
    Rehearsal(telephone, later=moved.append, wording=WORDING.__getitem__).run(transcript)
    assert moved == [600.0]
    assert hotline.forms("/sms/incoming")[0]["Body"] == "余额 605173"
    assert hotline.forms("/voice/incoming")[-1]["To"] == "+8610012333001"


def test_a_file_may_hold_several(tmp_path):
    first, second = written(tmp_path, "steps: [hangs_up]\n---\nsteps: [stays_silent]\n")
    assert (first.name, second.name, first.about) == ("call-1", "call-2", "call-1")
    assert first.runs_on("anything")


@pytest.mark.parametrize(
    ("line", "message"),
    [
        (
            "hears: 查账单",
            "call.yaml:3: expected fragment '查账单'; heard «您好,这是演示。» «查余额,请按一。»",
        ),
        ("hears: {exactly: 查余额}", "call.yaml:3: expected exactly '查余额'"),
        ("hears_not: 查余额", "call.yaml:3: did not expect fragment '查余额'"),
        ("hears: {prompt: otp.ask}", "call.yaml:3: expected prompt 'otp.ask'"),
        ("is_hung_up", "call.yaml:3: the hotline did not hang up"),
        ("reads: 验证码", "call.yaml:3: expected fragment '验证码'; unread texts are nothing"),
        ("says: 查余额", "call.yaml:3: says: this telephone only has keys"),
        ("later: 7d", "call.yaml:3: later: this host cannot move"),
        ("dials: +8613800138000", "call.yaml:3: dials: the call before is still going on"),
        ("presses: x", "call.yaml:3: presses: a telephone has the keys"),
    ],
)
def test_disagreements_are_told_with_their_place(tmp_path, telephone, line, message):
    transcript = steps(tmp_path, "dials: +8613800138000", line)
    with pytest.raises(TranscriptFailure) as caught:
        Rehearsal(telephone, wording=WORDING.__getitem__).run(transcript)
    assert str(caught.value).startswith(message)


def test_what_was_heard_is_used_up_in_order(tmp_path, telephone):
    transcript = steps(tmp_path, "dials: +8613800138000", "hears: 请按一", "hears: 您好")
    with pytest.raises(TranscriptFailure, match=r"call\.yaml:4"):
        Rehearsal(telephone).run(transcript)


def test_an_unexpected_text_is_told(tmp_path, telephone, outbox):
    row = {"id": "t1", "to": CALLER, "body": "没有数字", "at": "x"}
    outbox.write_text(json.dumps(row) + "\n")
    for line in ("reads_nothing", "reads: {code: c}"):
        with pytest.raises(TranscriptFailure, match="«没有数字»"):
            Rehearsal(LineTelephone(telephone._twilio, telephone._messages)).run(
                steps(tmp_path, "dials: +8613800138000", line)
            )


def test_a_prompt_without_wording_is_a_fault_of_the_file(tmp_path, telephone):
    with pytest.raises(TranscriptError, match=r"call.yaml:3: there is no prompt bal\.sya"):
        Rehearsal(telephone).run(steps(tmp_path, "dials: +8613800138000", "hears: {prompt: bal.sya}"))


def test_nothing_happens_before_dialling(tmp_path, telephone):
    for line in ("presses: 1", "hears: 您好", "stays_silent", "hangs_up", "is_hung_up", "waits: 1"):
        with pytest.raises(TranscriptFailure, match="dial first"):
            Rehearsal(telephone).run(steps(tmp_path, line))


def test_a_sound_without_caption_is_heard_as_its_address(twilio, toy):
    toy.says("/voice/incoming", "<Play>/base/sound/x.wav</Play>")
    telephone = LineTelephone(twilio, Messages(twilio))
    telephone.dial(CALLER)
    assert telephone.heard() == ["[https://hotline.example/base/sound/x.wav]"]
    assert telephone.over()
    with pytest.raises(LineError, match="the call is over"):
        telephone.press("1")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("steps: [", "call.yaml:1: not YAML"),
        ("steps:\n\t- x", "call.yaml:2: not YAML"),
        ("- dials: 1", "call.yaml:1: a transcript is written as word: value"),
        ("about: x", "call.yaml:1: a transcript needs steps"),
        ("steps: []\nstep: []", "call.yaml:2: step: a transcript has about"),
        ("steps: []\nsteps: []", "call.yaml:2: steps stands here twice"),
        ("steps: hears", "call.yaml:1: a list is written with a dash"),
        ("steps:\n  - heers: x", "call.yaml:2: there is no step 'heers'; there are dials"),
        ("steps:\n  - {hears: x, presses: 1}", "call.yaml:2: a step is one verb"),
        (
            "steps:\n  - hears: {exact: x}",
            "call.yaml:2: hears does not know 'exact'; it knows exactly, fragment",
        ),
        ("steps:\n  - hears: {exactly: 您好,再见}", "call.yaml:2: hears does not know '再见'"),
        ("steps:\n  - hears: [x]", "call.yaml:2: a plain value is wanted here"),
        ("steps:\n  - hears:", "call.yaml:2: hears needs fragment"),
        ("steps:\n  - reads: {to: x}", "call.yaml:2: reads needs fragment"),
        ("steps:\n  - hangs_up: {now: 1}", "call.yaml:2: hangs_up does not know 'now'"),
        ("steps:\n  - presses", "call.yaml:2: presses needs keys"),
        ("steps:\n  - presses: {c}", "call.yaml:2: no text read before this line gave a code named c"),
        ("steps:\n  - waits: long", "call.yaml:2: 'long' is no length of time"),
        ("steps:\n  - later: 3w", "call.yaml:2: '3w' is no length of time"),
        ("steps:\n  - reads: {code: {is: c, at: d}}", "call.yaml:2: a plain value is wanted here"),
        ("given: {a: [1]}\nsteps: []", "call.yaml:1: a plain value is wanted here"),
    ],
)
def test_faults_of_a_file(tmp_path, text, message):
    with pytest.raises(TranscriptError) as caught:
        written(tmp_path, text)
    assert str(caught.value).startswith(message)


def test_keys_stay_as_they_are_written(tmp_path):
    transcript = steps(
        tmp_path, "presses: 0123", "presses: '*'", "presses: 1_0", "presses: 0x1F", "waits: 1.5"
    )
    assert [list(step.words.values()) for step in transcript.steps] == [
        ["0123"],
        ["*"],
        ["1_0"],
        ["0x1F"],
        ["1.5"],
    ]


@pytest.mark.parametrize(
    ("text", "length"), [("90", 90), ("90s", 90), ("1.5m", 90), ("24h", 86400), ("7d", 604800)]
)
def test_lengths_of_time(text, length):
    assert seconds(text) == length
