"""Operators: the supplier's people, who answer customers and prove compliance."""
