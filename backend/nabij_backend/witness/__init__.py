"""A witness: a small process of somebody else, which cosigns what a log shows while it only grows.

It has no database and knows no person: of each log it keeps the size and the root that it cosigned
last.
"""
