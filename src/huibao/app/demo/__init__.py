"""The demonstration: a Shandong county's year and a Hunan county's coverage, on made-up people and the real software.

Every amount shown comes out of the same use cases an office would call; only people, rosters, bills and contract
values are made up, and say so. `folder.prepare` makes the place, `run.run_demo` plays both acts.
"""
