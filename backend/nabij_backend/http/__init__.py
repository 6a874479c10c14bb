"""What requests and answers share: types, and how large a body may be."""
