"""Simfoni PPA, the services to victims and witnesses, as it might be exported: DOMAIN A7. Protection records throughout."""
