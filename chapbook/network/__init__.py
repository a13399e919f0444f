"""The only code that asks the network, and only when a person says so: `chapbook sources`.

No build, check or verify imports it; tests/test_architecture.py holds that.
"""
