"""What was typed -> a Question, once."""
