"""What is on disk and in memory to be searched.  Start at `build.build_index` and `store.open_index`."""
