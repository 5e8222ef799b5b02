"""Files of every format, made by the libraries that write them, and questions of what they say and where.

python -m eval.formats [--all] [--show] [--keep FOLDER]
"""
