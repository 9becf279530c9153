"""What the machine suggests to the officer, and when a decision departs from it. It never refuses anybody."""
