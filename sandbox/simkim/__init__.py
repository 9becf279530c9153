"""SIMKIM, the immigration management system, as it might be: DOMAIN A1."""
