"""Status: what devices report under a live grant, and nothing else."""
