"""Tests of the whole workspace; the folders mirror the code."""
