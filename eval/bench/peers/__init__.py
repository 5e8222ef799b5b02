"""Footnote beside its peers, on the same model and machine in one run.  Start at `__main__`."""
