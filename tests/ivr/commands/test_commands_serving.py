"""`hotline serve` and `hotline worker` as they run in production: processes, sockets, signals."""

import logging
import os
import re
import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import requests
from cast import HUANG
from flask import Flask, request
from house import CONFIG
from running import OWN_NUMBER, gone, own_config, until
from werkzeug.serving import make_server

from ivr.channels.phone.line import Line

LINE = re.compile(r"\d{4}-\d\d-\d\dT[\d:.]{12}[+-]\d\d:\d\d [A-Z]+ [\w.]+ .*")
BALANCE = "一千零二十二元五角一分"


def heard(line: Line) -> str:
    """Hear the line out and return all it said."""
    line.listen()
    return "".join(str(each.text) for each in line.heard)


def test_a_call_over_two_processes_until_balance_and_text(either_hotline, served):
    hotline = served(either_hotline)
    until(lambda: len(hotline.server.servers()) == 2, "two processes answer")
    line = hotline.line()
    line.dial()
    assert "这里是示范市医保电话" in heard(line)
    assert "演示" not in heard(line)
    line.press("1")
    line.press(HUANG.number)
    line.press(str(HUANG.pin))
    assert BALANCE in heard(line)
    line.press("3")
    line.press("1")
    until(lambda: bool(hotline.texts()), "the worker sends the balance as a text")
    (text,) = hotline.texts()
    assert text.startswith("【示范医保】")
    assert "1022.51" in text
    line.hang_up()
    assert requests.get(f"{hotline.address}/readyz", timeout=20).status_code == 200
    assert requests.get(f"{hotline.address}/phone/", timeout=20).status_code == 404


def test_a_call_survives_the_processes_that_answered_it(hotline, served):
    hotline = served(hotline)
    line = hotline.line()
    line.dial()
    line.press("1")
    line.press(HUANG.number)
    assert "请按六位查询密码" in heard(line)
    until(lambda: len(hotline.server.servers()) == 2, "two processes answer")
    killed = hotline.server.servers()
    for pid in killed:
        os.kill(pid, signal.SIGKILL)
    until(lambda: all(map(gone, killed)), "both are dead")
    line.press(str(HUANG.pin))
    assert BALANCE in heard(line)
    assert not set(killed) & set(hotline.server.servers())
    assert all(LINE.fullmatch(each) for each in hotline.server.output.splitlines())


def test_both_end_cleanly_and_log_one_line_each(hotline, served, tmp_path, sounds, hotline_command):
    settings = {"HOTLINE_PROMPTS": "play", "HOTLINE_SOUNDS": sounds}
    # The worker speaks only when nobody else wants the processor; it needs not speak what is there.
    hotline_command("menus", "check", str(CONFIG), **settings)
    hotline = served(hotline, **settings)
    assert "https://hotline.example answers on 127.0.0.1:" in hotline.server.output
    assert "; pyttsx3, else the provider's voice speaks" in hotline.server.output
    until(lambda: len(hotline.server.servers()) == 2, "two processes answer")
    until(lambda: len(hotline.worker.family()) >= 2, "the worker has a voice")
    until(lambda: requests.get(f"{hotline.address}/readyz", timeout=20).ok, "the hotline is ready", 240)
    family = [*hotline.server.family(), *hotline.worker.family()]
    assert (hotline.server.end(), hotline.worker.end()) == (0, 0)
    until(lambda: all(map(gone, family)), "no process is left behind")
    for each in (hotline.server, hotline.worker):
        for line in each.output.splitlines():
            assert LINE.fullmatch(line), line
    assert "stopped" in hotline.worker.output
    assert not list(tmp_path.glob(".gunicorn"))


def test_texts_go_to_the_provider_with_the_senders_number(hotline, served, tmp_path):
    (tmp_path / "other").mkdir()
    config = own_config(tmp_path / "other")
    file = config / "hotline.yaml"
    file.write_text(file.read_text("utf-8").replace(r"^\+861[3-9]\d{9}$", r"^\+86100\d{8}$"), "utf-8")
    with provider() as (address, received):
        own = {
            "HOTLINE_TEXTS": "twilio",
            "HOTLINE_TWILIO_API": address,
            "TWILIO_ACCOUNT_SID": "AC" + "1" * 32,
            "HOTLINE_CONFIG": str(config),
        }
        hotline = served(hotline, **own)
        assert f"texts go to {address}; keeping house" in hotline.worker.output
        line = hotline.line()
        line.dial()
        line.press("1")
        line.press(HUANG.number)
        line.press("*")
        line.silence()
        until(lambda: bool(received), "the code is handed to the provider")
    (form,) = received
    assert (form["To"], form["From"]) == (HUANG.mobile, OWN_NUMBER)
    assert re.match(r"【示范医保】查询验证码[1-9]\d{5},", form["Body"])
    assert form["StatusCallback"].startswith("https://hotline.example/sms/status?reference=")


@contextmanager
def provider() -> Iterator[tuple[str, list[dict[str, str]]]]:
    """Run a provider that takes every message; give its address and the forms it got."""
    app, received = Flask("provider"), []

    def take(account: str) -> tuple[dict[str, str], int]:
        received.append(request.form.to_dict())
        return {"sid": f"SM{len(received):032x}", "status": "queued"}, 201

    app.add_url_rule("/2010-04-01/Accounts/<account>/Messages.json", view_func=take, methods=["POST"])
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    server = make_server("127.0.0.1", 0, app)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}", received
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def test_a_worker_that_meets_a_broken_file_of_texts_goes_on_when_it_is_mended(hotline, served):
    hotline.texts.mkdir()
    hotline = served(hotline)
    try:
        line = hotline.line()
        line.dial()
        line.press("1")
        line.press(HUANG.number)
        line.press("*")
        line.silence()
        assert "收到短信以后" in heard(line)
    finally:
        hotline.house.texts.rmdir()
    until(lambda: bool(hotline.texts()), "the code is sent once the file can be written")
