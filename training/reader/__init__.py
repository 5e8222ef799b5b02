"""The reader: its `network`, what it is trained on, by which `losses`, and how it does (`held_out`)."""
