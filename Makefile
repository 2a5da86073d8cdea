# Two commands: `make` runs the workflow, `make test` checks it. `make help` lists the rest.
SHELL := /bin/bash
.DEFAULT_GOAL := run
VENV := .venv
BIN := $(VENV)/bin
CORES ?= all
# Any Python from 3.11 on; set PYTHON to choose one.
PYTHON ?= $(shell for p in python3 python3.13 python3.12 python3.11; do \
	$$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$p && break; done)
# Compiled modules start several times faster, and numba keeps its kernels beside them.
unexport PYTHONDONTWRITEBYTECODE
# One line a finished job; `make ARGS=--verbose`, or snakemake itself, says more. Targets may follow
# --cores: --configfile and --quiet would take them for their own.
SIZE :=
OPTIONS = $(SIZE) --quiet rules --cores $(CORES)
SNAKEMAKE = $(BIN)/snakemake $(OPTIONS)
smoke: SIZE := --configfile config/smoke.yaml
paper: SIZE := --configfile config/paper.yaml

.PHONY: run resume smoke paper article crate test test-slurm lint report lock envs readme benchmarks verify clean help

run: $(BIN)/.run  ## Set up the environment and make every figure and table
	@$(SNAKEMAKE) $(ARGS)
	@echo
	@echo "Figures:     results/figures/   (PDF, SVG, PNG, and the plotted data as CSV)"
	@echo "Scoreboard:  results/scoreboard.md   (published, ours, rivals)"
	@echo "Everything:  results/README.md says what lies where"

smoke: $(BIN)/.run  ## The same workflow, tiny, into results/smoke
	@$(SNAKEMAKE) $(ARGS)

resume: $(BIN)/.run  ## Go on with a run that was killed (ARGS="--configfile config/smoke.yaml" for that size)
	@PYTHONPATH=workflow $(BIN)/python workflow/scripts/run/resume.py $(OPTIONS) $(ARGS)

paper: $(BIN)/.run  ## The published sizes; for a cluster add CORES=1 ARGS="--workflow-profile profiles/slurm"
	@$(SNAKEMAKE) $(ARGS)

test: $(BIN)/.test  ## Unit tests and workflow tests
	OMP_NUM_THREADS=1 OPENBLAS_NUM_THREADS=1 \
		$(BIN)/python -m pytest -n auto --maxprocesses 4 --dist loadfile $(ARGS)

test-slurm: $(BIN)/.test  ## The workflow on a one-node SLURM of its own (needs Debian's slurm-wlm and munge)
	$(BIN)/python -m pytest tests/slurm $(ARGS)

lint: $(BIN)/.test  ## Formatting, lint and types
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/snakefmt --check Snakefile workflow
	$(BIN)/snakemake --lint

report: $(BIN)/.run  ## One self-contained results/report.html with all figures and captions
	$(BIN)/snakemake --report results/report.html $(ARGS)

verify: $(BIN)/.run  ## Check every output against the digest that its run left
	@$(SNAKEMAKE) verify $(ARGS)

article: $(BIN)/.run  ## Typeset results/paper.pdf, every number read from results
	@$(SNAKEMAKE) paper $(ARGS)

crate: $(BIN)/.run  ## An RO-Crate of the finished run: results/ro-crate
	@$(SNAKEMAKE) crate $(ARGS)

benchmarks: $(BIN)/.test  ## Cost tables in docs/benchmarks.md (minutes, one core)
	$(BIN)/python tests/benchmarks/run_all.py docs/benchmarks.md

readme: run  ## Refresh numbers and pictures in README.md from results
	$(BIN)/python docs/update_readme.py

envs: $(BIN)/.run  ## Regenerate envs/*.yaml from pyproject.toml and requirements.lock
	$(BIN)/python envs/generate.py

lock: $(BIN)/.test  ## Resolve dependencies anew (needs uv in the environment)
	$(BIN)/uv pip compile pyproject.toml --group run --universal --generate-hashes \
		--no-emit-index-url --no-header -q -o requirements.lock
	$(BIN)/uv pip compile pyproject.toml --group test -c requirements.lock --universal \
		--generate-hashes --no-emit-index-url --no-header -q -o requirements-test.lock
	$(BIN)/python envs/generate.py

clean:  ## Remove results, logs and benchmarks of all sizes (asks first)
	@read -rp "Remove everything under results/, logs/ and benchmarks/? [y/N] " a; [ "$$a" != y ] || \
		git clean -fdXq results logs benchmarks .snakemake

help:  ## This list
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 14

$(BIN)/python:
	@[ -n "$(PYTHON)" ] || { echo "No Python 3.11 or later found. Install one, or: make PYTHON=/path/to/python3"; exit 1; }
	@$(PYTHON) -m venv $(VENV) || { rm -rf $(VENV); echo "Python's venv module is missing (Debian: apt install python3-venv)"; exit 1; }

# --no-deps: the locks are complete, so nothing may be added at install time.
$(BIN)/.run: requirements.lock | $(BIN)/python
	@echo "Setting up the environment in $(VENV) (once, one to three minutes) ..."
	@$(BIN)/python -m pip install -q --disable-pip-version-check --no-deps --require-hashes -r requirements.lock
	@touch $@

$(BIN)/.test: requirements-test.lock $(BIN)/.run
	@echo "Adding what the tests need ..."
	@$(BIN)/python -m pip install -q --disable-pip-version-check --no-deps --require-hashes -r requirements-test.lock
	@touch $@
