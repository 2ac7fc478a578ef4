# Two commands are all the set-up there is: `make run` and `make test`.
PORT ?= 8501
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
export OMP_NUM_THREADS ?= 1
# Tests start many processes: what one of them compiled, the next one loads, whatever the shell asks for.
export PYTHONDONTWRITEBYTECODE :=
# Checks of every shape double the time that training takes: the tests of single functions have them, those that train long don't.
UNCHECKED := --jaxtyping-packages=

.PHONY: run test check bench pictures screenshots clean

run: $(VENV)/.app
	$(BIN)/streamlit run server.py --server.port $(PORT)

test: $(VENV)/.dev
	@scripts/find_chromium.sh
	$(BIN)/python -m pytest tests -m "not browser and not long" -n 2 --dist loadscope -rs --durations 8
	$(BIN)/python -m pytest tests -m long $(UNCHECKED) -n 2 --dist loadscope -rs --durations 8
	$(BIN)/python -m pytest tests/e2e -m browser $(UNCHECKED) -n 3 --dist loadfile --reruns 2 --tb short -rsR --durations 8

check: $(VENV)/.dev
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports

bench: $(VENV)/.dev
	$(BIN)/python -m benchmarks

pictures: $(VENV)/.dev
	$(BIN)/python -m scripts.draw_presets

screenshots: $(VENV)/.dev
	$(BIN)/python -m scripts.take_screenshots

clean:
	rm -rf $(VENV)

$(VENV)/.app: requirements.txt
	$(PYTHON) -c 'import sys; sys.exit("Python 3.11 or later is needed, this is " + sys.version.split()[0] if sys.version_info < (3, 11) else 0)'
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements.txt
	touch $@

$(VENV)/.dev: $(VENV)/.app requirements-dev.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements-dev.txt
	touch $@
