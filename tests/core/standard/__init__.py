"""The standard: its tables, its readers, its pages."""
