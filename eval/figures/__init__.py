"""Figures of what was asked: reckoned, compared, drawn, held to the baseline."""
