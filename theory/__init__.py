"""What is true on paper: the mean-field theory of deep random networks, as sympy expressions."""
