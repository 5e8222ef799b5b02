"""What is learned from: questions beside texts, public ones and those about folders."""
