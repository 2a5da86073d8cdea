# Two commands: `make` runs the workflow, `make test` checks it. `make help` lists the rest.
SHELL := /bin/bash
.DEFAULT_GOAL := run
VENV := .venv
BIN := $(VENV)/bin
DOCS := .venv-docs/bin
CORES ?= all
# Programs are called as modules: the first line of an installed script names the folder that it was
# installed in, so that it would not start after the folder was moved.
# Any Python from 3.11 on; set PYTHON to choose one.
PYTHON ?= $(shell for p in python3 python3.13 python3.12 python3.11; do \
	$$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$p && break; done)
# Compiled modules start several times faster, and numba stores its kernels with them.
unexport PYTHONDONTWRITEBYTECODE
# Prints one line per finished job; `make ARGS=--verbose`, or plain snakemake, prints more. --cores comes
# last: --configfile and --quiet would take the targets after them as their own arguments.
SIZE :=
OPTIONS = $(SIZE) --quiet rules --cores $(CORES)
SNAKEMAKE = $(BIN)/python -m snakemake $(OPTIONS)
# Snakemake tells neither the file nor the line of broken YAML.
WHY = { $(BIN)/python workflow/scripts/run/unreadable.py $(OPTIONS) $(ARGS); exit 1; }
smoke smoke-all: SIZE := --configfile config/smoke.yaml
published: SIZE := --configfile config/paper.yaml

.PHONY: run resume smoke smoke-all published article crate test test-slurm docs test-docs lint mutants report costs lock envs schema dictionary readme benchmarks verify models clean help

run: $(BIN)/.run  ## Set up the environment and make every figure and table
	@$(SNAKEMAKE) $(ARGS) || $(WHY)
	@echo
	@echo "Figures:     results/figures/   (PDF, SVG, PNG, and the plotted data as CSV)"
	@echo "Scoreboard:  results/scoreboard.html   (published, ours, rivals)"
	@echo "Everything:  results/README.md lists all files"

smoke: $(BIN)/.run  ## Make one figure of each wing at a tiny size, into results/smoke
	@$(SNAKEMAKE) $(or $(ARGS),tour) || $(WHY)

smoke-all: $(BIN)/.run  ## Run every rule at that size
	@$(SNAKEMAKE) $(ARGS) || $(WHY)

resume: $(BIN)/.run  ## Continue a run that was killed (ARGS="--configfile config/smoke.yaml" for that size)
	@$(BIN)/python workflow/scripts/run/resume.py $(OPTIONS) $(ARGS)

published: $(BIN)/.run  ## Run the published sizes; on a cluster add CORES=1 ARGS="--workflow-profile profiles/slurm"
	@[ -n "$(YES)" ] || { read -rp "This takes a cluster's worth of hours. Start? [y/N] " a; [ "$$a" = y ]; }
	@$(SNAKEMAKE) $(ARGS) || $(WHY)

# Compiled networks are kept in .snakemake, if it exists. Files are dealt in the order of `testpaths`.
test: $(BIN)/.test  ## Run unit tests and workflow tests
	@mkdir -p .snakemake
	OMP_NUM_THREADS=1 OPENBLAS_NUM_THREADS=1 \
		$(BIN)/python -m pytest -n auto --maxprocesses 4 --dist loadfile --no-loadscope-reorder $(ARGS)

test-slurm: $(BIN)/.test  ## Run the workflow on a temporary one-node SLURM (needs Debian's slurm-wlm and munge)
	$(BIN)/python -m pytest tests/slurm $(ARGS)

docs: $(DOCS)/.docs  ## Build the documentation site: site/index.html (RUN=<folder> names the finished run in its gallery)
	@NO_MKDOCS_2_WARNING=1 RUN="$(RUN)" $(DOCS)/python -m mkdocs build --strict

test-docs: docs  ## Open the site in a browser (needs Debian's chromium and chromium-driver)
	$(DOCS)/python -m pytest tests/site $(ARGS)

lint: $(BIN)/.test  ## Check formatting, lint, types, dead code and tests that cannot fail
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/python -m mypy
	$(BIN)/python -m snakefmt --check Snakefile workflow
	$(BIN)/python -m snakemake --lint
	PYTHONPATH=tests $(BIN)/python -m lint

report: $(BIN)/.run  ## Write a self-contained results/report.html with all figures and captions
	$(BIN)/python -m snakemake --report results/report.html $(ARGS)

