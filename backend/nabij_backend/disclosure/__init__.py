"""Coordinated disclosure: reports of vulnerabilities, by finders who stay anonymous."""
