# Everything runs in .venv, which is made on first use: by uv where it is there, else by venv and pip.
# Other Python: make PYTHON=python3.13 test. Arguments for the command: make race ARGS="--seed 7".

PYTHON ?= python3
VENV   ?= .venv
ARGS   ?=
JOBS   ?= auto

BIN   := $(VENV)/bin
READY := $(VENV)/.ready

.DEFAULT_GOAL := help
.PHONY: help setup race test test-all test-free-threaded lint format docs changelog wheel bench strategies hunt clean

help: ## show this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-18s %s\n", $$1, $$2 }' Makefile

setup: $(READY) ## make .venv with everything in it

race: $(READY) ## run every scenario against every store and print the matrix
	$(BIN)/race run $(ARGS)

test: $(READY) ## run the tests, without those marked slow; where CI is set, run all (one process a core: JOBS)
	$(BIN)/python -m pytest -n $(JOBS) --dist loadfile --no-loadscope-reorder $(if $(CI),,-m "not slow") $(ARGS)

test-all: $(READY) ## run all tests, the slow ones too
	$(BIN)/python -m pytest -n $(JOBS) --dist loadfile --no-loadscope-reorder $(ARGS)

test-free-threaded: ## run the tests on a CPython without the GIL, found or built (not in .venv)
	scripts/test_free_threaded $(ARGS)

hunt: $(READY) ## compare the search with the samplers on generated programs, until Ctrl-C: ARGS="--seed 1"
	$(BIN)/python -m tests.differential.hunt $(ARGS)

lint: $(READY) ## check style, format and types
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

format: $(READY) ## put the code into its format
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

docs: $(READY) ## make the documents anew from the project, and build the site in build/site
	$(BIN)/cog -r -I scripts README.md docs/stores.md
	$(BIN)/python -m scripts.screenshots
	NO_MKDOCS_2_WARNING=1 $(BIN)/mkdocs build --quiet

changelog: $(READY) ## collect the fragments in changes/ into CHANGELOG.md: make changelog VERSION=x.y.z
	$(BIN)/towncrier build --yes --version $(VERSION)

wheel: $(READY) ## build a wheel in dist/
	$(BIN)/python -m pip --version >/dev/null 2>&1 && $(BIN)/python -m pip wheel --quiet --no-deps --wheel-dir dist . || uv build --quiet --wheel

bench: $(READY) ## time the harness itself
	$(BIN)/python -m pytest tests/benchmarks --benchmark-enable --benchmark-only $(ARGS)

strategies: $(READY) ## count the schedules that each strategy needs to the first failure (minutes)
	$(BIN)/python -m tests.benchmarks.strategies $(ARGS)

clean: ## remove .venv, caches and what runs left behind
	rm -rf $(VENV) build dist .pytest_cache .mypy_cache .ruff_cache .hypothesis .benchmarks results/latest
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

$(READY): pyproject.toml constraints.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
	  echo "The harness needs Python 3.11 or newer, and $(PYTHON) is: $$($(PYTHON) --version 2>&1)." >&2; \
	  echo "Name another one: make PYTHON=python3.13 $(MAKECMDGOALS)" >&2; exit 1; }
	@if command -v uv >/dev/null 2>&1; then \
	  echo "Setting up $(VENV) with uv"; \
	  uv venv --quiet --allow-existing --python "$$($(PYTHON) -c 'import sys; print(sys.executable)')" $(VENV) && \
	  uv pip install --quiet --python $(BIN)/python --constraint constraints.txt --editable '.[dev]'; \
	else \
	  echo "Setting up $(VENV) with venv and pip (a minute, once)"; \
	  $(PYTHON) -m venv $(VENV) && \
	  $(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint constraints.txt --editable '.[dev]'; \
	fi
	@touch $@
