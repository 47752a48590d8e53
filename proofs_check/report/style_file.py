r"""``gramchain.sty``: the macros of `theory.notation.MACROS`, one option for each notation, and the theorem environments.

The file stands beside this one, ready to copy; `style_text` is how it was made, and a test holds the two together.
"""

from __future__ import annotations

from importlib.resources import files

from theory.notation import NOTATIONS, Notation, definitions, notation_of

NAME = "gramchain.sty"

_HEAD = r"""% Letters of gramchain's LaTeX, and the environments of its appendices.  Made by proofs_check.report.style_file.
%   \usepackage{gramchain}        our letters
%   \usepackage[seed]{gramchain}  those of Joudaki, Daneshmand and Bach
%   \usepackage[yang]{gramchain}  those of Yang, Pennington, Rao, Sohl-Dickstein and Schoenholz
\NeedsTeXFormat{LaTeX2e}
\ProvidesPackage{gramchain}[2026/01/01 gramchain: letters and environments]
\RequirePackage{amsmath,amssymb,amsthm,graphicx}
\def\gc@notation{ours}"""
_TAIL = r"""% Environments, by what the judge said; a document that defines one of these before keeps its own.
\theoremstyle{plain}
\@ifundefined{gctheorem}{\newtheorem{gctheorem}{Theorem}}{}
\theoremstyle{definition}
\@ifundefined{gcclaim}{\newtheorem{gcclaim}{Claim}}{}
\@ifundefined{gcopen}{\newtheorem{gcopen}{Open claim}}{}
\@ifundefined{gcfalse}{\newtheorem{gcfalse}{False claim}}{}
% What became of a claim that is not proved: no end-of-proof mark.
\newenvironment{gcrecord}[1]{\par\noindent\textit{#1.}\ }{\par\medskip}
% A formula that shrinks to the line where it is too long for it, room for the equation's number left free.
\newsavebox{\gc@box}
\newlength{\gc@room}
\newcommand{\gcfit}[1]{%
  \setlength{\gc@room}{0.86\linewidth}%
  \sbox{\gc@box}{$\displaystyle #1$}%
  \ifdim\wd\gc@box>\gc@room\resizebox{\gc@room}{!}{\usebox{\gc@box}}\else\usebox{\gc@box}\fi}
"""


def style_text() -> str:
    """The style file, from the notations."""
    options = [rf"\DeclareOption{{{name}}}{{\def\gc@notation{{{name}}}}}" for name in NOTATIONS]
    choices = [
        f"\\def\\gc@this{{{name}}}\\ifx\\gc@notation\\gc@this\n{definitions(notation)}\n\\fi"
        for name, notation in NOTATIONS.items()
    ]
    return "\n".join([_HEAD, *options, "\\ProcessOptions\\relax", *choices, _TAIL + "\\endinput\n"])


def style_inside(notation: Notation | str) -> str:
    """The same for a document that must stand alone: lines for its preamble."""
    definition = definitions(notation_of(notation))
    return f"\\usepackage{{amsmath,amssymb,amsthm,graphicx}}\n\\makeatletter\n{definition}\n{_TAIL}\\makeatother\n"


def style_file() -> str:
    """The shipped file."""
    return files("proofs_check.report").joinpath(NAME).read_text(encoding="utf-8")
