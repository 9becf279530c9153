"""Running everything embedded: `suar up`, `down` and `doctor`, and the servers they start. docs/howto/run.md says how
to use it.
"""
