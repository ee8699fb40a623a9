"""What stops `hotline serve` and `hotline worker` before they begin: a sentence each, and exit code 1."""

import socket
from base64 import b64encode
from pathlib import Path

import pytest
from running import SHIPPED, free_port

from ivr.store.schema import newest


@pytest.fixture
def refused(hotline_command, production):
    """Start a command under settings of production that are changed so; None takes one away."""

    def started(command: str, **changes: str | None) -> list[str]:
        settings = {name: value for name, value in {**production, **changes}.items() if value is not None}
        bind = ["--bind", f"127.0.0.1:{free_port()}"] if command == "serve" else []
        result = hotline_command(command, *bind, **settings)
        assert result.exit_code == 1, result.output
        return str(result.output).splitlines()

    return started


@pytest.fixture
def upgraded(hotline_command, production) -> None:
    assert hotline_command("db", "upgrade", **production).exit_code == 0


@pytest.mark.parametrize("command", ["serve", "worker"])
def test_missing_settings_are_a_sentence_each(refused, command):
    told = refused(
        command,
        HOTLINE_PUBLIC_URL=None,
        HOTLINE_SECRET_KEY=None,
        TWILIO_AUTH_TOKEN=None,
        HOTLINE_TEXTS=None,
    )
    assert told[0] == "Error: 4 things have to be mended:"
    names = ["HOTLINE_PUBLIC_URL", "HOTLINE_SECRET_KEY", "TWILIO_ACCOUNT_SID", "TWILIO_AUTH_TOKEN"]
    assert [sentence.split(" is not set")[0] for sentence in told[1:]] == names


@pytest.mark.parametrize(
    ("name", "value", "sentence"),
    [
        ("HOTLINE_SECRET_KEY", "secret", "HOTLINE_SECRET_KEY is not 32 bytes in base64; make one with"),
        ("HOTLINE_SECRET_KEY", b64encode(b"short").decode(), "HOTLINE_SECRET_KEY is not 32 bytes"),
        ("HOTLINE_PUBLIC_URL", "http://hotline.example", "HOTLINE_PUBLIC_URL is not https"),
        ("HOTLINE_PUBLIC_URL", "hotline.example", "HOTLINE_PUBLIC_URL is not a web address"),
        ("HOTLINE_DATABASE_URL", "mysql://x", "HOTLINE_DATABASE_URL names no database we know"),
        ("HOTLINE_ENV", "prod", "HOTLINE_ENV is none of its words; write production or demo"),
        ("HOTLINE_CONFIG", "/nowhere", "/nowhere/hotline.yaml: the file cannot be read"),
        ("HOTLINE_DATABASE_URL", "sqlite:////nowhere/x.db", "the database cannot be used"),
    ],
)
def test_a_wrong_setting_is_a_sentence_that_does_not_repeat_it(refused, name, value, sentence):
    (told,) = refused("serve", **{name: value})
    assert told.startswith(f"Error: {sentence}")
    assert "secret" not in told.replace("HOTLINE_SECRET_KEY", "")


def test_a_setting_that_does_not_exist_is_told_of(hotline_command, production):
    told = hotline_command("worker", HOTLINE_PROMPT="say", **production).output
    assert "Warning: HOTLINE_PROMPT is not a setting; did you mean HOTLINE_PROMPTS?" in told


@pytest.mark.parametrize("command", ["serve", "worker"])
def test_the_sample_authority_cannot_start_production(refused, command):
    told = refused(command, HOTLINE_CONFIG=str(SHIPPED))
    assert told[0].endswith("things have to be mended:")
    for name in ("name", "reference", "number", "signature"):
        assert any(f"authority.{name} " in sentence for sentence in told)
    assert any("legal_basis is empty" in sentence for sentence in told)


@pytest.mark.parametrize("command", ["serve", "worker"])
def test_a_database_without_its_tables_names_the_command_to_run(refused, command):
    (told,) = refused(command)
    wanted = f"the database is at migration none, the program needs {newest()}; run: hotline db upgrade"
    assert told == f"Error: {wanted}"


