# `make` alone lists the targets.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
COLLECTION := .collections/ansible_collections/streamops/red5pro
SUDO := $(shell test $$(id -u) = 0 || echo sudo)

.DEFAULT_GOAL := help
.PHONY: help setup demo demo-down test test-parts test-deployment bench clean

help: ## list the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  %-12s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

setup: $(VENV)/.done $(COLLECTION) ## install what is needed: Debian packages, and Python packages into .venv
	@rehearsal/install

$(VENV)/.done: requirements-dev.lock
	@rehearsal/install
	$(PYTHON) -m venv $(VENV)
	$(BIN)/pip install --quiet --disable-pip-version-check --requirement $<
	touch $@

$(COLLECTION):
	mkdir -p $(@D)
	ln -sfn ../../.. $@

demo: setup ## stand up the whole deployment in the rehearsal, prove it, and leave it running
	rehearsal/run --reset
	rehearsal/run ansible-playbook -i inventories/rehearsal playbooks/site.yml
	rehearsal/run ansible-playbook -i inventories/rehearsal playbooks/verify.yml
	@rehearsal/run python -m rehearsal.show

demo-down: ## stop the rehearsal and remove its state
	rehearsal/run --stop

test: setup ## run every test
	@$(MAKE) --no-print-directory --jobs=2 --output-sync test-parts test-deployment

# Two processes, since the rehearsal changes moto for the whole of its own.
test-parts: setup ## the tests of the modules, the roles and the parts of the rehearsal
	$(BIN)/python -m pytest tests/unit
	$(BIN)/python -m pytest tests/rehearsal --ignore tests/rehearsal/deployment

test-deployment: setup ## the tests of the whole deployment, from the baseline account to nodes in service
	$(BIN)/python -m pytest tests/rehearsal/deployment

bench: setup ## time the main job: first run, second run, more stream managers
	$(BIN)/python -m rehearsal.bench

# The cheap ones; each makes a rehearsal of its own and removes it.
test-molecule: setup ## roles alone, with nothing but their own inputs, by Molecule
	PATH=$(CURDIR)/$(BIN):$$PATH molecule test --no-command-borders -s network -s certificate -s stream_managers

molecule: setup ## every Molecule scenario, the whole deployment among them
	PATH=$(CURDIR)/$(BIN):$$PATH molecule test --no-command-borders --all

.PHONY: test-molecule molecule
clean: ## remove what the targets above made in this directory
	$(SUDO) rm -rf $(VENV) .collections build .pytest_cache .coverage
