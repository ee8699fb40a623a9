"""What a mischievous provider, and whoever is on the line, may send: right, wrong, and never meant so."""

import hashlib
from collections.abc import Callable
from dataclasses import replace
from urllib.parse import quote, quote_from_bytes

from hypothesis import strategies as st
from knocking import FORM, Knock


class Long(str):
    """A long text, which is shown short where a failed walk is."""

    __slots__ = ()

    def __repr__(self) -> str:
        return f"Long({self[0]!r} * {len(self)})"


# Values no field of a telephone or a text should have.
STRANGE: tuple[str, ...] = (
    "", " ", "\x00", "1\x002", "\r\nX-Evil: 1", "\t", "\x1b[31m", "\x7f", "\u202e", "\u2028", "\ufeff",
    "\ufffe\uffff", "１", "９９９", "１２３４５６", "四八二九幺三", "٣", "²", "Ⅸ", "½", "🙂",
    "👨‍👩‍👧‍👦" * 3, Long("囧" * 10_000), Long("囧" * 5_000), Long("x" * 10_000), Long("9" * 5_000),
    "0", "-1", "+", "1e9", "NaN", "null", "None", "true", "[]", "{}", "{0}", "{code}", "{机构}", "%s%n",
    "]]>", "&amp;&#0;", "../../../config", "$(reboot)", "anonymous", "client:nobody", "sip:a@b",
    "+266696687", "+12025550123", "+86138", "CAffffffffffffffffffffffffffffffff",
    "</Say><Dial>+10000000000</Dial><Say>", '"><Hangup/>',
    "<!DOCTYPE x [<!ENTITY y SYSTEM 'file:///'>]>&y;", "' OR '1'='1", "'; DROP TABLE turns; --",
    '"; DELETE FROM people; --',
)  # fmt: skip
strange = st.sampled_from(STRANGE) | st.text(max_size=12).map(
    lambda text: text.encode(errors="replace").decode()
)
short = strange.filter(lambda text: len(text) < 600)

# --- on the line

index = st.integers(0, 40)
keys = st.text("0123456789*#", max_size=20)
one_key = st.sampled_from("12341234123412340895*#") | st.just("")
# Nothing stands for the caller's own mobile.
CALLERS = (
    "", "+8610000000099", "+8613800138000", "anonymous", "+266696687", "+12025550123",
    "sip:old@phone.example", "10086",
)  # fmt: skip
callers = st.sampled_from(CALLERS)
# Ways through the menus that end somewhere: N is a person's number, P their PIN, C their newest code, W a new
# PIN, Z a wrong one, other keys themselves.
WAYS = (
    "1NP11", "1NP2", "1NP31", "1N*C", "2NP111", "2NP2", "31NP1", "33NP2", "34", "0", "41121", "42111",
    "421", "441", "4321NP", "431NP*CWW1NW", "431N*CWW", "1N*C1WW", "1N*C1W9W", "1N*C2", "1NPPP",
    "1NP9998", "1NZP", "1NPW", "*", "*1*2*", "8888", "1N9N8P",
)  # fmt: skip
QUERIES = (
    "", "", "n=", "n=0", "n=-1", "n=1", "n=2", "n=999999999", "n=%D9%A3", "n=%00", "n=1e3", "m=2",
    "n=2&n=3", "&&&=", "n=%zz",
)  # fmt: skip
STATUSES = (
    "accepted", "queued", "sending", "sent", "delivered", "undelivered", "failed", "canceled", "read",
    "SENT", "sent%20",
)  # fmt: skip

# --- by text: words of the contract, as people write them

WORDS = (
    "余额", "餘額", "查余额", "余额。", "余额🙂", "CX", "cx", "1", "１", "到账", "DZ", "明细", "绑定",
    "BD", "JB2", "解绑一", "解绑", "0", "不办", "9", "不是我", "不是我办的", "是", "Y", "要", "好", "2",
    "网点", "帮助", "?", "？", "HELP", "退订", "TD", "STOP", "人工", "回拨", "救命", "你好", "是不是骗子",
    "解绑 1", "解绑 9", "解绑 1; DROP TABLE bindings", "网点 青秀", "网点 武鸣", "网点 </Message>",
    "余额\x00", " 余 额 ", "\u202e余额",
)  # fmt: skip
words = st.sampled_from(WORDS) | st.sampled_from(WORDS) | strange

# The ways in which people give back six digits.
GARBLED: tuple[Callable[[str], str], ...] = (
    str,
    lambda code: "".join(chr(ord(digit) + 0xFEE0) for digit in code),
    lambda code: f"{code[:3]}-{code[3:]}",
    lambda code: f"验证码是{code}。",
    lambda code: f"{code}不办",
    lambda code: f"{code} {code}",
    lambda code: f"不是我 {code}",
    lambda code: code[:5],
    lambda code: code[::-1],
    lambda code: code + "0",
)


