"""Entry point for hypothesis: ``st.from_type(Network)`` and ``st.from_type(Activation)`` work once the package is installed."""

from __future__ import annotations


def register() -> None:
    """Called by hypothesis when it is imported; the strategies themselves load when they are drawn from."""
    from hypothesis import strategies as st

    from theory.activations.base import Activation
    from theory.network import Network

    def networks(kind: type) -> st.SearchStrategy[Network]:
        from proofs_check.strategies import networks

        return networks()

    def activations(kind: type) -> st.SearchStrategy[Activation]:
        from proofs_check.strategies import activations

        return activations()

    st.register_type_strategy(Network, networks)
    st.register_type_strategy(Activation, activations)