verify: $(BIN)/.run  ## Check every output against the digest that its run recorded
	@$(SNAKEMAKE) verify $(ARGS) || $(WHY)

article: $(BIN)/.run  ## Typeset results/paper.pdf, with every number read from results
	@$(SNAKEMAKE) article $(ARGS) || $(WHY)

crate: $(BIN)/.run  ## Pack the finished run as an RO-Crate: results/ro-crate
	@$(SNAKEMAKE) crate $(ARGS) || $(WHY)

costs: $(BIN)/.run  ## Print what the last run took, by stage (ARGS="benchmarks/smoke results/smoke" for that size)
	@$(BIN)/python workflow/scripts/run/costs.py $(ARGS)

mutants: $(BIN)/.test  ## Change code at random places and count the changes that tests notice (15 minutes)
	PYTHONPATH=tests:workflow $(BIN)/python -m mutants $(or $(ARGS),--mutants 60 --minutes 15)

benchmarks: $(BIN)/.test  ## Measure the cost tables in docs/benchmarks.md (minutes, one core)
	$(BIN)/python tests/benchmarks/run_all.py docs/benchmarks.md

models: run  ## Release the kept models of a finished run: workflow/models
	$(BIN)/python docs/release_models.py

readme: run  ## Refresh numbers and pictures in README.md from results
	$(BIN)/python docs/update_readme.py

envs: $(BIN)/.run  ## Regenerate envs/*.yaml from pyproject.toml and requirements.lock
	$(BIN)/python envs/generate.py

schema: $(BIN)/.run  ## Regenerate the schema, docs/configuration.md and the types of entries from the models of the configuration
	PYTHONPATH=workflow $(BIN)/python -m mechanist.settings.write_schema

dictionary: smoke-all  ## Write docs/data_dictionary.md: what every column of every table of a smoke run means
	PYTHONPATH=workflow $(BIN)/python -m mechanist.contract.data_dictionary results/smoke docs/data_dictionary.md

# Groups alone: what the package itself depends on is in them, and must not enter the lock of the documentation.
lock: $(BIN)/.test  ## Resolve dependencies again (needs uv in the environment)
	$(BIN)/uv pip compile --group run --universal --generate-hashes \
		--no-emit-index-url --no-header -q -o requirements.lock
	$(BIN)/uv pip compile --group test -c requirements.lock --universal \
		--generate-hashes --no-emit-index-url --no-header -q -o requirements-test.lock
	$(BIN)/uv pip compile --group docs --universal --generate-hashes \
		--no-emit-index-url --no-header -q -o requirements-docs.lock
	$(BIN)/python envs/generate.py

clean:  ## Remove results, logs and benchmarks of all sizes (asks first)
	@read -rp "Remove everything under results/, logs/ and benchmarks/? [y/N] " a; [ "$$a" != y ] || \
		git clean -fdXq results logs benchmarks .snakemake

help:  ## Show this list
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 14

$(BIN)/python:
	@[ -n "$(PYTHON)" ] || { echo "No Python 3.11 or later found. Install one, or: make PYTHON=/path/to/python3"; exit 1; }
	@$(PYTHON) -m venv $(VENV) || { rm -rf $(VENV); echo "Python's venv module is missing (Debian: apt install python3-venv)"; exit 1; }

# --no-deps: the locks are complete, so pip must not add any package.
$(BIN)/.run: requirements.lock | $(BIN)/python
	@echo "Setting up the environment in $(VENV) (once, one to three minutes) ..."
	@$(BIN)/python -m pip install -q --disable-pip-version-check --no-deps --require-hashes -r requirements.lock
	@touch $@

$(BIN)/.test: requirements-test.lock $(BIN)/.run
	@echo "Adding the packages that the tests need ..."
	@$(BIN)/python -m pip install -q --disable-pip-version-check --no-deps --require-hashes -r requirements-test.lock
	@touch $@

$(DOCS)/.docs: requirements-docs.lock
	@[ -n "$(PYTHON)" ] || { echo "No Python 3.11 or later found. Install one, or: make PYTHON=/path/to/python3"; exit 1; }
	@echo "Setting up the environment of the documentation in .venv-docs (once, a minute) ..."
	@[ -x $(DOCS)/python ] || $(PYTHON) -m venv .venv-docs
	@$(DOCS)/python -m pip install -q --disable-pip-version-check --no-deps --require-hashes -r requirements-docs.lock
	@touch $@
