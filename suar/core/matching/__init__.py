"""Which descriptions to compare (keys), and what the comparison says (explain)."""
