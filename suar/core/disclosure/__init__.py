"""What agreements give to whom: Cedar decides it from the adopted policy, with the agreements as data (decision 0042)."""
