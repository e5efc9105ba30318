"""Benchmarks: this library beside its peers and beside code written by hand, in one run.

`make bench` runs them all. Nobody is timed before his verdicts were compared with the engine's, in
exact decimals: fast and wrong does not count.
"""
