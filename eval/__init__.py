"""The fixed eval set, its metrics and the command that runs it."""
