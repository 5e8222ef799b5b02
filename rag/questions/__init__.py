"""What was typed -> a Question, made once.  Start at `interpreter.Interpreter`."""
