"""Peduli WNI, the Foreign Ministry's service for citizens abroad, as it might be: DOMAIN A5."""
