"""Buurtstroom: an example of an app that embeds Nabij, in Dutch and English."""
