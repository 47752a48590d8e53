"""The fused kernel, compiled by numba where that is installed; only the modules of this package import it."""
