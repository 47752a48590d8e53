"""The documentation site: Sphinx with MyST, readable without a network; mathematics is MathML, so it needs no JavaScript.

Build it with ``sphinx-build -W docs docs/_build/html`` (needs ``pip install -e '.[docs]'``).
"""

import sys
from importlib.metadata import version as installed
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent / "_ext"))

project = "gramchain"
author = "The gramchain developers"
copyright = author
version = release = installed("gramchain")

extensions = [
    "myst_parser",
    "sphinx.ext.autodoc",
    "sphinx.ext.napoleon",
    "mathml_math",
    "docstrings",
    "generated_pages",
    "our_pages",
]
source_suffix = {".md": "markdown"}
exclude_patterns = ["_build", "_ext", "certificates"]
myst_enable_extensions = ["dollarmath", "amsmath", "deflist"]
myst_heading_anchors = 3
math_numfig = False

html_theme = "furo"
html_title = "gramchain"
html_static_path = ["_static"]
html_css_files = ["gramchain.css"]
html_math_renderer = "mathml"
html_copy_source = False
html_show_sourcelink = False
pygments_style = "friendly"
pygments_dark_style = "monokai"

autodoc_member_order = "bysource"
autodoc_typehints = "none"
autodoc_default_options = {"members": True}
napoleon_google_docstring = True
napoleon_numpy_docstring = False
default_role = "code"
