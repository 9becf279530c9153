"""Indicators of risk: facts in, raised indicators out, each with evidence, the law's element and what excuses it."""
