"""One file a tool, each with the same three functions, run by `eval/bench/peers/worker.py` where the tool is.

`load(model, hybrid)` imports the tool and loads the model in that folder; `build(loaded, texts, store)`
indexes ``[(id, title, text)]`` and saves the index in the folder `store`; `open_store(loaded, store)` gives
the function ``(question, k) -> ids``, best first, over what was saved.  What is not set there is as the tool
has it by itself.  Every tool is given title and text, joined by a line break where it has no place for a
title.
"""
