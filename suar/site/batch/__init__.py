"""Batch linkage: two files, one file, or the whole register, in parts that a killed run goes on from.

`people` reads a file, `parts` makes each part's rows, `scores` weighs pairs, `work` keeps what is done, `linking` and
`resolving` are the two commands.
"""
