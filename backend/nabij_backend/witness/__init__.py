"""A witness: a process that cosigns checkpoints of a log while it only grows.

It has no database and knows no person: of each log it keeps the size and the root that it cosigned
last.
"""
