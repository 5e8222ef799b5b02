"""What happens to an index if the machine fails at the worst moment: `python -m eval.faults`."""
