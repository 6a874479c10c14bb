"""The consent log: a place for every act's leaf, signed heads of the tree, and proofs."""
