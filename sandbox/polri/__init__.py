"""Polri's TPPO desk, as it might be: signed CSV files dropped once a day on an SFTP server. DOMAIN A6."""
