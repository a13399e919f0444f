"""Tests make every book anew: the store is tested by itself."""

import os

os.environ["CHAPBOOK_CACHE"] = ""
