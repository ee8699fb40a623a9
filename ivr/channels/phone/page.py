"""The demo phone as a web page at /phone: a telephone and the text messages of its owner.

Registered in the demo only. Nobody logs in, so what acts is JSON from the page's own origin and nothing
else: another web page cannot drive it. Mobile numbers travel in bodies, never in addresses, which end up
in access logs.
"""

from collections.abc import Callable
from pathlib import Path
from urllib.parse import urlsplit

from flask import Blueprint, Response, abort, jsonify, render_template, send_from_directory
from flask_sock import Sock
from werkzeug.exceptions import HTTPException

from ivr.channels.phone.call import FarEnd
from ivr.channels.phone.demo import DemoCall, DemoPhone
from ivr.channels.phone.faults import LineError
from ivr.channels.phone.line import Patience
from ivr.channels.phone.markup import KEYS
from ivr.channels.phone.page_requests import Wanted, fields_of_body, mobile, only_from_page
from ivr.channels.phone.screen import call_view, text_view
from ivr.channels.phone.wire import PageSocket, Wire
from ivr.channels.protection import protected

_STATIC = Path(__file__).parent / "static"
LONGEST_TEXT = 1600  # characters; what the provider carries
_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; media-src 'self'; "
    "connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
_HEADERS = {
    "Content-Security-Policy": _POLICY,
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}
_AGENTS = {
    "no-answer": FarEnd("no-answer"),
    "busy": FarEnd("busy", rings=3.0),
    "completed": FarEnd("completed", rings=4.0, talks=20.0),
}


def blueprint(phone: DemoPhone) -> Blueprint:
    """The pages of one DemoPhone, to be registered without a prefix of its own: it lives at /phone."""
    pages = Blueprint("phone", __name__, url_prefix="/phone", template_folder="templates")
    public = urlsplit(phone.twilio.account.public_url).netloc
    pages.before_request(lambda: only_from_page(public))
    pages.after_request(_guarded)
    pages.register_error_handler(HTTPException, _refused)
    _Pages(phone).register(pages)
    return pages


class _Pages:
    """The views; each answers JSON but the first."""

    def __init__(self, phone: DemoPhone) -> None:
        self._phone = phone

    def register(self, pages: Blueprint) -> None:
        pages.add_url_rule("/", view_func=self.page)
        pages.add_url_rule("/static/<path:name>", view_func=self.file)
        pages.add_url_rule("/calls", view_func=self.dial, methods=["POST"])
        pages.add_url_rule("/calls/<call_id>/keys", view_func=self.press, methods=["POST"])
        pages.add_url_rule("/calls/<call_id>/timeout", view_func=self.time_out, methods=["POST"])
        Sock().route("/calls/<call_id>/stream", bp=pages)(self.stream)
        pages.add_url_rule("/calls/<call_id>", view_func=self.hang_up, methods=["DELETE"])
        pages.add_url_rule("/texts", view_func=self.write, methods=["POST"])
        pages.add_url_rule("/inbox", view_func=self.inbox, methods=["POST"])

    @protected("demo")
    def file(self, name: str) -> Response:
        """A script, the style sheet or the icon."""
        return send_from_directory(_STATIC, name)

    @protected("demo")
    def page(self) -> str:
        """The telephone itself."""
        callers = [vars(caller) for caller in self._phone.callers]
        number = self._phone.shown_number or self._phone.twilio.account.number
        return render_template("phone/page.html", callers=callers, number=number)

    @protected("demo")
    def dial(self) -> tuple[Response, int]:
        """Begin a call: {from, agent} -> its view."""
        number, agent = fields_of_body(Wanted("from", str), Wanted("agent", str))
        if agent not in _AGENTS:
            abort(400, "没有这种人工座席")
        try:
            call = self._phone.call(mobile(number), _AGENTS[agent])
        except LineError:
            abort(502, "热线没有正确回答,电话断了")
        return self._view(call, 0), 201

    @protected("demo")
    def press(self, call_id: str) -> Response:
        """One key of the present stage: {key, stage, seen} -> the call's view. A key of an earlier stage
        is too late.
        """
        key, number, seen = fields_of_body(Wanted("key", str, 1), Wanted("stage", int), Wanted("seen", int))
        if key not in KEYS or not key:
            abort(400, "电话上没有这个键")
        call = self._call(call_id)
        with call.lock:
            stage = call.line.stage
            if stage and stage.number == number:
                self._phone.catch_up(call)
                patience = _patience(asked=stage.gather is not None)
                _obeyed(lambda: call.line.press(key, patience))
            return self._view(call, seen)

    @protected("demo")
    def time_out(self, call_id: str) -> Response:
        """The page has played everything and waited, or its stream is over: {stage, keys, seen} -> the
        call's view.

        Ignored unless the stage and the number of keys in it are still those the page knows.
        """
        number, keys, seen = fields_of_body(Wanted("stage", int), Wanted("keys", int), Wanted("seen", int))
        call = self._call(call_id)
        with call.lock:
            stage = call.line.stage
            if stage and (stage.number, len(stage.keys)) == (number, keys):
                if call.line.stream:
                    self._phone.catch_up(call)
                _obeyed(call.line.skip)
            return self._view(call, seen)

    @protected("demo")
    def stream(self, page: PageSocket, call_id: str) -> None:
        """A socket: the sound of a call whose present stage is a stream; see `wire`."""
        call = self._phone.find(call_id)
        if call:
            Wire(self._phone, call, page).carry()

    @protected("demo")
    def hang_up(self, call_id: str) -> Response:
        """Put the receiver down: {seen} -> the call's view."""
        (seen,) = fields_of_body(Wanted("seen", int))
        call = self._call(call_id)
        self._phone.hang_up(call)
        return self._view(call, seen)

    @protected("demo")
    def write(self) -> Response:
        """Send a text: {from, body} -> the mobile's texts."""
        number, body = fields_of_body(Wanted("from", str), Wanted("body", str, LONGEST_TEXT))
        if not body.strip():
            abort(400, "短信是空的")
        self._phone.messages.write(mobile(number), body)
        return self._texts(number)

    @protected("demo")
    def inbox(self) -> Response:
        """The texts of a mobile, none while no mobile is chosen: {mobile} -> {texts, notice}."""
        (number,) = fields_of_body(Wanted("mobile", str))
        if not number:
            return jsonify(texts=[], notice=self._phone.notice())
        return self._texts(mobile(number))

    def _call(self, call_id: str) -> DemoCall:
        call = self._phone.find(call_id)
        if call is None:
            abort(404, "这通电话已经断了")
        return call

    def _view(self, call: DemoCall, seen: int) -> Response:
        return jsonify(call_view(self._phone, call, max(seen, 0)))

    def _texts(self, mobile: str) -> Response:
        texts = [text_view(text, mobile) for text in self._phone.messages.thread(mobile)]
        return jsonify(texts=texts, notice=self._phone.notice())


def _obeyed(act: Callable[[], None]) -> None:
    """Do something on a line; a hotline that leads nowhere is told to the page as a broken call."""
    try:
        act()
    except LineError:
        abort(502, "热线没有正确回答,电话断了")


def _patience(*, asked: bool) -> Patience:
    """Keys interrupt a question; where none is coming they are lost, as the page plays what cannot be
    stopped.
    """
    return Patience.INTERRUPTS if asked else Patience.NOW


def _guarded(response: Response) -> Response:
    response.headers.update(_HEADERS)
    if response.is_json:
        response.headers["Cache-Control"] = "no-store"
    return response


def _refused(problem: HTTPException) -> tuple[Response, int]:
    return jsonify(error=problem.description), problem.code or 500
