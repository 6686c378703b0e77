"""G9: an hour of mixed load on the served process. Not part of `make bench`; `make soak`."""
