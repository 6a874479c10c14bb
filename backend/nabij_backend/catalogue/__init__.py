"""The catalogue: its versions and files, the same for everybody."""
