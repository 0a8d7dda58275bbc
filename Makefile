# `make` alone lists the targets.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
LINT_VENV := .venv-lint
LINT := $(LINT_VENV)/bin
LINT_ENV = PATH=$(CURDIR)/$(LINT):$$PATH
SITE_PACKAGES = $(shell $(1)/bin/python -c 'import sysconfig; print(sysconfig.get_path("purelib"))')
PYTEST = $(BIN)/python -m pytest -m "not long"
TREE := build/ansible_collections/streamops/red5pro
IAM := rehearsal/aws/iam
MOLECULE = PATH=$(CURDIR)/$(BIN):$$PATH MOLECULE_GLOB='molecule/*/molecule.yml'
COLLECTION := .collections/ansible_collections/streamops/red5pro
SUDO := $(shell test $$(id -u) = 0 || echo sudo)

# Whoever needs setup, the copy or the artifact has it made, unless `make test` has done so: make starts last whoever waits.
IF_NOT_BUILT = $(if $(BUILT),,$(1))

.DEFAULT_GOAL := help
.PHONY: help setup setup-lint readmes demo demo-from-scratch demo-down bench clean test test-all test-long gates tree artifact
.PHONY: test-unit test-rehearsal test-deployment test-hostile test-lifecycle sanity ansible-lint galaxy-importer docs-lint mypy nox ruff yamllint
.PHONY: shellcheck changelog-lint policy-lint words test-oldest test-newest

help: ## list the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  %-18s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

setup: $(VENV)/.done $(COLLECTION) ## install what is needed: Debian packages, Python packages into .venv, Node.js packages
	@$(IAM)/install

.PHONY: packages
packages:
	@rehearsal/install

# Python compiles what it imports first, for every later process. To compile everything would take most of an installation.
unexport PYTHONDONTWRITEBYTECODE
$(VENV)/.done: requirements-dev.lock | $(call IF_NOT_BUILT,packages)
	$(PYTHON) -m venv $(VENV)
	$(BIN)/pip install --quiet --disable-pip-version-check --no-compile --requirement $<
	touch $@

# The tools that ask Ansible for documentation look for collections beside it, whatever the environment says.
$(LINT_VENV)/.done: $(LINT_VENV)/.installed $(VENV)/.done
	for packages in $(LINT_VENV)/lib/python*/site-packages; do ln -sfn $(call SITE_PACKAGES,$(CURDIR)/$(VENV))/ansible_collections "$$packages/"; done
	touch $@

$(LINT_VENV)/.installed: requirements-lint.lock | $(call IF_NOT_BUILT,packages)
	$(PYTHON) -m venv $(LINT_VENV)
	$(LINT)/pip install --quiet --disable-pip-version-check --no-compile --requirement $<
	touch $@

$(COLLECTION):
	mkdir -p $(@D)
	ln -sfn ../../.. $@

setup-lint: setup $(LINT_VENV)/.done ## the same with the tools of the gates, which pre-commit calls

