# Assumes python3 (3.11 or newer, with venv) and make; everything else is installed by the targets.
PYTHON ?= python3
PORT ?= 8000
ARGS ?=
VENV_PYTHON := .venv/bin/python
export PORT

.DEFAULT_GOAL := help
.PHONY: help demo test check format stop clean venv venv-dev sysdeps

help: ## Say what there is
	@awk -F ':.*## ' '/^[a-z-]+:.*## /{printf "  make %-10s %s\n", $$1, $$2}' Makefile
	@echo "  Variables: PORT=8000 HOST=127.0.0.1 (demo), ARGS='-k gap' (test), LOOPWRIGHT_DATA_DIR=var, DATABASE_URL"

demo: venv ## Run the product on this machine with demo data; Ctrl-C stops it
	@$(VENV_PYTHON) -m dev.sysdeps database pdf
	@exec $(VENV_PYTHON) -m dev.demo

test: venv-dev ## Run the whole test suite; ARGS goes to pytest
	@$(VENV_PYTHON) -m dev.sysdeps database pdf browser
	@exec $(VENV_PYTHON) -m dev.testrun $(ARGS)

check: venv-dev ## Run the linters that CI runs
	@exec $(VENV_PYTHON) -m dev.check

format: venv-dev ## Format the code and fix what the linters can fix
	@.venv/bin/ruff check --fix-only --quiet . && .venv/bin/ruff format --quiet .
	@.venv/bin/djhtml --tabwidth 2 templates */templates */*/templates
	@$(VENV_PYTHON) -m dev.node biome check --write

stop: venv ## Stop a demo that was left running, and its PostgreSQL
	@$(VENV_PYTHON) -m dev.clean stop

clean: venv ## Stop everything and delete the data of demo and tests
	@$(VENV_PYTHON) -m dev.clean

venv:
	@$(PYTHON) dev/bootstrap.py local

venv-dev: ## Make the environment with the tools of linters and tests (.venv)
	@$(PYTHON) dev/bootstrap.py local dev compiled

sysdeps: venv ## Install the system's packages for database, PDFs and browser tests, or say which
	@$(VENV_PYTHON) -m dev.sysdeps database pdf browser
