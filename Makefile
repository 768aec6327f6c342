# Every target works in a fresh clone on a machine with Python 3.11+ and make.
.DEFAULT_GOAL := help

PYTHON ?= python3
PORT ?= 8000
KILLS ?= 500
NODES ?= 20
REQUESTS ?= 1000000
MINUTES ?= 30
SECONDS ?= 30
# Sizes of made-up archives, and names of collections.
ARTICLES ?= 10000 100000 1000000 senate
# LOCKED=1 installs the versions of the lock files.
LOCKED ?=
VENV := .venv
BIN := $(VENV)/bin

.PHONY: help install demo test test-unit test-cluster torture torture-cluster bench bench-check lint messages screenshots examples settings-docs lock test-lowest fuzz soak

help:  ## List the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "%-16s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

install: $(VENV)/.installed  ## Install Dateline into .venv

$(VENV)/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo "Dateline needs Python 3.11 or newer; choose one with make PYTHON=python3.12"; exit 1; }
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --upgrade "pip>=25.1"

$(VENV)/.installed: $(VENV)/bin/python pyproject.toml
	$(if $(LOCKED),$(BIN)/python -m pip install --quiet --require-hashes -r requirements.lock)
	$(BIN)/python -m pip install --quiet $(if $(LOCKED),--no-deps) --editable .
	@touch $@

$(VENV)/.installed-dev: $(VENV)/.installed pyproject.toml
	$(BIN)/python -m pip install --quiet $(if $(LOCKED),--require-hashes -r requirements-dev.lock,--group dev)
	@touch $@

demo: install  ## Index the sample and serve it (PORT=8000)
	$(BIN)/dateline demo --port $(PORT)

test: $(VENV)/.installed-dev  ## Run all tests except those that need a cluster
	$(BIN)/python -m tests.support.chromium
	$(BIN)/python -m pytest -n auto --dist worksteal

test-unit: $(VENV)/.installed-dev  ## Run the unit tests only, which start no processes
	$(BIN)/python -m pytest -n auto --dist worksteal tests/unit

# Two processes, each with a cluster of its own; the slowest modules come early.
test-cluster: $(VENV)/.installed-dev  ## Run the tests that need a real OpenSearch cluster
	$(BIN)/python -m pytest -m cluster -n 2 --dist loadscope --no-loadscope-reorder

torture-cluster: $(VENV)/.installed-dev  ## Kill nodes of a cluster while it is searched (NODES=20)
	KILLS=$(NODES) $(BIN)/python -m pytest -m cluster -s tests/cluster/test_faults.py -k killed_node

torture: $(VENV)/.installed-dev  ## Kill loads and disturb servers, many times (KILLS=500, SECONDS=30)
	MANGLED=10000 $(BIN)/python -m pytest tests/torture/test_failures.py
	$(BIN)/python -m tests.torture --kills $(KILLS)
	$(BIN)/python -m tests.torture.network --seconds $(SECONDS)

fuzz: $(VENV)/.installed-dev  ## Send random requests to a server (REQUESTS=1000000)
	$(BIN)/python -m tools.fuzz --requests $(REQUESTS)

soak: $(VENV)/.installed-dev  ## Keep a server under load (MINUTES=30)
	$(BIN)/python -m tools.soak --minutes $(MINUTES)

# A peer that cannot be installed is named in the results. OpenSearch needs Maven and a JDK.
bench: $(VENV)/.installed-dev  ## Run the benchmarks and write benchmarks/results.md (ARTICLES="…")
	-$(BIN)/python -m pip install --quiet --group peers
	ARTICLES="$(ARTICLES)" $(BIN)/python -m benchmarks

bench-check: $(VENV)/.installed-dev  ## Compare the speed with benchmarks/baseline.json
	$(BIN)/python -m benchmarks check

screenshots: $(VENV)/.installed-dev  ## Take a screenshot of every page
	$(BIN)/python -m tests.support.chromium
	$(BIN)/python -m tools.screenshots

examples: $(VENV)/.installed-dev  ## Update the examples in the description of the API
	$(BIN)/python -m tools.examples

settings-docs: $(VENV)/.installed-dev  ## Write docs/settings.md from the declarations of settings
	$(BIN)/python -m tools.settings_docs

# Afterwards translate the empty entries in web/locales/*.po.
messages: $(VENV)/.installed-dev  ## Collect the texts of pages into the catalogues for translators
	$(BIN)/pybabel -q extract -F babel.cfg -k gettext_noop --no-location --sort-output --omit-header -o web/locales/dateline.pot .
	for file in web/locales/*.po; do $(BIN)/pybabel -q update --no-fuzzy-matching --ignore-obsolete \
	  -i web/locales/dateline.pot -o $$file -l $$(basename $$file .po); done

lint: $(VENV)/.installed-dev  ## Run the linters and mypy
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

lock: $(VENV)/.installed  ## Renew the lock files (UPGRADE=1 for the newest versions)
	$(BIN)/python -m pip install --quiet --group lock
	$(BIN)/python -m tools.lock $(if $(UPGRADE),--upgrade)

test-lowest:  ## Run the unit tests with the lowest allowed versions of the dependencies
	$(PYTHON) -m venv .venv-lowest
	.venv-lowest/bin/python -m pip install --quiet --upgrade "pip>=25.1"
	.venv-lowest/bin/python -m pip install --quiet --group lock
	.venv-lowest/bin/python -m tools.lock --lowest build/lowest.txt
	.venv-lowest/bin/python -m pip install --quiet -r build/lowest.txt --group test
	.venv-lowest/bin/python -m pytest tests/unit
