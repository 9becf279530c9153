"""What an agency may know of what happened: one file for each door."""
