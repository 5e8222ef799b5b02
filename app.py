"""The web chat from a checkout: ``python app.py [FOLDER]`` is ``rag serve [FOLDER]``."""

import os
import signal
import sys

if __name__ == "__main__":
    for ending in (signal.SIGINT, signal.SIGTERM):  # before the slow imports: they end quietly too
        signal.signal(ending, lambda number, _: os._exit(128 + number))
    from rag.cli.main import main

    sys.exit(main(["serve", *sys.argv[1:]]))
