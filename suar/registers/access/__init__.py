"""The only way a page gets a row of the registers."""
