"""How what was learned does on what nothing was learned from; each is a command."""
