"""Only the provider gets in: signatures are checked as the provider's library checks them."""

from collections import defaultdict
from hashlib import sha256
from urllib.parse import urlencode, urlsplit

import pytest
from flask import Flask, Response
from hypothesis import example, given, settings
from hypothesis import strategies as st
from toy_doors import CALLER, HOTLINE, PUBLIC, TOKEN, Toy
from twilio.request_validator import RequestValidator
from werkzeug.test import Client

from ivr.channels.phone.twilio import signature as phone_signature
from ivr.channels.protection import protected, undeclared
from ivr.channels.signature import LARGEST_BODY, Signature

OTHER = "fedcba9876543210fedcba9876543210"
NAMES = st.sampled_from(["Body", "Digits", "From", "body", "A", "A1", "甲", ""]) | st.text(max_size=5)
PAIRS = st.lists(st.tuples(NAMES, st.text(max_size=8) | st.just("")), max_size=8)
HOSTS = ["https://h.example", "http://h.example", "https://h.example:443", "http://h.example:8080"]
HOSTS += ["http://h.example:80", "https://h.example:8443/base"]
# The library loses a stray "?" at the end; nobody signs such an address.
TARGETS = st.sampled_from(["/voice/turn", "/voice/turn?n=3", "/%7Ea/%E4%BD%A0?x=%2F&y=", "/a//b;c", "/?="])


class Fields(defaultdict):
    """Repeated names, as the library reads them."""

    def __init__(self, pairs):
        super().__init__(list)
        for name, value in pairs:
            self[name].append(value)

    def getlist(self, name):
        return self[name]


def signed(url: str, pairs, token: str = TOKEN) -> str:
    return RequestValidator(token).compute_signature(url, Fields(pairs))


@given(st.sampled_from(HOSTS), TARGETS, PAIRS, st.sampled_from(HOSTS), st.booleans())
@example("https://h.example", "/a", [("A", "1"), ("A", "1"), ("A", "0")], "https://h.example", False)
@settings(deadline=None)
def test_it_believes_what_the_library_believes(host, target, pairs, signing_host, tampered):
    given_signature = signed(signing_host + target, pairs)
    shown = [*pairs, ("Extra", "1")] if tampered else pairs
    expected = RequestValidator(TOKEN).validate(host + target, Fields(shown), given_signature)
    assert Signature(host, [TOKEN], print).accepts(target, shown, given_signature) == expected
    if host == signing_host:
        assert expected != tampered


@given(st.text(max_size=40), PAIRS)
@settings(deadline=None)
def test_no_guess_is_believed(guess, pairs):
    assert not Signature(PUBLIC, [TOKEN], print).accepts("/voice/turn", pairs, guess)


def test_each_of_several_tokens_is_believed_while_they_are_changed():
    check = Signature(PUBLIC, [TOKEN, OTHER], print)
    for token in (TOKEN, OTHER):
        assert check.accepts("/a", [("A", "1")], signed(PUBLIC + "/a", [("A", "1")], token))
    assert not check.accepts("/a", [], signed(PUBLIC + "/a", [], "x"))


def test_fragments_are_not_signed():
    assert Signature(PUBLIC, [TOKEN], print).accepts("/a?b=1#rc=2", [], signed(PUBLIC + "/a?b=1", []))


@pytest.mark.parametrize("public", ["https://h.example", "https://h.example:443", "http://h.example"])
@pytest.mark.parametrize("url", ["/voice/stream", "/voice/stream/"])
def test_sockets_are_signed_with_their_own_scheme(public, url):
    check = Signature(public, [TOKEN], print)
    scheme = "ws" + urlsplit(public).scheme.removeprefix("http")
    given_signature = signed(f"{scheme}://h.example{url}", [])
    assert check.accepts_socket("/voice/stream", given_signature)
    assert not check.accepts_socket("/voice/other", given_signature)
    assert not check.accepts("/voice/stream", [], given_signature)


# --- at a door


@pytest.fixture
def seen():
    return []


@pytest.fixture
def refused():
    return []


@pytest.fixture(params=[None, LARGEST_BODY])
def door(request, seen, refused):
    check = Signature(PUBLIC, [TOKEN], refused.append)
    app = Flask("door", static_folder=None)
    app.config["MAX_CONTENT_LENGTH"] = request.param

    @app.route("/door", methods=["GET", "POST"])
    @check.required
    def view(fields):
        seen.append(dict(fields))
        return Response(status=204)

    return Client(app)


FORM = "application/x-www-form-urlencoded"


def post(door, body, signature=None, target="/door", content_type=FORM):
    headers = {} if signature is None else {"X-Twilio-Signature": signature}
    return door.post(target, data=body, headers=headers, content_type=content_type)


