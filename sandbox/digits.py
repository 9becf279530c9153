"""Numbers of two digits, written out once: moments and days are formatted a million times while history is told."""

TWO = tuple(f"{number:02d}" for number in range(100))
