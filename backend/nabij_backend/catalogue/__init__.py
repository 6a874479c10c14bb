"""The catalogue that everybody downloads alike: its versions and its files."""