@pytest.mark.usefixtures("upgraded")
def test_menus_with_a_fault_are_not_published_by_the_first_start(refused, production):
    menus = Path(production["HOTLINE_CONFIG"]) / "menus" / "main.yaml"
    menus.write_text(menus.read_text("utf-8") + "\nmain: {}\n", "utf-8")
    (told,) = refused("serve")
    assert "menus/main.yaml:" in told
    assert "a second time" in told


@pytest.mark.usefixtures("upgraded")
def test_a_called_number_without_a_region_stops_the_start(refused, production):
    file = Path(production["HOTLINE_CONFIG"]) / "hotline.yaml"
    file.write_text(file.read_text("utf-8").replace('"450100"', '"451300"'), "utf-8")
    (told,) = refused("serve")
    assert "numbers gives +867715550100 to region 451300, which has no file" in told


@pytest.mark.usefixtures("upgraded")
def test_another_key_than_the_one_that_sealed_is_a_sentence(refused, hotline_command, production):
    assert refused("worker", HOTLINE_TEXTS="file:/nowhere/texts.jsonl")  # began far enough to seal something
    (told,) = refused("serve", HOTLINE_SECRET_KEY=b64encode(b"-" * 32).decode())
    assert "needs a key that HOTLINE_SECRET_KEY no longer holds" in told


@pytest.mark.usefixtures("upgraded")
def test_texts_need_a_folder_for_their_file(refused):
    (told,) = refused("worker", HOTLINE_TEXTS="file:/nowhere/texts.jsonl")
    assert told == "Error: HOTLINE_TEXTS names a file in a folder nobody can write to; make the folder"


@pytest.mark.usefixtures("upgraded")
def test_a_voice_that_is_insisted_on_must_be_there(refused):
    (told,) = refused("serve", HOTLINE_PROMPTS="play", HOTLINE_VOICE="kokoro")
    assert told.startswith("Error: HOTLINE_VOICE=kokoro cannot speak: ")


@pytest.mark.parametrize(
    ("bind", "reason"),
    [
        ("127.0.0.1:99999", "port must be 0-65535"),
        ("127.0.0.1:eighty", "'eighty' is not a valid port number"),
        ("[::1]:99999", "port must be 0-65535"),
    ],
)
def test_an_address_one_cannot_listen_on_is_a_sentence(hotline_command, production, bind, reason):
    result = hotline_command("serve", "--bind", bind, **production)
    assert result.exit_code == 1
    assert result.output.startswith(f"Error: one cannot listen on {bind} (")
    assert reason in result.output
    assert result.output.endswith("choose another with --bind HOST:PORT\n")


@pytest.mark.parametrize(("command", "option"), [("serve", "--bind"), ("demo", "--port")])
def test_a_port_that_is_taken_is_told_with_a_way_out(hotline_command, production, command, option):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        value = f"127.0.0.1:{port}" if option == "--bind" else str(port)
        result = hotline_command(command, option, value, **production)
    assert result.exit_code == 1
    (told,) = result.output.splitlines()
    assert told.startswith(f"Error: one cannot listen on 127.0.0.1:{port} (Address already in use); choose ")
    assert "--bind HOST:PORT" in told or f"hotline demo --port {port + 1}" in told


@pytest.mark.parametrize(
    "arguments", [("demo", "--port", "0"), ("demo", "--port", "80000"), ("serve", "--workers", "0")]
)
def test_numbers_out_of_range_are_wrong_use(hotline_command, arguments):
    assert hotline_command(*arguments).exit_code == 2


@pytest.mark.usefixtures("upgraded")
def test_a_socket_in_the_file_system_is_not_tried_out(refused, hotline_command, production, tmp_path):
    # The voice that is missing is told of, which comes after the address.
    result = hotline_command(
        *("serve", "--bind", f"unix:{tmp_path}/hotline.sock"),
        **{**production, "HOTLINE_PROMPTS": "play", "HOTLINE_VOICE": "kokoro"},
    )
    assert (result.exit_code, "HOTLINE_VOICE=kokoro" in result.output) == (1, True)
