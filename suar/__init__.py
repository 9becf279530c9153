"""Suar ("beacon"): the records of many agencies joined, so that a person at risk is noticed before departure."""
