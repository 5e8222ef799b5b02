"""A database that several processes share: its address, connections and tables.  Start at `store.Store`."""
