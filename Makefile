# Two commands do everything on a fresh machine with Python 3.11+, make and git: `make run` and `make test`.
PYTHON ?= python3
CONFIG ?= configs/trilateral.yaml
VENV := .venv
BIN := $(VENV)/bin

.PHONY: run studio test soak lowest lint types bench chromium clean

run: $(VENV)/installed
	$(BIN)/planner run $(CONFIG) --force

# The bundled scenarios in a browser, the small examples answered.
studio: $(VENV)/installed-studio
	for name in quickstart examples/five-sites examples/one-company examples/taiwan; do \
		test -e runs/$$(basename $$name)/manifest.json || $(BIN)/planner run configs/$$name.yaml || exit 1; done
	$(BIN)/planner studio .

test: chromium $(VENV)/installed-test lint types
	$(BIN)/python -m pytest -n 2 --dist loadfile
	$(BIN)/python -m pytest --doctest-modules planner -q

# Hundreds of stops, kills, full disks and forged runs: the long form of tests/reliability, an hour or more.
soak: $(VENV)/installed-test
	SOAK=1 $(BIN)/python -m pytest tests/reliability tests/base tests/run/test_parallel.py tests/cli/test_verify.py -rA -m ""

# The lowest versions of pyproject.toml in a fresh environment plan quickstart; PYTHONS="python3.11 python3.12 python3.13" for each of these.
lowest:
	$(PYTHON) -m tests.reliability.lowest $(PYTHONS)

chromium:
	@command -v chromium >/dev/null || echo "chromium is missing, so pages are not opened in a browser; on Debian: apt-get install chromium fonts-noto-cjk"

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

$(VENV)/installed-studio: $(VENV)/installed
	$(BIN)/python -m pip install --quiet --editable ".[studio]"
	touch $@

$(VENV)/installed-test: $(VENV)/installed
	$(BIN)/python -m pip install --quiet --editable ".[test]"
	touch $@

clean:
	rm -rf $(VENV) runs build *.egg-info
