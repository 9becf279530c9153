"""`suar bench match`: the identity engine beside its peers, in one run, on people from a generator of its own.

The generator, its noise and the oracle that knows both (`words`, `people`, `noise`, `questions`, `oracle`) import
nothing of `sandbox` and nothing of `suar`: what is measured has no part in making what it is measured on.
"""
