# make chat    install, index seeds/ if need be, open the chat
# make test    install, check style, imports and types, run every test
# make fuzz    run the tests of made-up input with thirty times as many examples
# make eval    ask the eval set, print the figures, write eval/results.json and eval/report.html
# make baseline renew eval/baseline.json, which the tests hold the figures to
# make train SETS=FOLDER DATA=FOLDER  train the reader and the verifier and fit the scorers anew, from public data
# make bench SETS=FOLDER [SIZES="1000 10000"]  measure beside LlamaIndex, LangChain, Haystack, txtai and a plain script
# make lock    write hashes.txt anew: what a server needs, each package with the sha256 of its files
# make audit   ask PyPI whether a hole is known in one of them
# make sbom    write sbom.json, every package of .venv with its version and licence, as CycloneDX
# make screenshots  take the pictures in docs/ anew

PYTHON ?= python3
PIP = .venv/bin/python -m pip install --quiet --disable-pip-version-check -c constraints.txt
RAG = .venv/bin/rag
# What is compiled is kept, even where the environment says otherwise: the tests start many processes.
PYTEST = PYTHONDONTWRITEBYTECODE= .venv/bin/pytest -n 2 --dist loadfile

.PHONY: chat test fuzz index eval baseline train bench lock audit sbom screenshots browser clean

chat: index
	@.venv/bin/python app.py

index: .venv/installed
	@$(RAG) index seeds

test: .venv/installed-test browser index
	.venv/bin/ruff check .
	.venv/bin/ruff format --check .
	.venv/bin/lint-imports --no-cache --no-logo
	.venv/bin/mypy
	$(PYTEST)

fuzz: .venv/installed-test index
	$(PYTEST) -m hypothesis --hypothesis-profile thorough

eval: index
	@$(RAG) eval --out eval/results.json --report eval/report.html

baseline: index
	@$(RAG) eval --baseline eval/baseline.json

train: index
	@[ -d "$(SETS)" ] && [ -d "$(DATA)" ] || { \
	  echo "make train SETS=FOLDER DATA=FOLDER: the public test sets and the training data, see eval/README.md"; exit 2; }
	.venv/bin/python -m training.headers
	.venv/bin/python -m training.forms
	.venv/bin/python -m training.intents "$(DATA)"
	.venv/bin/python -m training.needed_terms "$(DATA)"
	.venv/bin/python -m training.reader "$(SETS)" "$(DATA)"
	.venv/bin/python -m training.verifier "$(DATA)"
	.venv/bin/python -m training.scorer "$(SETS)"

# Installs the other tools into environments of their own, below the cache folder of the user.
bench: .venv/installed
	@[ -d "$(SETS)/squad2" ] || { echo "make bench SETS=FOLDER: the public test sets, see eval/README.md"; exit 2; }
	.venv/bin/python -m eval.bench.peers "$(SETS)/squad2" $(if $(SIZES),--sizes $(SIZES))

# With the extras of a server that stands in an office; --universal is for every system and version of Python.
lock: .venv/tools/installed
	.venv/tools/bin/uv pip compile pyproject.toml --extra postgres --extra telemetry -c constraints.txt \
	  --universal --python-version 3.11 --generate-hashes --no-header --no-annotate --quiet -o hashes.txt

audit: .venv/tools/installed
	.venv/tools/bin/pip-audit --require-hashes --disable-pip -r hashes.txt

sbom: .venv/tools/installed
	.venv/tools/bin/cyclonedx-py environment .venv --output-file sbom.json

screenshots: .venv/installed-test browser index
	.venv/bin/python docs/screenshots.py

# The browser tests need Chromium; Debian has it as a package.
browser:
	@command -v chromium >/dev/null || command -v google-chrome >/dev/null || { \
	  [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null \
	  && echo "installing chromium for the browser tests" \
	  && apt-get update -qq && apt-get install -qq -y --no-install-recommends chromium >/dev/null; } \
	|| echo "no chromium: the browser tests will be skipped; install it with: sudo apt-get install chromium"

.venv/installed: pyproject.toml constraints.txt
	@echo "installing into .venv (a few minutes the first time)"
	@[ -x .venv/bin/python ] || $(PYTHON) -m venv .venv
	@$(PIP) -e .
	@touch $@

.venv/installed-test: .venv/installed
	@echo "installing what the tests need"
	@$(PIP) -e '.[test]'
	@touch $@

.venv/tools/installed: .venv/installed
	@$(PYTHON) -m venv .venv/tools
	@.venv/tools/bin/python -m pip install --quiet --disable-pip-version-check \
	  cyclonedx-bom==7.5.0 pip-audit==2.10.1 uv==0.13.9
	@touch $@

clean:
	rm -rf .venv build *.egg-info index/generation-* index/building-* index/CURRENT index/.lock
