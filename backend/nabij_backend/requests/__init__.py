"""Requests: what customers ask outside the app, by mail or by telephone."""
