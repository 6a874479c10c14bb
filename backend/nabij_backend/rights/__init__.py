"""What a person may ask for: to see everything, to have it erased, to object, to know who looks."""
