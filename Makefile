# Everything a person runs. `make` alone lists the targets.

.DEFAULT_GOAL := help
SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
# The steps of a target use the same .venv: one at a time.
.NOTPARALLEL:

# Empty means: the first of python3, python3.14 ... python3.11 that is new enough.
PYTHON ?=
export PYTHON
# More words for pytest, e.g. make test PYTEST="-k money -x"
PYTEST ?=

.PHONY: help demo test lint format examples pictures bench-click clean

help:  ## list these targets
	@echo 'make TARGET [PYTHON=python3.12]'
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-10s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

demo:  ## merge and check real published tables, and say where the master workbook lies
	@.ci/setup-tools venv
	@.venv/bin/xlgoals demo

test:  ## run the whole suite: style, types, tests; installs the tools that it needs
	@.ci/setup-tools venv test
	@.ci/setup-tools system
	@.ci/setup-tools validator
	@$(MAKE) --no-print-directory lint
	@echo '==> pytest'
	@.venv/bin/python -m pytest -n auto $(PYTEST)

lint:  ## check style, format and types only
	@.ci/setup-tools venv test
	@echo '==> ruff check'
	@.venv/bin/ruff check --quiet .
	@echo '==> ruff format --check'
	@.venv/bin/ruff format --check --quiet .
	@echo '==> mypy'
	@.venv/bin/mypy

format:  ## let ruff sort imports and format
	@.ci/setup-tools venv test
	@.venv/bin/ruff check --quiet --select I --fix .
	@.venv/bin/ruff format --quiet .

examples:  ## build the example workbooks anew
	@.ci/setup-tools venv
	@.venv/bin/python examples/build.py

pictures:  ## draw the pictures of the documentation anew (needs LibreOffice)
	@.ci/setup-tools venv test
	@.ci/setup-tools system
	@.venv/bin/python -m tests.support.pictures

bench-click:  ## how long a click takes (needs LibreOffice)
	@.ci/setup-tools venv test
	@.ci/setup-tools system
	@.venv/bin/python -m benchmarks.click

clean:  ## remove what make made; xlgoals-demo/ stays, for you may have edited its workbooks
	@rm -rf .venv .tools dist build .pytest_cache .mypy_cache .ruff_cache .hypothesis
	@find src tests examples -name __pycache__ -type d -prune -exec rm -rf {} +
