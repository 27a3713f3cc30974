# One vocabulary for people and machines. `make demo` and `make test` each work alone on a fresh
# checkout: they make the virtual environment and install what the lock file names.
PYTHON ?= python3
VENV   ?= .venv
BIN    := $(VENV)/bin
CORPUS ?= $(HOME)/.cache/reelprint-corpus

.PHONY: help demo test test-long test-training check lint format golden bench bench-full lock clean train-audio train-video

help:
	@echo "make demo     register real works, find hostile copies; lead a case against a pirate site"
	@echo "make test     run the tests"
	@echo "make test-long  run those that take long: a cluster of which nodes are killed, power cuts"
	@echo "make test-training  run the miniatures of training, where PyTorch is installed"
	@echo "make check    format, lint, types, import contract, tests and docs"
	@echo "make format   let ruff put the code in order"
	@echo "make golden   write the golden vectors anew (a scheme's output must never change)"
	@echo "make bench    hold recall, E-values, size and cost against the baseline, on the shipped works"
	@echo "make bench-full  measure all that on CORPUS=$(CORPUS), with other systems: hours"
	@echo "make train-audio  fetch open sounds and train audio-learned-1 on them, on one thread: an hour or two"
	@echo "make train-video  fetch open pictures and train video-learned-1 on them, on one thread: a quarter of an hour"
	@echo "make lock     resolve the dependencies anew into requirements.lock"

demo: $(VENV)/.ready
	$(BIN)/reelprint demo
	$(BIN)/reelprint demo case

test: $(VENV)/.ready
	$(BIN)/pytest -n 2 --dist loadfile --no-loadscope-reorder

test-long: $(VENV)/.ready
	$(BIN)/pytest -m long -n 2 --dist loadfile

test-training: $(VENV)/.ready
	$(BIN)/pytest -m long tests/training

check: lint test test-long

lint: $(VENV)/.ready
	$(BIN)/ruff format --check --no-cache
	$(BIN)/ruff check --no-cache
	$(BIN)/mypy
	$(BIN)/lint-imports

format: $(VENV)/.ready
	$(BIN)/ruff format
	$(BIN)/ruff check --fix

golden: $(VENV)/.ready
	$(BIN)/python -m fingerprint.conformance --write

bench: $(VENV)/.ready
	$(BIN)/python -m benchmarks guard --json bench.json \
	  $(if $(KEY),--key $(KEY)) $(if $(CARD),--card $(CARD))

bench-full: $(VENV)/.ready
	$(BIN)/python -m benchmarks recall --corpus $(CORPUS) --json bench-recall.json
	$(BIN)/python -m benchmarks audio --corpus $(CORPUS) --json bench-audio.json
	$(BIN)/python -m benchmarks video --corpus $(CORPUS) --json bench-video.json
	$(BIN)/python -m benchmarks senses --corpus $(CORPUS) --json bench-senses.json
	$(BIN)/python -m benchmarks audio-cost --corpus $(CORPUS) --json bench-audio-cost.json
	$(BIN)/python -m benchmarks video-cost --corpus $(CORPUS) --json bench-video-cost.json
	$(BIN)/python -m benchmarks index --growth --corpus $(CORPUS) --json bench-index.json
	$(BIN)/python -m benchmarks speed --corpus $(CORPUS) --json bench-speed.json

# PyTorch is for training alone: the build without graphics cards, of the version that was trained with.
train-audio: $(VENV)/.ready
	$(BIN)/pip install --quiet torch==2.13.0
	$(BIN)/python -m training fetch --kind music --kind speech --kind noise
	$(BIN)/python -m training overlap --corpus $(CORPUS)
	$(BIN)/python -m training heard --corpus $(CORPUS)
	OMP_NUM_THREADS=1 $(BIN)/python -m training audio

train-video: $(VENV)/.ready
	$(BIN)/pip install --quiet torch==2.13.0
	$(BIN)/python -m training fetch --kind picture --kind drawing
	$(BIN)/python -m training overlap --corpus $(CORPUS)
	OMP_NUM_THREADS=1 $(BIN)/python -m training video

lock: $(VENV)/.ready
	$(BIN)/pip install --quiet uv
	$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --no-emit-index-url \
	  --no-header --extra dev pyproject.toml --output-file requirements.lock

clean:
	rm -rf $(VENV) demo-output

$(VENV)/.ready: requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))' || \
	  { echo "Reelprint needs Python 3.11 to 3.13: make PYTHON=/path/to/python3.12 ..."; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' || \
	  { echo "Python's venv module is missing: on Debian, apt-get install python3-venv"; exit 1; }
	$(PYTHON) -m venv $(VENV)
	$(BIN)/pip install --quiet --disable-pip-version-check --requirement requirements.lock
	$(BIN)/pip install --quiet --disable-pip-version-check --no-deps --editable .
	@touch $@
