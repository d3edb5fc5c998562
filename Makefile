# Clause. `make` alone says what there is.
PYTHON ?= python3
PORT ?= 5000
VENV := .venv
BIN := $(VENV)/bin
export CLAUSE_DEMO_PASSWORD ?= clause-demo-2026

.DEFAULT_GOAL := help
.PHONY: help run test office check fix demo migration clean

help:  ## Dit ce qu'on peut faire
	@grep -E '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/^([a-z]+):.*## /  make \1\t/' | expand -t 20

# The links of invitations lead to the port that is served.
run: export CLAUSE_BASE_URL ?= http://127.0.0.1:$(PORT)
run: $(VENV)/run.stamp  ## Installe, prépare la base, charge la démonstration si elle est vide, sert le site (PORT=5000)
	@$(BIN)/clause init
	@$(BIN)/clause demo --if-empty
	@exec $(BIN)/clause serve --port $(PORT) --with-worker

test: $(VENV)/test.stamp  ## Installe ce qu'il faut aux tests et les passe
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/lint-imports
	$(BIN)/mypy
	$(BIN)/pytest -n auto --dist loadgroup

office: $(VENV)/test.stamp  ## Ouvre les classeurs de la démonstration dans LibreOffice et les recalcule
	@CLAUSE_TEST_REQUIRE=office $(BIN)/pytest tests/office

check: $(VENV)/test.stamp  ## Style, types et sens des imports, sans les tests
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/lint-imports
	$(BIN)/mypy

fix: $(VENV)/test.stamp  ## Met le code au format
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

demo: $(VENV)/run.stamp  ## Charge la démonstration dans une base vide
	@$(BIN)/clause init
	@$(BIN)/clause demo

migration: $(VENV)/run.stamp  ## Écrit une migration : make migration name=ce_qu_elle_ajoute
	@$(BIN)/python -m migrations.write "$(name)"

bench: $(VENV)/test.stamp  ## Mesure la France de 2016 sur SQLite et PostgreSQL (des heures la première fois ; ARGS="--quick --engine sqlite")
	$(BIN)/python -m bench $(ARGS)

clean:  ## Efface l'environnement Python (pas les données de var/)
	rm -rf $(VENV)

$(VENV)/run.stamp: requirements.txt pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Clause demande Python 3.11 ou plus récent.")'
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $@

$(VENV)/test.stamp: $(VENV)/run.stamp requirements-test.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements-test.txt
	@touch $@
