"""`python -m tests.documents`: write docs/coverage.md."""

from tests.documents.table import TABLE, facts, markdown

if __name__ == "__main__":
    TABLE.write_text(markdown(facts()), encoding="utf-8")
