.PHONY: setup demo test test-postgres check evaluate bench docs train lock sbom audit clean

PYTHON ?= $(shell command -v python3.11 || command -v python3.12 || echo python3)
BIN := .venv/bin
CORPUS ?= ../shared/corpus

setup: .venv/ready

.venv/ready: requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 12))' \
	  || { echo "photocheck needs Python 3.11 or 3.12; name one with make PYTHON=/path/to/python3.11"; exit 1; }
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --no-deps --require-hashes -r requirements.lock
	$(BIN)/python -m pip install --quiet --no-deps --no-build-isolation --editable .
	@touch $@

demo: setup  ## check the samples, draw the findings, write a page
	@rm -rf out/demo && mkdir -p out/demo
	@$(BIN)/photocheck check samples --annotate out/demo/annotated || test $$? -eq 1
	@$(BIN)/photocheck check samples --format html > out/demo/report.html || test $$? -eq 1
	@$(BIN)/photocheck prepare samples/phone-original.jpg -o out/demo/prepared.jpg || test $$? -eq 1
	@$(BIN)/photocheck prepare samples/signature-good.jpg -o out/demo/signature.png --profile cn-exit-entry-signature \
	  || test $$? -eq 1
	@$(BIN)/photocheck submission --portrait samples/good.jpg --id-portrait samples/id-portrait.jpg \
	  --id-emblem samples/id-emblem.jpg --signature samples/signature-good.jpg --format html \
	  > out/demo/submission.html || test $$? -eq 1
	@$(BIN)/photocheck batch samples --out out/demo/batch
	@echo
	@echo "Drawn findings: out/demo/annotated/   Page: out/demo/report.html   Prepared: out/demo/prepared.jpg, signature.png"
	@echo "One application: out/demo/submission.html   An archive: out/demo/batch/"

check: setup  ## lint and types
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

test: check  ## lint, types, tests, documentation
	$(BIN)/pytest -n auto
	NO_MKDOCS_2_WARNING=1 $(BIN)/python -m mkdocs build --quiet --site-dir .cache/site

test-postgres: setup  ## the service's tests again, on a PostgreSQL server that they start
	PHOTOCHECK_TEST_POSTGRES=1 $(BIN)/pytest -n auto tests/api --ignore tests/api/test_serving.py \
	  --ignore tests/api/test_workers.py --ignore tests/api/test_jobs.py --ignore tests/api/test_databases.py

docs: setup  ## the site, with a page for every check, in site/
	NO_MKDOCS_2_WARNING=1 $(BIN)/python -m mkdocs build

evaluate: setup  ## docs/evaluation*.md: portraits and handwriting from the labelled images in CORPUS, cards from made ones
	$(BIN)/python -m tests.evaluation.report --corpus $(CORPUS)
	$(BIN)/python -m tests.evaluation.cards --share 0.5
	$(BIN)/python -m tests.evaluation.signatures --corpus $(CORPUS)
	$(BIN)/python -m tests.evaluation.retouch --corpus $(CORPUS) --kept .cache/retouch.jsonl
	$(BIN)/python -m tests.evaluation.head_look --corpus $(CORPUS)

bench: setup  ## milliseconds and memory of one portrait, beside the floor measured in the same run
	$(BIN)/python -m tests.bench.portrait
	$(BIN)/python -m tests.bench.cards
	$(BIN)/python -m tests.bench.archive throughput

TRAIN := out/train
TRAIN_PYTHON ?= $(BIN)/python

train: setup  ## every net of ours, from what is drawn and the pictures in CORPUS; TRAIN_PYTHON needs the extra `train`
	$(BIN)/python -m models.train.pools backgrounds --out $(TRAIN) --count 700 --corpus $(CORPUS)
	$(BIN)/python -m models.train.pools flats --out $(TRAIN) --count 700 --seed 100000
	$(BIN)/python -m models.train.pools others --out $(TRAIN) --count 500 --seed 3
	$(BIN)/python -m models.train.pools captures --out $(TRAIN) --count 1900 --seed 1000
	$(BIN)/python -m models.train.pools scenes --out $(TRAIN) --count 4000 --seed 7
	$(BIN)/python -m models.train.pools looks --out $(TRAIN) --count 6700 --seed 1
	$(TRAIN_PYTHON) -m models.train.locate --pools $(TRAIN) --out models/card-place.onnx --minutes 40
	$(TRAIN_PYTHON) -m models.train.look --pools $(TRAIN) --out models/card-look.onnx --minutes 15
	for part in train validation; do \
	  $(BIN)/python -m models.train.retouch.heads --corpus $(CORPUS) --out $(TRAIN)/retouch/heads --part $$part --rounds 8 || exit 1; \
	done
	$(TRAIN_PYTHON) -m models.train.retouch.shape --heads $(TRAIN)/retouch/heads --out models/retouch-shape.onnx
	$(TRAIN_PYTHON) -m models.train.retouch.train head --seen $(TRAIN)/retouch/heads --out $(TRAIN)/retouch/head.pt --rounds 20
	for part in train validation; do \
	  $(BIN)/python -m models.train.retouch.pools --corpus $(CORPUS) --out $(TRAIN)/retouch/pool --part $$part --draws 8 && \
	  $(BIN)/python -m models.train.retouch.pools --corpus $(CORPUS) --out $(TRAIN)/retouch/pool --part $$part --draws 1 --studio && \
	  $(BIN)/python -m models.train.retouch.seen --pool $(TRAIN)/retouch/pool/$$part --out $(TRAIN)/retouch/seen/$$part || exit 1; \
	done
	$(TRAIN_PYTHON) -m models.train.retouch.fuse --seen $(TRAIN)/retouch/seen --out $(TRAIN)/retouch/fuse.pt --epochs 80
	$(TRAIN_PYTHON) -m models.train.retouch.join --seen $(TRAIN)/retouch/seen --nets $(TRAIN)/retouch --out models
	$(BIN)/python -m models.train.head.pool --corpus $(CORPUS) --out $(TRAIN)/head --part train --count 9000
	$(TRAIN_PYTHON) -m models.train.head.train --pool $(TRAIN)/head --out models/head-look.onnx --minutes 60
	$(BIN)/python -m models.train.inks made --out $(TRAIN) --count 16000
	$(BIN)/python -m models.train.inks real --out $(TRAIN) --count 5000 --corpus $(CORPUS)
	$(TRAIN_PYTHON) -m models.train.ink_look --pools $(TRAIN) --out models/ink-look.onnx --minutes 30

TOOLS := .cache/supply-chain

$(TOOLS)/ready:
	$(PYTHON) -m venv $(TOOLS)
	$(TOOLS)/bin/python -m pip install --quiet cyclonedx-bom pip-audit
	@touch $@

sbom: $(TOOLS)/ready  ## out/sbom.json: everything that requirements.lock installs, as CycloneDX
	@mkdir -p out
	$(TOOLS)/bin/cyclonedx-py requirements --pyproject pyproject.toml --output-file out/sbom.json requirements.lock

audit: $(TOOLS)/ready  ## known vulnerabilities of what requirements.lock installs
	$(TOOLS)/bin/pip-audit --require-hashes --disable-pip --requirement requirements.lock

lock:  ## resolve the newest versions again; needs uv on the PATH
	uv pip compile pyproject.toml --universal --python-version 3.11 --extra api --extra batch --extra heif --extra ray --extra dev \
	  --upgrade --generate-hashes --no-emit-index-url --no-emit-find-links --no-annotate --no-header --output-file requirements.lock
