"""The doors of the whole application: who may come through, what pages declare, what a demo adds."""

from pathlib import Path

import pytest
from flask import Flask
from house import House
from running import own_config

from ivr.app import assemble, create_app
from ivr.channels.protection import protection_of, undeclared
from ivr.settings import Settings

PROVIDER = {
    "/voice/incoming",
    "/voice/turn",
    "/voice/status",
    "/voice/fallback",
    "/voice/whisper",
    "/sms/incoming",
    "/sms/status",
}


@pytest.fixture
def production(hotline: House, tmp_path: Path) -> Flask:
    """The application as `hotline serve` builds it, on the database of a house."""
    settings = Settings.read(
        {
            "HOTLINE_CONFIG": str(own_config(tmp_path)),
            "HOTLINE_DATABASE_URL": hotline.settings.database_url,
            "HOTLINE_PUBLIC_URL": "https://hotline.example",
            "HOTLINE_SECRET_KEY": hotline.settings.secret_key,
            "HOTLINE_TEXTS": f"file:{tmp_path}/texts.jsonl",
            "HOTLINE_PROMPTS": "say",
            "TWILIO_AUTH_TOKEN": "a token",
        }
    )
    built = assemble(settings)
    app = create_app(built)
    built.engine.dispose()
    return app


def doors(app: Flask, protection: str) -> set[str]:
    """Return the addresses behind a protection."""
    rules = app.url_map.iter_rules()
    return {rule.rule for rule in rules if protection_of(app.view_functions[rule.endpoint]) == protection}


def test_every_door_says_who_may_come_through(production, hotline):
    for app in (production, hotline.app):
        assert undeclared(app) == []
        assert doors(app, "signature") == PROVIDER
        assert {"/healthz", "/readyz", "/metrics"} == doors(app, "network")
        assert doors(app, "open") == doors(app, "login") == set()


def test_the_telephone_is_a_door_of_the_demo_alone(production, hotline):
    assert doors(production, "demo") == set()
    assert all(rule.startswith("/phone/") for rule in doors(hotline.app, "demo"))
    for address in ("/phone", "/phone/", "/phone/static/phone.js"):
        assert production.test_client().get(address).status_code == 404
    assert production.test_client().post("/phone/calls", json={}).status_code == 404
    assert hotline.app.test_client().get("/phone/").status_code == 200


def test_a_door_nobody_declared_would_be_found(production):
    production.add_url_rule("/secret", view_func=lambda: "everything")
    assert len(undeclared(production)) == 1


@pytest.mark.parametrize("address", ["/phone/", "/phone/static/phone.js"])
def test_pages_take_nothing_from_elsewhere_and_stand_in_no_frame(hotline, address):
    with hotline.app.test_client().get(address) as page:
        headers = page.headers
    policy = dict(part.split(" ", 1) for part in headers["Content-Security-Policy"].split("; "))
    assert policy["default-src"] == policy["frame-ancestors"] == policy["base-uri"] == "'none'"
    assert set(policy.values()) == {"'none'", "'self'"}
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "no-referrer"


def test_doors_of_the_provider_refuse_whoever_does_not_sign(production):
    client = production.test_client()
    for address in sorted(PROVIDER):
        refused = client.post(address, data={"CallSid": "CA1", "From": "+8613800138000"})
        assert (refused.status_code, refused.data) == (403, b""), address
        assert client.get(address).status_code == 405


def test_nothing_tells_a_stranger_what_is_inside(production):
    client = production.test_client()
    for address in ("/", "/nothing", "/sound/../../etc/passwd", "/sound/turn/x.wav", "/console/"):
        answer = client.get(address)
        assert answer.status_code == 404
        assert b"Traceback" not in answer.data


def test_a_request_that_is_too_large_is_refused_before_it_is_read(production):
    assert production.test_client().post("/voice/incoming", data={"a": "x" * 70_000}).status_code in (
        403,
        413,
    )
