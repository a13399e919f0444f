"""The battery: 90 faults and bad inputs, each with what must happen.

A row is a function named after its number (`row_01_undefined_footnote`) in the module of its
group. `pytest tests/test_battery.py` runs the quick ones; `python -m tests.battery` runs all
and prints how many passed, with the numbers of a release.
"""
