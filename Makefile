# Two commands on a fresh machine: `make run` opens the dashboard, `make test` proves it.
# Needs Python 3.11 or later and make; everything else goes into .venv, once.

PYTHON ?= python3
PORT ?= 8501
WORKERS ?= 2

PY := .venv/bin/python
PIP := $(PY) -m pip --disable-pip-version-check --no-input
PYTEST := $(PY) -m pytest

# What was compiled once is kept: starts and test runs would otherwise compile everything anew.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: help run test check format bench lint types imports browser office database spark
.DEFAULT_GOAL := help

help:
	@echo 'make run     the dashboard on http://localhost:$(PORT), with demo data when there is no data yet'
	@echo 'make test    everything: lint, types, import contracts, unit, property, page and browser tests'
	@echo 'make check   what a commit needs, under a minute: all of the above without slow, browser and office tests'
	@echo 'make format  lay out the code and mend what can be mended automatically'
	@echo 'make bench   measure publishing, queries, pages and imports on 1 M and 10 M dossiers'

run: .venv/installed
	@$(PY) -m cchc rebuild || test $$? -eq 2  # a damaged area is named, and keeps nobody from the others
	@$(PY) -m cchc demo --if-missing
	@$(PY) -m streamlit run dashboard.py --server.port $(PORT)

test: lint types imports browser office database spark
	$(PYTEST) -n $(WORKERS) --dist worksteal -m 'not browser'
	$(PYTEST) -n $(WORKERS) --dist worksteal -m browser

check: lint types imports
	$(PYTEST) -n $(WORKERS) --dist worksteal -m 'not browser and not office and (check or not slow)' --hypothesis-profile=check

format: .venv/installed-tests
	$(PY) -m cchc.store.counts
	$(PY) -m ruff check --fix
	$(PY) -m ruff format

bench: .venv/installed-tests
	$(PY) -m tests.benchmarks

lint: .venv/installed-tests
	$(PY) -m ruff check
	$(PY) -m ruff format --check

types: .venv/installed-tests
	$(PY) -m mypy

imports: .venv/installed-tests
	$(PY) .venv/bin/lint-imports

browser: .venv/installed-tests
	@$(PY) -m tests.browser.find_browser
	@$(PY) -m tests.browser.find_nginx

office: .venv/installed-tests
	@$(PY) -m tests.office.find_office

database: .venv/installed-tests
	@$(PY) -m tests.postgresql

spark: .venv/installed-spark
	@$(PY) -m tests.store.find_java

# A stamp per list of requirements: nothing is installed again, and no network is needed, until a list changes.
.venv/installed-tests: tests/requirements.txt .venv/installed
	@echo 'Installing what the tests need ...'
	@$(PIP) install --quiet --requirement $<
	@touch $@

.venv/installed-spark: requirements-spark.txt .venv/installed
	@echo 'Installing Spark, for the tests of it (a minute or two, once) ...'
	@$(PIP) install --quiet --requirement $<
	@touch $@

.venv/installed: requirements.txt .venv/bin/pip
	@echo 'Installing what the dashboard needs (a minute or two, once) ...'
	@$(PIP) install --quiet --requirement $<
	@touch $@

# pip is the last thing venv writes: while it is missing, an interrupted attempt is simply repeated.
.venv/bin/pip:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
		echo 'Python 3.11 or later is needed as $(PYTHON); name another one: make PYTHON=python3.12 $(MAKECMDGOALS)' >&2; exit 1; }
	@$(PYTHON) -c 'import ensurepip' 2>/dev/null || { test "$$(id -u)" = 0 && command -v apt-get >/dev/null \
		&& apt-get update -q && apt-get install -y -q python3-venv; } || { \
		echo 'Python cannot make virtual environments here; run: sudo apt-get install -y python3-venv' >&2; exit 1; }
	$(PYTHON) -m venv .venv
