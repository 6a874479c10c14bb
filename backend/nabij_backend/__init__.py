"""The Nabij service: consent, reports and the sources near a square. Begin with ``app``."""
