"""Signs that an identity was bent: what the sources say of one human or one number, laid side by side. Findings for a human to look at."""
