"""TwiML is read strictly: what the provider would refuse or warn about is a fault with its code."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ivr.channels.phone.document import Document
from ivr.channels.phone.faults import Fault
from ivr.channels.phone.transport import Answer
from ivr.channels.phone.verbs import (
    Connect,
    Dial,
    Gather,
    Hangup,
    Pause,
    Play,
    Redirect,
    Reject,
    Say,
    Whisper,
)

TYPES = st.sampled_from(["text/xml", "text/plain", "audio/wav", "", "x"])


def read(inside: str) -> tuple:
    return Document.read(Answer(200, "text/xml", f"<Response>{inside}</Response>".encode()), "/x").verbs


def code_of(answer: Answer) -> int:
    with pytest.raises(Fault) as caught:
        Document.read(answer, "/x")
    return caught.value.code


@pytest.mark.parametrize(
    ("inside", "verb"),
    [
        (
            '<Say language="zh-CN" voice="alice" loop="2"> 您好,\n 请讲 </Say>',
            Say("您好, 请讲", "zh-CN", "alice", 2),
        ),
        ("<Say/>", Say("")),
        ('<Play loop="0">/sound/a.wav</Play>', Play("/sound/a.wav", 1000)),
        ("<Pause/>", Pause(1.0)),
        ('<Pause length="3"/>', Pause(3.0)),
        ("<Gather/>", Gather()),
        (
            '<Gather input="dtmf" action="/a" method="GET" timeout="8" numDigits="18" finishOnKey=""'
            ' actionOnEmptyResult="true"><Say>一</Say><Pause/><Play>b</Play></Gather>',
            Gather((Say("一"), Pause(), Play("b")), "/a", "GET", 8.0, 18, "", True),
        ),
        ('<Redirect method="POST"> /next </Redirect>', Redirect("/next")),
        ("<Hangup/>", Hangup()),
        ('<Reject reason="busy"/>', Reject("busy")),
        (
            '<Dial action="/d" timeout="20" callerId="+8610012333000" answerOnBridge="true">'
            "<Number>1</Number><Number>2</Number></Dial>",
            Dial(("1", "2"), "/d", "POST", 20.0, "+8610012333000"),
        ),
        ("<Dial>1</Dial>", Dial(("1",))),
        (
            '<Dial><Number url="/w" method="GET">1</Number><Number>2</Number></Dial>',
            Dial(("1", "2"), whisper=Whisper("/w", "GET")),
        ),
        (
            '<Connect action="/c"><Stream url="wss://h/s"><Parameter name="a" value="b"/></Stream></Connect>',
            Connect("wss://h/s", (("a", "b"),), "/c"),
        ),
        ('<Connect><Stream url="ws://127.0.0.1:8012/s"/></Connect>', Connect("ws://127.0.0.1:8012/s")),
    ],
)
def test_verbs(inside, verb):
    assert read(inside) == (verb,)


@pytest.mark.parametrize(
    ("inside", "code"),
    [
        ("<say>x</say>", 12200),
        ("<Enqueue>x</Enqueue>", 12200),
        ("<Record/>", 12200),
        ('<Say rate="slow">x</Say>', 12200),
        ('<Say loop="many">x</Say>', 12200),
        ('<Say loop="-1">x</Say>', 12200),
        ("<Say>" + "好" * 501 + "</Say>", 13521),
        ("<Play/>", 12100),
        ('<Play digits="w1">x</Play>', 12200),
        ('<Pause length="0"/>', 12200),
        ('<Gather input="speech"/>', 12200),
        ('<Gather finishOnKey="##"/>', 13311),
        ('<Gather finishOnKey="A"/>', 13311),
        ('<Gather numDigits="0"/>', 13314),
        ('<Gather numDigits="１"/>', 13314),
        ('<Gather timeout="0"/>', 13313),
        ('<Gather timeout="auto"/>', 13313),
        ('<Gather actionOnEmptyResult="True"/>', 13338),
        ('<Gather method="PUT"/>', 12200),
        ("<Gather><Hangup/></Gather>", 13320),
        ("<Redirect/>", 12100),
        ('<Hangup now="1"/>', 12200),
        ('<Reject reason="tired"/>', 12200),
        ("<Dial/>", 12100),
        ("<Dial><Queue>x</Queue></Dial>", 12200),
        ('<Dial record="true">1</Dial>', 12200),
        ("<Connect/>", 12200),
        ('<Connect><Stream url="ws://h/s"/></Connect>', 31922),
        ('<Connect><Stream url="ws://127.0.0.1.example/s"/></Connect>', 31922),
        ('<Connect><Stream url="wss://h/s"><Parameter name="a"/></Stream></Connect>', 12200),
        ('<Connect><Stream url="wss://h/s"><Say name="a" value="b"/></Stream></Connect>', 12200),
    ],
)
def test_what_is_refused(inside, code):
    with pytest.raises(Fault) as caught:
        read(inside)
    assert caught.value.code == code


@pytest.mark.parametrize(
    ("answer", "code"),
    [
        (Answer(500, "text/xml", b"<Response/>"), 11200),
        (Answer(302, "text/xml", b"<Response/>"), 11200),
        (Answer(200, "", b"<Response/>"), 12300),
        (Answer(200, "text/html; charset=utf-8", b"<Response/>"), 12300),
        (Answer(200, "application/json", b"{}"), 12300),
        (Answer(200, "text/xml", b""), 11770),
        (Answer(200, "text/xml", b"<Response>" + b" " * 65536 + b"</Response>"), 11750),
        (Answer(200, "text/xml", b" <?xml version='1.0'?><Response/>"), 12100),
        (Answer(200, "text/xml", b"<Response><Redirect>/a?b=1&c=2</Redirect></Response>"), 12100),
        (Answer(200, "text/xml", b"<response/>"), 12102),
    ],
)
def test_answers_that_are_no_document(answer, code):
    assert code_of(answer) == code


def test_documents_may_be_empty_and_come_as_application_xml():
    assert Document.read(Answer(200, "Application/XML; charset=UTF-8", b"<Response/>"), "/x").verbs == ()


@given(
    st.binary(max_size=200),
    st.sampled_from(["text/xml", "text/plain", "audio/wav", "", "x"]),
    st.integers(100, 599),
)
def test_any_answer_is_a_document_or_a_fault(body, content_type, status):
    try:
        document = Document.read(Answer(status, content_type, body), "/x")
    except Fault:
        return
    assert 200 <= status < 300
    assert document.url == "/x"
