"""The scorer's weights: its evidence for questions gathered (`cases`), and weighed (`fit`)."""