readmes: setup ## write what roles' argument specs say into their README.md
	$(BIN)/python tests/tools/role_readme.py roles/*/

demo: setup ## stand up the whole deployment in the rehearsal, prove it, and leave it running
	rehearsal/run --reset
	rehearsal/run ansible-playbook -i inventories/rehearsal playbooks/site.yml
	rehearsal/run ansible-playbook -i inventories/rehearsal playbooks/verify.yml
	@rehearsal/run python -m rehearsal.show

SCRATCH = rehearsal/run ansible-playbook -i inventories/rehearsal-from-scratch
DESTROYED = -e red5pro_destroy_confirmed=true -e red5pro_destroy_database=true -e red5pro_database_final_snapshot=false \
  -e red5pro_lift_termination_protection=true

demo-from-scratch: setup ## from an empty account to nodes in service, then back to the empty account, in the rehearsal
	@mkdir -p build
	rehearsal/run --reset --baseline empty
	@rehearsal/run python -m rehearsal.snapshot > build/empty-account.txt
	$(SCRATCH) playbooks/site.yml
	@rehearsal/run python -m rehearsal.show
	$(SCRATCH) playbooks/site.yml | tee build/second-run.txt
	@! grep -E 'changed=[1-9]' build/second-run.txt
	$(SCRATCH) playbooks/verify.yml
	$(SCRATCH) playbooks/destroy.yml $(DESTROYED)
	@rehearsal/run python -m rehearsal.snapshot | diff build/empty-account.txt - && echo The account is as it was.

demo-down: ## stop the rehearsal and remove its state
	rehearsal/run --stop

# What CI runs. Two at a time, the long ones first; one that fails does not keep the others from running.
SUITES := test-lifecycle test-rehearsal test-unit test-hostile test-deployment test-molecule
GATES := sanity ansible-lint docs-lint mypy galaxy-importer nox ruff yamllint shellcheck changelog-lint policy-lint words
TIMED = @tests/tools/timed $@

# What several need is made before, or make would put off whoever waits for it to the very end.
test: ## run every test and gate, and tell how long each took
	@$(MAKE) --no-print-directory --jobs=2 setup-lint artifact
	@rm -f build/times
	@$(MAKE) --no-print-directory --keep-going --jobs=2 --output-sync BUILT=yes $(SUITES) $(GATES); status=$$?; \
	tests/tools/timed --report; exit $$status

gates: setup $(LINT_VENV)/.done ## run the gates alone
	@rm -f build/times
	@$(MAKE) --no-print-directory --keep-going --jobs=2 --output-sync $(GATES); status=$$?; tests/tools/timed --report; exit $$status

# A process for each, since the rehearsal changes moto for the whole of its own, and each suite keeps a rehearsal of its own.
test-unit: $(VENV)/.done $(COLLECTION) ## the tests of the modules, filters and what roles declare; ARGS='-k name' for some of them
	$(TIMED) $(PYTEST) tests/unit $(ARGS)

test-rehearsal: $(call IF_NOT_BUILT,artifact) ## the tests of the rehearsal's parts, of single roles, and of the built artifact
	$(TIMED) $(PYTEST) tests/rehearsal $(foreach suite,deployment hostile lifecycle,--ignore tests/rehearsal/$(suite))

test-deployment: $(call IF_NOT_BUILT,setup) ## what a first run refuses, and what it predicts in check mode
	$(TIMED) $(PYTEST) tests/rehearsal/deployment

test-hostile: $(call IF_NOT_BUILT,setup) ## a deployment's whole life in the hostile account
	$(TIMED) $(PYTEST) tests/rehearsal/hostile

test-lifecycle: $(call IF_NOT_BUILT,setup) ## a deployment from its first run to nodes in service, and its later life
	$(TIMED) $(PYTEST) tests/rehearsal/lifecycle

# A copy of what git knows, in the layout that ansible-test and antsibull-docs want, beside the collections that this one needs.
tree: setup
	@rm -rf $(TREE) && mkdir -p $(TREE)
	@git ls-files -z --cached --others --exclude-standard | tar --create --null --ignore-failed-read --files-from=- 2> /dev/null | \
	  tar --extract --directory=$(TREE)
	@git init --quiet $(TREE) # or ansible-test would find this repository, and that it ignores the copy
	@ln -sfn $(call SITE_PACKAGES,$(VENV))/ansible_collections/amazon $(call SITE_PACKAGES,$(VENV))/ansible_collections/community build/ansible_collections/

artifact: tree ## build what is published, into build/artifact
	@rm -rf build/artifact
	@cd $(TREE) && $(CURDIR)/$(BIN)/ansible-galaxy collection build --output-path $(CURDIR)/build/artifact > /dev/null

# What is not published, tests and rehearsal, is held to stricter rules by mypy and ruff.
sanity: $(call IF_NOT_BUILT,artifact) ## ansible-test sanity, all of its tests, of what is published
	$(TIMED) env --chdir=$(TREE) tests/tools/sanity $(CURDIR)/$(BIN)/python \
	  $$(tar --list --file build/artifact/streamops-red5pro-*.tar.gz | grep -xE '[^/]+/?' | grep -v '\.json$$')

ansible-lint: $(call IF_NOT_BUILT,setup) $(LINT_VENV)/.done ## ansible-lint with the production profile
	$(TIMED) env $(LINT_ENV) ANSIBLE_COLLECTIONS_PATH=$(CURDIR)/.collections:$(call SITE_PACKAGES,$(VENV)) ansible-lint --offline --strict -q

galaxy-importer: $(call IF_NOT_BUILT,artifact) $(LINT_VENV)/.done ## what Galaxy says of the artifact
	$(TIMED) env --chdir=build/artifact $(LINT_ENV) ANSIBLE_COLLECTIONS_PATH=$(call SITE_PACKAGES,$(VENV)) $(CURDIR)/tests/tools/importer

# Below this repository git would tell antsibull-docs that the collections there are empty, since it ignores them.
docs-lint: $(call IF_NOT_BUILT,tree) $(LINT_VENV)/.done ## the documentation of plugins and roles
	$(TIMED) env --chdir=$(TREE) $(LINT_ENV) ANSIBLE_COLLECTIONS_PATH=$(CURDIR)/build GIT_CEILING_DIRECTORIES=$(CURDIR):$(realpath $(VENV)/..) \
	  antsibull-docs lint-collection-docs --plugin-docs --validate-collection-refs=dependent .

mypy: $(call IF_NOT_BUILT,setup) ## types, strictly
	$(TIMED) $(BIN)/mypy

nox: $(LINT_VENV)/.done ## the sessions of antsibull-nox.toml
	$(TIMED) env $(LINT_ENV) nox --no-venv --non-interactive

ruff: $(LINT_VENV)/.done ## lint and format of Python
	$(TIMED) $(LINT)/ruff check --quiet
	$(TIMED) $(LINT)/ruff format --quiet --check

yamllint: $(LINT_VENV)/.done ## all YAML
	$(TIMED) $(LINT)/yamllint --strict .

shellcheck: $(call IF_NOT_BUILT,setup) ## all shell scripts
	$(TIMED) shellcheck $$(git grep --files-with-matches --untracked -E '^#!(/bin/sh|/usr/bin/env bash)' | xargs awk 'FNR == 1 && /^#!.*sh$$/ {print FILENAME}')

changelog-lint: $(LINT_VENV)/.done ## the changelog and its fragments
	$(TIMED) $(LINT)/antsibull-changelog lint

policy-lint: $(LINT_VENV)/.done ## the IAM policies
	$(TIMED) $(LINT)/python -W ignore tests/tools/policy_lint.py docs/iam-policy*.json

words: setup $(LINT_VENV)/.done ## standard terms in texts for users, and spelling
	$(TIMED) $(BIN)/python tests/tools/words.py
	$(TIMED) $(LINT)/codespell

test-all: test test-long molecule test-oldest test-newest ## everything: also what is too long for CI

# The lower bounds of requirements-dev.txt, and the newest versions there are; build/oldest/versions.txt and so on tell which these were.
PYTHON_NEWEST ?= python3.13
test-oldest: setup ## unit tests, the deployment and its life, and sanity, on exactly the lower bounds of what is needed
	sed -E 's/ *#.*//; s/>=/==/' requirements-dev.txt | tests/tools/versions oldest $(PYTHON)

test-newest: setup ## the same on the newest versions, with PYTHON_NEWEST (python3.13)
	sed -E 's/ *#.*//' requirements-dev.txt | tests/tools/versions newest $(PYTHON_NEWEST)

test-long: setup artifact ## the tests that are too long for CI
	$(BIN)/python -m pytest -m long tests/unit
	$(BIN)/python -m pytest -m long tests/rehearsal

bench: setup ## time the main job in pairs with an earlier commit, BENCH_BASELINE
	$(BIN)/python -m rehearsal.bench

# The cheapest one; each makes a rehearsal of its own and removes it.
test-molecule: $(call IF_NOT_BUILT,setup) ## a role alone, with nothing but its own inputs, by Molecule
	$(TIMED) env $(MOLECULE) molecule test --no-command-borders -s network

molecule: setup ## every Molecule scenario, the whole deployment among them
	$(MOLECULE) molecule test --no-command-borders --all

.PHONY: test-molecule molecule
clean: ## remove what the targets above made in this directory
	$(SUDO) rm -rf $(VENV) $(LINT_VENV) $(IAM)/node_modules .collections build .mypy_cache .ruff_cache .pytest_cache .coverage
