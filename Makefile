.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
PYTHON ?= python3
VENV ?= .venv
BIN := $(VENV)/bin
INSTALLED := $(VENV)/.installed
READY := $(VENV)/.ready

.PHONY: $(shell sed -nE 's/^([a-z-]+):.*## .*/\1/p' $(MAKEFILE_LIST))

help: ## List what can be made
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 16

setup: $(READY) ## Create .venv from requirements.lock

nightly: $(READY) ## Ingest tonight's documents of the catalogue in samples/
	@$(BIN)/yusuan nightly

test: $(READY) ## Run the tests
	@$(BIN)/pytest

lint: $(READY) ## Check style, types and the layer rule
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports

format: $(READY) ## Sort imports and mend what ruff can mend
	$(BIN)/ruff check --fix .

lock: $(READY) ## Resolve the dependencies anew
	$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-emit-find-links \
		--no-annotate --no-header --extra dev --upgrade --output-file requirements.lock pyproject.toml

docs: $(READY) ## Write the generated pages of docs/ anew
	$(BIN)/python docs/generate.py

cookbook: $(READY) ## Write docs/cookbook.md anew: a night on the samples answers its questions
	data=$$(mktemp -d) && trap 'rm -rf "$$data"' EXIT && $(BIN)/yusuan nightly --catalogue samples/catalogue --data "$$data" && \
		$(BIN)/python docs/generate.py "$$data/published/yusuan.duckdb"

pictures: $(READY) ## Take the pictures of the page in docs/ anew, of a night on the samples; needs Chromium
	data=$$(mktemp -d) && trap 'rm -rf "$$data"' EXIT && $(BIN)/yusuan nightly --catalogue samples/catalogue --data "$$data" && \
		$(BIN)/python docs/take_pictures.py "$$data"

bench-tasks: $(READY) ## Mapped tasks over a process pool against Prefect's ProcessPoolTaskRunner
	$(BIN)/python benchmarks/bench_tasks.py

bench-runner: $(READY) ## DOCUMENTS=1000 read over a Dask cluster of two workers against the processes of this machine
	$(BIN)/python benchmarks/bench_runner.py --documents $(or $(DOCUMENTS),1000)

bench-start: $(READY) ## Start-up of the commands against `import pandas`
	$(BIN)/python benchmarks/bench_start.py

fuzz: $(READY) ## 20,000 mutated documents of every format through the readers
	$(BIN)/python fuzz/fuzz_readers.py samples

nights: $(READY) ## Thirty nights over sites that change, and what each audience hears of them: writes docs/alerts.md
	$(BIN)/python -m fuzz.thirty_nights --output docs/alerts.md

crash: $(READY) ## 60 nights killed in every stage and way, against a night without kills (KILLS=6: fewer; STORE=ducklake:sqlite, ducklake:postgres; SEED=1)
	$(BIN)/python fuzz/crash_nights.py --kills $(or $(KILLS),60) --store $(or $(STORE),file) --seed $(or $(SEED),0)

crash-server: $(READY) ## 8 scheduled nights whose Prefect server, its PostgreSQL, that of DuckLake, or all with the night are killed (KILLS=4)
	$(BIN)/python fuzz/crash_servers.py --kills $(or $(KILLS),8) --seed $(or $(SEED),0)

crash-pull: $(READY) ## 20 kills over 1,000 downloads: nothing is lost, nothing that is stored is asked again
	$(BIN)/python fuzz/crash_pulls.py --kills $(or $(KILLS),20)

bench-read: $(READY) ## Reading documents against pdfplumber, PDFium, openpyxl and pandas
	$(BIN)/python benchmarks/bench_read.py

bench-formats: $(READY) ## Invented booklets in every format: whether they give the same records (BOOKLETS=60)
	$(BIN)/python benchmarks/bench_formats.py --booklets $(or $(BOOKLETS),60)

bench-words: $(READY) ## Reading with words missing, in CASES=folders of documents with truth: DRAWS draws for each share
	$(BIN)/python benchmarks/bench_words.py --draws $(or $(DRAWS),20) $(CASES)

bench-mutations: $(READY) ## Right documents broken in 65 ways, in CASES=folders of documents with truth: what the rules tell of it
	$(BIN)/python benchmarks/bench_mutations.py $(CASES)

bench-quality: $(READY) ## Validating 200,000 projects and 950,000 targets in a batch against the same checks in vectorised pandas
	$(BIN)/python benchmarks/bench_quality.py

bench-night: $(READY) ## A first night of 1,000 documents against reading them and starting, and one over 5,000 sources with nothing new
	$(BIN)/python benchmarks/bench_night.py

bench-pull: $(READY) ## A night of 2,000 sources on 200 hosts where nothing, then 1 %, changed, against bare conditional requests
	$(BIN)/python benchmarks/bench_pull.py

bench-warehouse: $(READY) ## A made national year at SCALE=0.02 of it: questions, load, checks and publishing, as ratios; STORE=ducklake:sqlite
	$(BIN)/python benchmarks/bench_warehouse.py --scale $(or $(SCALE),0.02) $(if $(STORE),--store "$(STORE)")

bench-page: $(READY) ## The page at 20 requests at once, over DATA=folder of a night, ROUNDS=5: bytes over the wire, p50 and p95
	$(BIN)/python benchmarks/bench_page.py $(or $(DATA),data) $(or $(ROUNDS),5)

scale: $(READY) ## Machines, hours and storage for a district, a province and the country, from measured figures: writes docs/scale.md
	$(BIN)/python benchmarks/scale.py

clean: ## Remove the warehouse, the archive and everything else that `make nightly` made
	rm -rf data

$(READY): $(INSTALLED) transforms/readers/pdf/kernel.c
	@$(BIN)/python -m flows.compiling || echo "PDF kernel: not compiled; PDFs are read without it, more slowly"
	@$(BIN)/python -m compileall -q alerts cli expectations flows issues language portal sources transforms warehouse *.py
	@touch $(READY)

$(INSTALLED): requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || { \
		echo "Yusuan needs Python 3.11 or newer as '$(PYTHON)' (Debian 12 or newer: apt install python3). Another one: make PYTHON=/path/to/python3.12 setup"; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || { \
		echo "Python's venv module is missing. On Debian: apt install python3-venv"; exit 1; }
	@echo "Setting up $(VENV) (once; a minute or two)"
	@$(PYTHON) -m venv --clear $(VENV)
	@sed -n '/^uv==/,/[^\\]$$/p' requirements.lock > $(VENV)/uv.lock
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --require-hashes --requirement $(VENV)/uv.lock
	@$(BIN)/uv pip sync --quiet --python $(BIN)/python --require-hashes --compile-bytecode requirements.lock
	@$(BIN)/uv pip install --quiet --python $(BIN)/python --no-deps --no-build-isolation --editable .
	@touch $(INSTALLED)
