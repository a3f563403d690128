.DEFAULT_GOAL := help
.PHONY: help install demo test check a11y screens attacks bench chaos docs fuzz lock

VENV := .venv
BIN := $(VENV)/bin
RUN := $(VENV)/run.stamp
DEV := $(VENV)/dev.stamp
UV := $(shell command -v uv)
PYTHON ?= $(shell for python in python3 python3.14 python3.13 python3.12 python3.11; do \
	$$python -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null \
	&& echo $$python && break; done)
INSTALL = $(if $(UV),$(UV) pip install --quiet --python $(BIN)/python,$(BIN)/python -m pip install --quiet)

help:  ## this list
	@grep -E '^[a-z0-9]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 10

install: $(RUN)  ## .venv with what both sides need to run, and nothing else

demo: $(RUN)  ## a month's campaign to 240 fictional tenants, with three pages to look at
	@$(BIN)/checkin demo $(ARGS)

test: $(DEV)  ## the whole test suite; ARGS="tests/portal -k stop" for a part of it
	@$(BIN)/pytest -n 2 $(ARGS)

check: $(DEV)  ## lint, types, import contract, tests: what CI runs
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports
	@tests/browser/install
	@$(MAKE) --no-print-directory test

a11y: $(DEV)  ## axe-core and html-validate over every page, fetched with npm
	@CHECKIN_REQUIRE_SERVICES=1 tests/browser/install
	@CHECKIN_REQUIRE_SERVICES=1 $(BIN)/pytest -m browser tests/browser tests/content tests/portal tests/console $(ARGS)

screens: $(DEV)  ## photograph the tenants' pages and the console's into docs/screens
	@$(BIN)/python -m tests.portal.screens docs/screens
	@$(BIN)/python -m tests.console.screens docs/screens

attacks: $(DEV)  ## the attacks on the released figures, twenty times longer than in the tests
	@CHECKIN_ATTACKS=1 $(BIN)/pytest tests/reports/attacks --timeout 3600 $(ARGS)

bench: $(DEV)  ## the table of figures; ARGS="compile demo" for some of them
	@$(BIN)/python -m bench $(ARGS)

chaos: $(DEV)  ## kill everything while a month is sent, and count; SEED=7 replays a run, RUNS=20 goes on
	@$(BIN)/python -m tests.chaos.run $(if $(SEED),--seed $(SEED)) --runs $(or $(RUNS),$(if $(SEED),1,3)) $(ARGS)

docs: $(DEV)  ## the documents as a site in build/site; its reference is made from the code first
	@$(BIN)/python -m checkin.reference docs/reference
	@$(BIN)/sphinx-build --quiet --fail-on-warning --keep-going docs build/site
	@echo "build/site/index.html"

fuzz: $(DEV)  ## throw bytes at everything that reads them, much longer than in the tests; ROUNDS=5000
	@CHECKIN_FUZZ=$(or $(ROUNDS),5000) $(BIN)/pytest tests/fuzz --timeout 3600 $(ARGS)

lock:  ## pin every dependency anew, with hashes (needs uv)
	@test -n "$(UV)" || { echo "make lock needs uv: pip install uv" >&2; exit 1; }
	$(LOCK) pyproject.toml -o requirements/run.lock
	$(LOCK) pyproject.toml --extra dev -c requirements/run.lock -o requirements/dev.lock
	$(LOCK) requirements/build.in -o requirements/build.lock
	$(LOCK) requirements/virtualenv.in -o requirements/virtualenv.lock

LOCK = $(UV) pip compile --quiet --universal --python-version 3.11 --generate-hashes \
	--no-emit-index-url --no-header

$(BIN)/python:
	@test -n "$(PYTHON)" || { echo "Check-in needs Python 3.11 or newer; install it, or name it: make demo PYTHON=/path/to/python" >&2; exit 1; }
	@echo "Making $(VENV) with $(PYTHON)" >&2
	@$(if $(UV),$(UV) venv --quiet --allow-existing --no-python-downloads --python $(PYTHON) $(VENV),$(VENV_WITHOUT_UV))

# Debian splits venv off from Python; virtualenv does the same and pip can fetch it.
VENV_WITHOUT_UV = $(PYTHON) -m venv $(VENV) >/dev/null 2>&1 || { rm -rf $(VENV); \
	$(PYTHON) -m pip install --quiet --require-hashes --target var/virtualenv -r requirements/virtualenv.lock \
	&& PYTHONPATH=var/virtualenv $(PYTHON) -m virtualenv --quiet $(VENV); } \
	|| { echo "Neither venv nor pip works in $(PYTHON); install Debian's python3-venv, or uv" >&2; exit 1; }

$(RUN): requirements/run.lock requirements/build.lock pyproject.toml | $(BIN)/python
	@echo "Installing from requirements/run.lock" >&2
	@$(INSTALL) --require-hashes --no-deps -r requirements/run.lock -r requirements/build.lock
	@$(INSTALL) --no-deps --no-build-isolation --editable .
	@touch $@

$(DEV): requirements/dev.lock $(RUN)
	@echo "Installing from requirements/dev.lock" >&2
	@$(INSTALL) --require-hashes --no-deps -r requirements/dev.lock
	@touch $@
