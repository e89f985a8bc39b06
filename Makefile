# Everything a person runs. `make` alone lists the targets.

.DEFAULT_GOAL := help
SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
# The steps of a target use the same .venv: one at a time.
.NOTPARALLEL:

# Empty means: the first of python3, python3.14 ... python3.11 that is new enough.
PYTHON ?=
export PYTHON
# More words for the fuzzer, e.g. make fuzz FUZZ="--first 70000 --count 1000"
FUZZ ?=
# A folder of workbooks for bench-intake
FOLDER ?=
# More words for pytest, e.g. make test PYTEST="-k money -x"
PYTEST ?=

.PHONY: bench-consolidate help demo test test-long lint format examples pictures bench-click bench-rules bench-master fuzz bench-intake clean

help:  ## list these targets
	@echo 'make TARGET [PYTHON=python3.12]'
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-17s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

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

test-long: export XLGOALS_LONG = 1
test-long: test  ## the suite with fifty kills of a run, five of each click, 240 damaged workbooks; most of an hour

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

bench-consolidate:  ## 1,000 workbooks into a master, beside pandas and openpyxl; FILES=100 is quicker, LARGE=10000 adds a run
	@.ci/setup-tools venv test
	@.venv/bin/python -m benchmarks.consolidate --files $(or $(FILES),1000) --large $(or $(LARGE),0)

bench-rules:  ## how fast the rules are, beside pandas, and whether planted faults are found
	@.ci/setup-tools venv test
	@.venv/bin/python -m benchmarks.rules

fuzz:  ## read 20,000 damaged workbooks, each judged against two other readers; minutes
	@.ci/setup-tools venv test
	@# It has wheels for some systems and versions of Python only; without it the guided part is left out.
	@.venv/bin/pip install --quiet --only-binary :all: atheris || true
	@.venv/bin/python -m fuzz $(FUZZ)
	@.venv/bin/python -m fuzz.guided

bench-master:  ## how fast the rows of a master are written, beside XlsxWriter alone
	@.ci/setup-tools venv test
	@.venv/bin/python -m benchmarks.master

bench-intake:  ## how strange files are read: verdicts, times, disagreements; FOLDER=… for files of your own
	@.ci/setup-tools venv test
	@.venv/bin/python -m benchmarks.intake $(FOLDER)

clean:  ## remove what make made; xlgoals-demo/ stays, for you may have edited its workbooks
	@rm -rf .venv .tools dist build .pytest_cache .mypy_cache .ruff_cache .hypothesis
	@find src tests examples -name __pycache__ -type d -prune -exec rm -rf {} +
