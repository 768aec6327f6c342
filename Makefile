# Each target alone takes a fresh clone on a machine with Python 3.11+ and make to its end.
PYTHON ?= python3
PORT ?= 8000
KILLS ?= 500
NODES ?= 20
REQUESTS ?= 1000000
MINUTES ?= 30
SECONDS ?= 30
VENV := .venv
BIN := $(VENV)/bin

.PHONY: install demo test test-cluster torture torture-cluster bench lint messages screenshots examples settings-docs fuzz soak

install: $(VENV)/.installed

$(VENV)/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo "Dateline needs Python 3.11 or newer; name it with make PYTHON=python3.12"; exit 1; }
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --upgrade "pip>=25.1"

$(VENV)/.installed: $(VENV)/bin/python pyproject.toml
	$(BIN)/python -m pip install --quiet --editable .
	@touch $@

$(VENV)/.installed-dev: $(VENV)/.installed pyproject.toml
	$(BIN)/python -m pip install --quiet --group dev
	@touch $@

demo: install
	$(BIN)/dateline demo --port $(PORT)

test: $(VENV)/.installed-dev
	$(BIN)/python -m tests.support.chromium
	$(BIN)/python -m pytest -n auto --dist worksteal

test-cluster: $(VENV)/.installed-dev
	$(BIN)/python -m pytest -m cluster

torture-cluster: $(VENV)/.installed-dev
	KILLS=$(NODES) $(BIN)/python -m pytest -m cluster -s tests/cluster/test_faults.py -k killed_node

torture: $(VENV)/.installed-dev
	MANGLED=10000 $(BIN)/python -m pytest tests/torture/test_failures.py
	$(BIN)/python -m tests.torture --kills $(KILLS)
	$(BIN)/python -m tests.torture.network --seconds $(SECONDS)

fuzz: $(VENV)/.installed-dev
	$(BIN)/python -m tools.fuzz --requests $(REQUESTS)

soak: $(VENV)/.installed-dev
	$(BIN)/python -m tools.soak --minutes $(MINUTES)

bench: $(VENV)/.installed-dev
	$(BIN)/python -m benchmarks

screenshots: $(VENV)/.installed-dev
	$(BIN)/python -m tests.support.chromium
	$(BIN)/python -m tools.screenshots

# The examples of the API's description, as the sample answers them.
examples: $(VENV)/.installed-dev
	$(BIN)/python -m tools.examples

# docs/settings.md, from the declarations in search/settings/.
settings-docs: $(VENV)/.installed-dev
	$(BIN)/python -m tools.settings_docs

# What pages say, gathered anew for translators; then translate what is empty in web/locales/*.po.
messages: $(VENV)/.installed-dev
	$(BIN)/pybabel -q extract -F babel.cfg -k gettext_noop --no-location --sort-output --omit-header -o web/locales/dateline.pot .
	for file in web/locales/*.po; do $(BIN)/pybabel -q update --no-fuzzy-matching --ignore-obsolete \
	  -i web/locales/dateline.pot -o $$file -l $$(basename $$file .po); done

lint: $(VENV)/.installed-dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
