# hotline12333: two commands on a fresh machine are `make demo` and `make test`.

PYTHON ?= python3
PORT ?= 8012
VENV := .venv
PEERS := .venv-peers
BIN := $(VENV)/bin
LOCK := docs/deploy/requirements.txt
LOCK_TEST := docs/deploy/requirements-test.txt
# One more than there are cores: half of the time a test waits for processes, browsers and databases.
TESTERS = $(shell $(BIN)/python -c 'import os; print((os.cpu_count() or 1) + 1)')

.DEFAULT_GOAL := help
.PHONY: demo test lint types check coverage bench ear ears lock help

demo: $(VENV)/.installed ## Start the demo hotline with a telephone to try it on (Ctrl-C stops it; PORT=8012)
	@$(BIN)/hotline demo --port $(PORT)

test: $(VENV)/.installed-test lint types check ## Check everything: style, types, menus, all tests, coverage
	@$(BIN)/coverage erase
	@$(BIN)/coverage run -m pytest -q -n $(TESTERS) --dist loadfile --no-loadscope-reorder
	@$(MAKE) --no-print-directory coverage

lint:
	@$(BIN)/ruff format --check -q . && $(BIN)/ruff check -q .

types:
	@$(BIN)/mypy

check:
	@$(BIN)/hotline menus check

# Everything at 95 %, the conversation core and the codecs whole.
CORE := menus/*,speech/listening/*,ivr/record.py,ivr/channels/markup.py,ivr/channels/twiml.py,ivr/channels/turn_token.py,ivr/channels/arrivals.py,ivr/channels/media_stream.py,ivr/channels/stream_events.py,ivr/channels/stream_call.py,ivr/channels/playback.py,ivr/channels/attention.py,ivr/channels/understanding.py
coverage:
	@$(BIN)/coverage combine -q
	@$(BIN)/coverage report --fail-under=95
	@$(BIN)/coverage report --include='$(CORE)' --fail-under=100

bench: $(VENV)/.installed-test $(PEERS)/.installed ## Measure turns, speaking, listening and calls over sockets; writes docs/bench
	@$(BIN)/python -m tests.bench --peers $(PEERS)/bin/python

ear: $(VENV)/.installed-test ## Let an outside ear hear the voices over a telephone; writes docs/bench
	@$(BIN)/hotline models fetch kokoro whisper-base
	@$(BIN)/python -m tests.ear

ears: $(VENV)/.installed-test ## Let test callers say what they want to every ear installed here; writes docs/bench
	@$(BIN)/hotline models fetch kokoro whisper-base
	@$(BIN)/python -m tests.callers

lock: $(VENV)/.installed-test ## Pin every package anew, without naming any index
	@$(BIN)/python -m pip install -q pip-tools
	@$(BIN)/pip-compile -q --strip-extras --no-emit-index-url --no-emit-find-links --no-emit-trusted-host \
		--no-header --no-annotate -o $(LOCK) pyproject.toml
	@$(BIN)/pip-compile -q --strip-extras --no-emit-index-url --no-emit-find-links --no-emit-trusted-host \
		--no-header --no-annotate --extra test -o $(LOCK_TEST) pyproject.toml

help: ## Show this
	@grep -E '^[a-z]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z]+):.*## /\1\t/' | expand -t 10

$(VENV)/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
		|| { echo "Python 3.11 or newer is needed; set PYTHON=/path/to/python3.11"; exit 1; }
	@$(PYTHON) -m venv $(VENV)

$(VENV)/.installed: $(VENV)/bin/python $(LOCK) pyproject.toml
	@echo "Installing (once, a minute or two) ..."
	@$(BIN)/python -m pip install -q --disable-pip-version-check -r $(LOCK)
	@$(BIN)/python -m pip install -q --disable-pip-version-check --no-deps -e .
	@touch $@

$(VENV)/.installed-test: $(VENV)/bin/python $(LOCK_TEST) pyproject.toml
	@echo "Installing with test tools (once, a minute or two) ..."
	@$(BIN)/python -m pip install -q --disable-pip-version-check -r $(LOCK_TEST)
	@$(BIN)/python -m pip install -q --disable-pip-version-check --no-deps -e .
	@touch $@ $(VENV)/.installed

# Other people's work that ours is measured beside: half a gigabyte, so in a place of its own.
$(PEERS)/.installed: tests/bench/peers.txt
	@echo "Installing what the bench measures ours beside (once, a minute or two) ..."
	@$(PYTHON) -m venv $(PEERS)
	@$(PEERS)/bin/python -m pip install -q --disable-pip-version-check -r $<
	@touch $@