def test_a_signed_form_gets_in_as_it_was_sent(door, seen):
    pairs = [("Body", " 你好 &=+%"), ("Digits", ""), ("To", HOTLINE)]
    assert post(door, urlencode(pairs), signed(PUBLIC + "/door", pairs)).status_code == 204
    assert seen == [dict(pairs)]


def test_the_independent_signature_of_the_pretend_provider_gets_in(door):
    form = {"CallSid": "CA1", "Caller": "+86"}
    assert post(door, urlencode(form), phone_signature(TOKEN, PUBLIC + "/door", form)).status_code == 204


def test_the_raw_address_is_what_was_signed(door):
    target = "/door?name=%E4%BD%A0%7E&empty="
    assert post(door, "", signed(PUBLIC + target, []), target).status_code == 204
    assert post(door, "", signed(PUBLIC + "/door?name=你~&empty=", []), target).status_code == 403


def test_a_get_is_signed_by_its_address_alone(door):
    header = {"X-Twilio-Signature": signed(PUBLIC + "/door?Digits=1", [])}
    assert door.get("/door?Digits=1", headers=header).status_code == 204
    assert door.get("/door?Digits=2", headers=header).status_code == 403


@pytest.mark.parametrize(
    ("body", "signature", "content_type", "why"),
    [
        ("A=1", None, FORM, "missing"),
        ("A=1", "", FORM, "missing"),
        ("A=1", "AAAAAAAAAAAAAAAAAAAAAAAAAAA=", FORM, "wrong"),
        ("A=1", "签名", FORM, "wrong"),
        ("A=2", signed(PUBLIC + "/door", [("A", "1")]), FORM, "wrong"),
        ("A=1", signed(PUBLIC + "/door", [("A", "1")]), "text/plain", "wrong"),
        ("A=1", signed(PUBLIC + "/door", []), "text/plain", "body"),
        ('{"A": 1}', signed(PUBLIC + "/door", []), "application/json", "body"),
        ("A=" + "1" * LARGEST_BODY, signed(PUBLIC + "/door", []), FORM, "size"),
        ("&".join("A=1" for _ in range(501)), signed(PUBLIC + "/door", [("A", "1")]), FORM, "size"),
    ],
)
def test_anything_else_is_refused_with_nothing(door, refused, body, signature, content_type, why):
    given_signature = signature if signature is None else signature.encode().decode("latin-1")
    answer = post(door, body, given_signature, content_type=content_type)
    assert (answer.status_code, answer.data, refused) == (403, b"", [why])


def test_a_body_that_is_no_form_needs_its_hash_in_the_signed_address(door):
    body = '{"A": 1}'
    for content, status in ((body, 204), (body + " ", 403)):
        target = f"/door?bodySHA256={sha256(body.encode()).hexdigest()}"
        answer = post(door, content, signed(PUBLIC + target, []), target, "application/json")
        assert answer.status_code == status


def test_a_server_that_hides_the_raw_address_lets_nobody_in(door):
    headers = {"X-Twilio-Signature": signed(PUBLIC + "/door", [])}
    environment = {"RAW_URI": "", "REQUEST_URI": ""}
    assert door.post("/door", headers=headers, environ_overrides=environment).status_code == 403


# --- every route


def test_every_route_declares_its_protection(toy: Toy):
    assert undeclared(toy.app) == []
    protections = {
        rule.rule: toy.app.view_functions[rule.endpoint].protection for rule in toy.app.url_map.iter_rules()
    }
    assert protections.pop("/sound/turn/<token>.wav") == "token"
    assert {path for path, by in protections.items() if by == "digest"} == {
        "/sound/<name>.wav",
        "/sound/silence/<seconds>.wav",
    }
    doors = {path for path, by in protections.items() if by == "signature"}
    assert doors == {f"/voice/{name}" for name in ("incoming", "turn", "status", "fallback", "whisper")} | {
        "/sms/incoming",
        "/sms/status",
    }


def test_a_forgotten_declaration_is_found(toy: Toy):
    toy.app.add_url_rule("/forgotten", "forgotten", lambda: "")
    toy.app.add_url_rule("/open", "open", protected("open")(lambda: ""))
    assert undeclared(toy.app) == ["forgotten"]


def test_no_door_of_the_provider_opens_without_signature(toy: Toy):
    client = Client(toy.app)
    paths = [rule.rule for rule in toy.app.url_map.iter_rules() if "POST" in rule.methods]
    for path in paths:
        answer = client.post(path, data={"CallSid": "CA1", "From": CALLER, "Body": "1", "MessageSid": "SM1"})
        assert (answer.status_code, answer.data) == (403, b"")
    assert toy.refused == ["missing"] * 7
    assert toy.conversations.last("CA1") is None
