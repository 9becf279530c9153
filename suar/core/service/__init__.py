"""What a traveller may expect of a checkpoint: its standard, its procedure, and that nobody passes it unseen."""
