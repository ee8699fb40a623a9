"""`hotline db`, and what every command says when the database is not as it should be."""

import pytest
from house import Street
from sqlalchemy import create_engine, make_url, text

from ivr.store.schema import newest


@pytest.fixture
def database(tmp_path) -> dict[str, str]:
    return {"HOTLINE_DATABASE_URL": f"sqlite:///{tmp_path}/hotline.db"}


def test_upgrade_needs_nothing_but_the_address_and_can_be_repeated(hotline_command, database):
    for _ in range(2):
        upgraded = hotline_command("db", "upgrade", **database)
        assert (upgraded.exit_code, upgraded.output) == (0, f"The database is at migration {newest()}.\n")
    assert hotline_command("db", "check", **database).exit_code == 0


def test_check_says_what_to_run(hotline_command, database):
    behind = hotline_command("db", "check", **database)
    assert behind.exit_code == 1
    assert behind.output == (
        f"Error: the database is at migration none, the program needs {newest()}; run: hotline db upgrade\n"
    )


@pytest.mark.parametrize(
    ("url", "reason"),
    [
        ("sqlite:////nowhere/hotline.db", "unable to open database file"),
        ("postgresql+psycopg://somebody:secret@127.0.0.1:1/x", "127.0.0.1"),
    ],
)
def test_a_database_that_cannot_be_reached_is_one_sentence_without_its_password(hotline_command, url, reason):
    refused = hotline_command("db", "upgrade", HOTLINE_DATABASE_URL=url)
    assert refused.exit_code == 1
    assert refused.output.startswith("Error: the database cannot be used (")
    assert reason in refused.output
    assert refused.output.endswith("is HOTLINE_DATABASE_URL right?\n")
    assert refused.output.count("\n") == 1
    assert "secret" not in refused.output


def test_a_file_that_is_no_database_is_one_sentence(hotline_command, tmp_path):
    (tmp_path / "notes.txt").write_text("not a database at all\n" * 100)
    refused = hotline_command("db", "check", HOTLINE_DATABASE_URL=f"sqlite:///{tmp_path}/notes.txt")
    assert (refused.exit_code, "file is not a database" in refused.output) == (1, True)


def test_another_kind_of_database_is_refused_by_the_setting(hotline_command):
    refused = hotline_command("db", "upgrade", HOTLINE_DATABASE_URL="mysql://localhost/x")
    assert (refused.exit_code, "sqlite:///hotline.db or postgresql" in refused.output) == (1, True)


@pytest.mark.parametrize(
    ("right", "reason"),
    [("USAGE", "permission denied for schema"), ("CREATE", "no schema has been selected")],
)
def test_a_user_who_may_not_make_tables_is_told_so(hotline_command, streets, right, reason):
    street: Street = streets("postgresql")
    url = make_url(street.engine.url)
    owner = create_engine(url, isolation_level="AUTOCOMMIT")
    name = f"guest_of_{url.database}"
    with owner.connect() as connection:
        connection.execute(text(f"CREATE ROLE {name} LOGIN"))
        connection.execute(text(f"CREATE SCHEMA {name}"))
        connection.execute(text(f"GRANT {right} ON SCHEMA {name} TO {name}"))
        connection.execute(text(f"ALTER ROLE {name} SET search_path TO {name}"))
    try:
        address = url.set(username=name, password=None).render_as_string()
        refused = hotline_command("db", "upgrade", HOTLINE_DATABASE_URL=address)
        assert (refused.exit_code, reason in refused.output) == (1, True)
        assert refused.output.count("\n") == 1
    finally:
        with owner.connect() as connection:
            connection.execute(text(f"DROP SCHEMA {name}"))
            connection.execute(text(f"DROP ROLE {name}"))
        owner.dispose()
