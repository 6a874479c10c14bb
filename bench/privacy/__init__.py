"""What anchored coarsening tells and does not tell, replayed over traces."""
