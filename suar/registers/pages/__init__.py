"""The pages of the registers' officers."""
