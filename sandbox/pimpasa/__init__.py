"""The gateway of the phones of Pimpasa officers in the villages, as it might be: DOMAIN A8."""
