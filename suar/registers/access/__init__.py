"""The doors of the registers."""
