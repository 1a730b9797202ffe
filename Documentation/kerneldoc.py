# SPDX-License-Identifier: GPL-2.0
"""The directive kernel-doc: comments of the code in a document.

    .. kernel-doc:: core/slot.c
       :export:

Takes the comments of a file as the kernel's own scripts/kernel-doc renders
them, with :export: only those of exported functions. The path is from the root
of the repository. Where the script is stands in the environment, KERNELDOC;
what it warns about is a warning of Sphinx, too.
"""

import os
import subprocess

import sphinx
from docutils import nodes
from docutils.parsers.rst import directives
from docutils.statemachine import StringList
from sphinx.errors import ExtensionError
from sphinx.util import logging
from sphinx.util.docutils import SphinxDirective, switch_source_input
from sphinx.util.nodes import nested_parse_with_titles

logger = logging.getLogger(__name__)

TOP = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))


def render(path, options):
    """Calls scripts/kernel-doc; returns reST and what it said."""
    script = os.environ.get("KERNELDOC")
    if not script:
        raise ExtensionError("KERNELDOC is not set: use make docs")
    done = subprocess.run(
        ["perl", script, "-rst", "-sphinx-version", sphinx.__version__,
         *options, path],
        cwd=TOP, capture_output=True, text=True, timeout=60, check=False)
    if done.returncode:
        raise ExtensionError(f"kernel-doc {path}: exit status "
                             f"{done.returncode}: {done.stderr}")
    return done.stdout, done.stderr


class KernelDoc(SphinxDirective):
    """See above."""

    required_arguments = 1
    option_spec = {"export": directives.flag}
    has_content = False

    def run(self):
        path = self.arguments[0]
        self.env.note_dependency(os.path.join(TOP, path))
        text, said = render(path, ["-export"] if "export" in self.options
                            else [])
        for line in said.splitlines():
            logger.warning("%s", line, location=self.get_location())
        if not text.strip():
            logger.warning("kernel-doc: nothing in %s", path,
                           location=self.get_location())
        node = nodes.section()
        lines = StringList(text.splitlines(), path)
        with switch_source_input(self.state, lines):
            nested_parse_with_titles(self.state, lines, node)
        return node.children


def setup(app):
    """What Sphinx calls."""
    app.add_directive("kernel-doc", KernelDoc)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
