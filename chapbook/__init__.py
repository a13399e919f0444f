"""Chapbook: a publication toolchain for advocates (see docs/architecture.md)."""

__version__ = "0.1.0"
