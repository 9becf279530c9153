"""The lawyers' table, docs/law: what it is made of, and how it is written. The command is `suar/site/terminal/law.py`."""
