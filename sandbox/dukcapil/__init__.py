"""Dukcapil's verification service, as it might be: DOMAIN A4, the second of the two styles. It answers, never lists."""
