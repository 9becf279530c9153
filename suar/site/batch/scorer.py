"""The scorer of the batch: the same weights as the desk, to the millibit. The one place that names where it comes from."""

from suar.site.batch.scores import ASK, CANNOT_TELL, JOIN, NEW, Encoded, encode, score, verdicts_of

__all__ = ["ASK", "CANNOT_TELL", "JOIN", "NEW", "Encoded", "encode", "score", "verdicts_of"]
