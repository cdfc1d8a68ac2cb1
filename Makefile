# Two commands do everything on a fresh machine with Python 3.11+, make and git: `make run` and `make test`.
PYTHON ?= python3
CONFIG ?= configs/trilateral.yaml
VENV := .venv
BIN := $(VENV)/bin

.PHONY: run test lint types bench clean

run: $(VENV)/installed
	$(BIN)/planner run $(CONFIG) --force

test: $(VENV)/installed-test lint types
	$(BIN)/python -m pytest -n 2 --dist loadfile
	$(BIN)/python -m pytest --doctest-modules planner -q

lint: $(VENV)/installed-test
	$(BIN)/ruff check planner tests data
	$(BIN)/ruff format --check planner tests data

types: $(VENV)/installed-test
	$(BIN)/mypy

bench: $(VENV)/installed-test
	$(BIN)/python -m tests.benchmarks

$(BIN)/python:
	$(PYTHON) -m venv $(VENV)

$(VENV)/installed: $(BIN)/python pyproject.toml
	$(BIN)/python -m pip install --quiet --editable .
	touch $@

$(VENV)/installed-test: $(VENV)/installed
	$(BIN)/python -m pip install --quiet --editable ".[test,xlsx]"
	touch $@

clean:
	rm -rf $(VENV) runs build *.egg-info
