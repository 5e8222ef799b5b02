"""A plain text -> its blocks, by how it is laid out."""
