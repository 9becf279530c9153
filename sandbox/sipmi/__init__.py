"""SIPMI, the community app of migrant workers with its panic button, as it might be: DOMAIN A3."""
