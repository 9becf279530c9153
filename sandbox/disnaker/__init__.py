"""The recommendation letters of the kabupaten's manpower offices, as they might be kept: DOMAIN A9."""
