"""Requests of customers outside the app, by mail or telephone."""
