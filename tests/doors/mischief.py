"""Hypothesis as the mischievous provider: walks through calls and texts in which anything may come next."""

from collections.abc import Callable

from demo_town import STRANGER
from hypothesis import strategies as st
from hypothesis.stateful import rule
from knocking import Knock, form
from mischief_by_call import Calling
from noise import (
    GARBLED,
    METHODS,
    NOWHERE,
    OPEN_DOORS,
    SPOILED_SIGNATURES,
    STATUSES,
    Spoil,
    index,
    one_key,
    short,
    spoils,
    strange,
    words,
)

from ivr.channels.phone.fields import text_fields
from ivr.housekeeping import Housekeeping


class Walk(Calling):
    """One walk: calls, and between them texts, reports, spoiled requests, and time that passes."""

    # --- texts

    @rule(who=index, body=words)
    def write(self, who: int, body: str) -> None:
        self.provider.write(self.mobile(who), body)

    @rule(
        who=index,
        asked=st.sampled_from(["余额", "DZ", "绑定", "明细", "解绑 1"]),
        after=st.lists(words, max_size=3),
    )
    def ask_by_text(self, who: int, asked: str, after: list[str]) -> None:
        """Somebody who writes, sends back the code, and goes on."""
        mobile = self.mobile(who)
        self.provider.write(mobile, asked)
        self.provider.write(mobile, self.newest_code(mobile))
        for body in after:
            self.provider.write(mobile, body)

    @rule(who=index, garble=st.sampled_from(GARBLED))
    def send_back_a_code(self, who: int, garble: Callable[[str], str]) -> None:
        mobile = self.mobile(who)
        self.provider.write(mobile, garble(self.newest_code(mobile)))

    @rule(
        who=index,
        body=words,
        media=st.sampled_from(["0", "1", "10", "x"]),
        opts_out=st.sampled_from(["STOP", "START", "HELP", "?"]),
    )
    def write_otherwise(self, who: int, body: str, media: str, opts_out: str) -> None:
        """Pictures without a text, and words that the provider has answered already."""
        self.provider.write(self.mobile(who), "", NumMedia=media, MediaUrl0="https://media.example/1")
        self.provider.write(self.mobile(who), body, OptOutType=opts_out)

    @rule(which=index, back=index)
    def repeat_a_text(self, which: int, back: int) -> None:
        thread = self.correspondence(which)
        if thread:
            self.provider.believed(thread.knocks[-1 - back % len(thread.knocks)])

    @rule(which=index, who=index)
    def repeat_from_elsewhere(self, which: int, who: int) -> None:
        """The id of somebody's text under another number: two texts, and nobody reads the other's."""
        thread = self.correspondence(which)
        if thread:
            fields = thread.knocks[-1].fields | {"From": self.mobile(who)}
            self.provider.believed(self.provider.sign(form("/sms/incoming", fields)))

    @rule(who=index, first=words, second=words, same=st.booleans())
    def write_twice_at_once(self, who: int, first: str, second: str, same: bool) -> None:
        account, mobile = self.town.account(), self.mobile(who)
        fields = [text_fields(account, (mobile, account.number), body) for body in (first, second)]
        one, two = [self.provider.sign(form("/sms/incoming", each)) for each in fields]
        self.provider.texts_at_once(one, one if same else two)

    @rule(
        which=index,
        status=st.sampled_from(STATUSES),
        error=st.sampled_from(["", "30003", "30007", "21610"]) | strange,
    )
    def report(self, which: int, status: str, error: str) -> None:
        """What became of a text, in any order, of texts we know and of others."""
        texts = [each["id"] for each in self.town.sent_texts()] + ["SM1", "SM2", "x" * 65]
        self.provider.report(texts[which % len(texts)], STRANGER, status, f"{which}-1", ErrorCode=error)

    # --- requests that are not as they should be

    def any_request(self, which: int, digits: str) -> Knock:
        """The next request of a call, its end, a text, or the report of one, well signed."""
        call, account = self.call(which), self.town.account()
        text = text_fields(account, (self.mobile(which), account.number), digits)
        requests = (
            form(f"/voice/turn?n={call.turns + 1}", self.provider.fields_of(call, Digits=digits)),
            form("/voice/incoming", self.provider.fields_of(call)),
            form("/voice/status", self.provider.fields_of(call, CallStatus="completed")),
            form("/voice/fallback", self.provider.fields_of(call, ErrorCode="11200", ErrorUrl=digits)),
            form("/sms/incoming", text),
            form("/sms/status?reference=1-1", text | {"MessageStatus": "sent"}),
        )
        return self.provider.sign(requests[which % len(requests)])

    @rule(which=index, digits=one_key | words, spoil=spoils)
    def spoil(self, which: int, digits: str, spoil: Spoil) -> None:
        """Well signed, and unlike anything the provider should send."""
        self.provider.believed(self.provider.sign(spoil(self.any_request(which, digits))))

    @rule(which=index, digits=one_key | words, spoil=st.sampled_from(SPOILED_SIGNATURES))
    def knock_unsigned(self, which: int, digits: str, spoil: Spoil) -> None:
        self.provider.refused(spoil(self.any_request(which, digits)))

    # --- everything else

    @rule(seconds=st.sampled_from([1, 20, 61, 200, 301, 601, 1000, 4000]))
    def let_time_pass(self, seconds: int) -> None:
        self.town.clock.forward(seconds)

    @rule()
    def keep_house(self) -> None:
        """The worker delivers, and puts away what nobody came back to."""
        self.provider.deliver()
        house = Housekeeping(self.town.built)
        house.expire_acts()
        house.reconcile_acts()
        house.watch_failures()
        if house.close_forgotten():
            self.provider.see_who_was_forgotten()

    @rule(path=st.sampled_from(OPEN_DOORS))
    def look(self, path: str) -> None:
        reply = self.provider.knock(Knock(path, method="GET", content_type=None))
        assert reply.status == 200
        if path in ("/healthz", "/readyz", "/metrics"):
            self.provider.secrets.check_public(reply.body.decode())

    @rule(door=st.sampled_from(NOWHERE), name=short, method=st.sampled_from(METHODS))
    def try_doors(self, door: str, name: str, method: str) -> None:
        """Addresses nobody was given."""
        target = door.format(form("", {"": name}).body.decode()[1:])
        reply = self.provider.knock(Knock(target, method=method, content_type=None))
        assert reply.status in (200, 204, 308, 400, 403, 404, 405), reply.status
