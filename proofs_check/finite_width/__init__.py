"""Numbers of finite networks that statements speak about, how they are drawn, and what theory predicts of them."""
