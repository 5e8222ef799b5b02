"""The bytes of a file -> its text and what it says of its source; one file a family of formats."""
