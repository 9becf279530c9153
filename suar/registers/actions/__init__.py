"""What is done in the registers, one verb a file."""
