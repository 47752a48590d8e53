"""Finite-width networks as a Markov chain of Gram matrices. Imports numpy and the standard library only."""
