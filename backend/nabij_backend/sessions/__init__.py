"""Who is signed in on the page."""
