"""What officers do to entries, and what the clock does: each a new fact, none ever taken back by deleting."""
