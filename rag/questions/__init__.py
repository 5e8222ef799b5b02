"""What was typed -> a Question, once.  Start at `interpreter.Interpreter`."""
