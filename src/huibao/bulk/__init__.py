"""A province at once: the rules as a compiled loop over Arrow columns, replays, what-ifs, Spark, synthetic data.

Everything here needs the extra `bulk` (numpy, pyarrow, numba); nothing below this layer does.
"""