# --- requests spoiled on their way

Spoil = Callable[[Knock], Knock]


def _more(text: str) -> Spoil:
    return lambda request: replace(request, body=request.body + text.encode())


def _typed(content_type: str | None) -> Spoil:
    return lambda request: replace(request, content_type=content_type)


def _aimed(more: str) -> Spoil:
    def spoil(request: Knock) -> Knock:
        return replace(request, target=request.target + ("&" if "?" in request.target else "?") + more)

    return spoil


def _hashed(request: Knock) -> Knock:
    """A body that is no form, proven by its hash in the address, as the provider sends JSON."""
    request = replace(request, content_type="application/json", body=b'{"CallSid": "CA1"}')
    return _aimed(f"bodySHA256={hashlib.sha256(request.body).hexdigest()}")(request)


def _chinese(request: Knock) -> Knock:
    """The body as an old Chinese system would write it."""
    body = "&".join(
        f"{quote(name)}={quote_from_bytes(value.encode('gb18030', errors='replace'))}"
        for name, value in request.pairs
    )
    return replace(request, body=body.encode() + "&城市=南宁".encode("gb18030"))


def dropping(name: str) -> Spoil:
    def spoil(request: Knock) -> Knock:
        kept = [part for part in request.body.split(b"&") if not part.startswith(quote(name).encode() + b"=")]
        return replace(request, body=b"&".join(kept))

    return spoil


def setting(name: str, value: str) -> Spoil:
    return lambda request: _more(f"&{quote(name)}={quote(value)}")(dropping(name)(request))


SPOILS: tuple[Spoil, ...] = (
    _more("&Bad=%zz%&=&&==%"),
    _more("&Lone=%ED%A0%80&Long=%C0%AF&Nul=%00"),
    _more("&Digits=1&Digits=2"),
    _more("&Extra=" + "x" * 60_000),
    _more("&Extra=" + "%E4%BD%99" * 7_000),
    _more("&Extra=" + "x" * 140_000),
    _more("".join(f"&F{number}=1" for number in range(450))),
    _more("".join(f"&F{number}=1" for number in range(600))),
    _typed(FORM + "; charset=gb18030"),
    _typed(FORM.upper()),
    _typed("multipart/form-data; boundary=x"),
    _typed("application/json"),
    _typed("text/plain"),
    _typed("\x00"),
    _typed(None),
    _aimed("lang=%E4%B8%AD%zz%00"),
    _aimed("n=7&N=8"),
    _aimed("x=" + "y" * 6_000),
    lambda request: replace(request, target=request.target + "#rc=3&rp=5xx"),
    lambda request: replace(request, body=b""),
    lambda request: replace(request, body=request.body.decode().encode("utf-16")),
    lambda request: replace(request, headers=(("I-Twilio-Idempotency-Token", "\xff"), ("Accept", "\x00"))),
    _hashed,
    _chinese,
)
FIELDS = (
    "CallSid", "From", "To", "Digits", "FinishedOnKey", "CallStatus", "DialCallStatus", "AccountSid",
    "Direction", "MessageSid", "Body", "NumMedia", "OptOutType", "ErrorCode", "MessageStatus", "Unheard",
    "Ｄigits", "a[]",
)  # fmt: skip
names = st.sampled_from(FIELDS)
spoils = (
    st.sampled_from(SPOILS)
    | st.builds(setting, names, strange)
    | st.builds(setting, names, strange)
    | st.builds(dropping, names)
)


# --- doors anybody may try

OPEN_DOORS = (
    "/healthz", "/readyz", "/metrics", "/phone/", "/sound/silence/half.wav", "/sound/silence/3.wav",
)  # fmt: skip
NOWHERE = (
    "/sound/{}.wav", "/sound/turn/{}.wav", "/sound/silence/{}.wav", "/{}", "/voice/{}", "/phone/{}",
    "/phone/static/{}",
)  # fmt: skip
METHODS = ("GET", "POST", "HEAD", "DELETE", "OPTIONS")

# --- requests that nobody signed like this

SPOILED_SIGNATURES: tuple[Spoil, ...] = (
    lambda request: replace(request, signature=None),
    lambda request: replace(request, signature=""),
    lambda request: replace(request, signature="AAAAAAAAAAAAAAAAAAAAAAAAAAA="),
    lambda request: replace(request, signature="\xe9\xff"),
    lambda request: replace(request, signature=(request.signature or "")[:-2] + "x="),
    lambda request: replace(request, signature=(request.signature or "") * 500),
    lambda request: replace(request, body=request.body + b"&Digits=31337"),
    lambda request: replace(request, body=request.body.replace(b"Sid=", b"sid=")),
    lambda request: replace(request, body=b""),
    _aimed("n=2"),
    _aimed(""),
    lambda request: replace(request, content_type="application/json"),
    lambda request: replace(request, headers=(("X-Forwarded-Host", "evil.example"),), signature="x"),
)
