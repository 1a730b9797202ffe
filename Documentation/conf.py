# SPDX-License-Identifier: GPL-2.0
"""Sphinx configuration; "make docs" builds build/docs/html with it."""

import os
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

project = "ib-client-data"
extensions = ["kerneldoc"]
source_suffix = ".rst"
root_doc = "index"
primary_domain = "c"
highlight_language = "none"
exclude_patterns = ["__pycache__"]

html_theme = "alabaster"
html_show_copyright = False
html_show_sphinx = False
html_copy_source = False
html_sidebars = {"**": ["about.html", "globaltoc.html", "searchbox.html"]}
