"""The part that thinks: values in, values out. No Django, no I/O, no clock, no settings."""
