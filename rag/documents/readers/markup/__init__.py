"""What the readers of Markdown and HTML are made of."""
