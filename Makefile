# Everything from a fresh clone: `make run` is the main job, `make test` all tests. Both make the environment first.
# Needs Python 3.11 to 3.13, g++ and make; another Python: `make run PYTHON=python3.12`.

PYTHON ?= $(shell for p in python3 python3.13 python3.12 python3.11; do command -v $$p >/dev/null && $$p -c \
	'import sys; sys.exit(not (3, 11) <= sys.version_info < (3, 14))' && echo $$p && break; done)
VENV ?= .venv
STUDY ?= ligation-vs-sham
OUT ?= runs/$(STUDY)
# Arguments for pytest, such as `make test TESTS=tests/test_assays.py`.
TESTS ?=
# Where the documentation site is built.
SITE ?= build/site

BIN := $(VENV)/bin
# Modules are compiled when they are first imported: most never are.
PIP := $(BIN)/python -m pip install --quiet --disable-pip-version-check --no-compile
# The tests of a file run in one process, which makes what they share once.
PYTEST := $(BIN)/python -m pytest -n auto --dist loadfile

.DEFAULT_GOAL := help
.PHONY: help run test quick check docs gallery coverage clean

help:
	@echo "make run       install into $(VENV) and run the main job into $(OUT)"
	@echo "make test      install into $(VENV) and pass all tests"
	@echo "make quick     the same, without the tests that compile or simulate for long"
	@echo "make check     linters, types, import arrows"
	@echo "make docs      the documentation site, into $(SITE)"
	@echo "make gallery   run the notebooks of docs/gallery, and write what they give into them"
	@echo "make coverage  all tests with branch coverage"
	@echo "make clean     remove $(VENV)"

run: $(BIN)/.installed
	$(BIN)/bluespot run $(STUDY) --out $(OUT)

test: $(BIN)/.installed-test
	$(PYTEST) -m "" $(TESTS)

quick: $(BIN)/.installed-test
	$(PYTEST) $(TESTS)

check: $(BIN)/.installed-test
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/mypy tests
	$(BIN)/lint-imports

# Any warning is a failure, and so is a link of a built page that leads nowhere or out to something a page needs.
docs: $(BIN)/.installed-docs
	$(BIN)/sphinx-build --fail-on-warning --keep-going --quiet -c docs/site -d $(SITE).doctrees . $(SITE)
	$(BIN)/python docs/site/links.py $(SITE)

gallery: $(BIN)/.installed-test
	$(BIN)/python tests/gallery_notebooks.py

coverage: $(BIN)/.installed-test
	$(PYTEST) -m "" --cov $(TESTS)

clean:
	rm -rf $(VENV)

$(BIN)/python:
	@test -n "$(PYTHON)" || { echo "no Python 3.11 to 3.13 found; name one: make run PYTHON=/path/to/python" >&2; exit 1; }
	$(PYTHON) -m venv $(VENV)

# Each set of packages leaves a stamp, so that the next call does not install again unless pyproject.toml changed.
$(BIN)/.installed: pyproject.toml | $(BIN)/python
	$(PIP) --editable .
	@touch $@

$(BIN)/.installed-test: pyproject.toml | $(BIN)/python
	$(PIP) --editable ".[test,readers]"
	@touch $@ $(BIN)/.installed

$(BIN)/.installed-docs: pyproject.toml | $(BIN)/python
	$(PIP) --editable ".[docs]"
	@touch $@ $(BIN)/.installed
