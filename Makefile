# The contributor's manual: `make` or `make help` lists what can be done, in the order of a day's work.
# A planner needs none of it; the README's two commands call bootstrap.py, which needs only Python.

SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
PYTHON ?= python3
PY := .venv/bin/python
ARGS ?=

.PHONY: help setup run test quick doctest lint format types data data-check notebooks \
        pictures lowest wheel bench ci clean

help: ## list these targets
	@echo "usage: make TARGET [ARGS='more arguments']"
	@echo
	@awk 'BEGIN {FS = ":.*## "} /^[a-z-]+:.*## / {printf "  %-11s %s\n", $$1, $$2} \
	      /^## / {printf "\n%s\n", substr($$0, 4)}' $(firstword $(MAKEFILE_LIST))
	@echo
	@echo "First time: make setup. Before a commit: make lint types test. How and why: CONTRIBUTING.md."

## Set up and use
setup: ## make .venv with everything a contributor needs (again only after pyproject.toml changed)
	@$(PYTHON) bootstrap.py setup dev

run: ## do the main job on the built-in county, into outputs/ (ARGS='example --out DIR')
	@$(PYTHON) bootstrap.py run $(ARGS)

## Check
test: setup ## the whole test suite, one worker a core (ARGS='-k word' for a part)
	@$(PYTHON) bootstrap.py test $(ARGS)

quick: setup ## the tests that need neither a browser nor more than five seconds, until the first fails
	@$(PYTHON) bootstrap.py test -q -x -m 'not browser and not slow' $(ARGS)

doctest: setup ## run the examples in the docstrings
	@PYTHONPATH=tests $(PY) -m pytest -p examples_once --doctest-modules wushan_geo -q

lint: setup ## style: nothing is changed, everything is told
	@$(PY) -m ruff check .
	@$(PY) -m ruff format --check .

format: setup ## let the formatter and the safe fixes write
	@$(PY) -m ruff format .
	@$(PY) -m ruff check --fix .

types: setup ## mypy --strict
	@$(PY) -m mypy

wheel: setup ## build the wheel and use it away from the repository
	@bash .ci/wheel

lowest: setup ## run what calls libraries, every twentieth case, at the lowest versions that pyproject.toml allows
	@bash .ci/lowest $(ARGS)

ci: ## what CI checks, after its installations; everything is run even if one thing fails
	@bash .ci/run checks

## Make again what is made
data: setup ## rebuild data/ from data/build/facts
	@$(PY) data/build/build.py

data-check: setup ## rebuild data/ aside and compare it byte for byte
	@$(PY) data/build/build.py --check

notebooks: setup ## execute the notebooks and write them with their outputs
	@$(PY) notebooks/execute.py

pictures: setup ## take the README's pictures from a fresh run, with Chromium
	@$(PY) docs/pictures/take.py $(ARGS)

bench: setup ## measure the whole command against its budget
	@$(PY) benchmarks/run.py $(ARGS)

## Tidy
clean: ## remove what was made, but for .venv and the data
	@rm -rf outputs/tables outputs/reports outputs/run.json outputs/test outputs/maps/*.html dist build \
	  .pytest_cache .mypy_cache .ruff_cache .hypothesis .coverage htmlcov
	@find . -name __pycache__ -type d -not -path './.venv/*' -prune -exec rm -rf {} +
