"""Side-by-side benchmarks: `suar bench NAME [--people N]` prints a table, then one JSON line with its targets.

Each runs on a PostgreSQL and databases of its own in `build/bench`, never on the running Suar, with full durability.
"""
