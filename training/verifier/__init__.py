"""How the verifier was made: the pairs it learned from, those made by rule, and the training."""
