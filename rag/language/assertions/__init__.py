"""How a text asserts something: for certain or not, as denied, as a cause, as more, as somebody says."""
