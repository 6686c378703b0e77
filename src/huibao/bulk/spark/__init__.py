"""The rules on a province's own Spark cluster: one thin adapter about `bulk.stream`, and the oracle in Spark SQL.

`settle_frame` is for programs; `python -m huibao.bulk.spark`, or `spark-submit` with this folder's `__main__.py`, is for
operators. Nothing of the rules is here: Spark divides the claims by person and carries Arrow batches, no more.
"""
