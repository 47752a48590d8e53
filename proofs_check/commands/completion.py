"""A script that lets your shell complete gramchain's commands, options, activations and claims.

It is made from the commands themselves, so it knows what they know; run it again after an update.
"""

from __future__ import annotations

import argparse
from dataclasses import dataclass

EXAMPLES = """\
examples:
  source <(gramchain completion bash)                      this shell; put the line into ~/.bashrc for all
  source <(gramchain completion zsh)                       after compinit, in ~/.zshrc
  gramchain completion fish > ~/.config/fish/completions/gramchain.fish
"""
SHELLS = ("bash", "zsh", "fish")


@dataclass(frozen=True)
class Command:
    """What a shell may offer after a command.

    Args:
        name: the command; empty for gramchain itself.
        summary: one line.
        words: names that may stand as arguments (activations, claims, commands).
        options: each with its help; those in `choices` take one of some words, those in `files` a file.
    """

    name: str
    summary: str
    words: tuple[str, ...]
    options: dict[str, str]
    choices: dict[str, tuple[str, ...]]
    files: tuple[str, ...]


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("shell", choices=SHELLS, help="which shell")


def run(options: argparse.Namespace) -> int:
    from proofs_check.commands.output import print_json

    script = {"bash": bash, "zsh": zsh, "fish": fish}[options.shell](commands())
    if options.json:
        print_json({"script": script})
    else:
        print(script, end="")
    return 0


def commands() -> list[Command]:
    """Every command, read off the parser."""
    from proofs_check import ledger
    from proofs_check.cli import build_parser
    from proofs_check.commands import COMMANDS
    from theory import activations

    acts, claims = tuple(activations.names()), tuple(ledger.names())
    words = {"verify": claims, "latex": ("analyze", *claims, *acts), "completion": SHELLS}
    words |= dict.fromkeys(("analyze", "dual", "simulate"), acts)
    parser = build_parser()
    found = [_read(parser, "", "", tuple(COMMANDS))]
    for action in parser._actions:
        if isinstance(action, argparse._SubParsersAction):
            found += [_read(sub, name, COMMANDS[name], words.get(name, ())) for name, sub in action.choices.items()]
    return found


def _read(parser: argparse.ArgumentParser, name: str, summary: str, words: tuple[str, ...]) -> Command:
    options, choices, files = {}, {}, []
    for action in parser._actions:
        for flag in action.option_strings:
            options[flag] = " ".join((action.help or "").replace("%%", "%").split())
            if action.choices is not None:
                choices[flag] = tuple(map(str, action.choices))
            elif isinstance(action.metavar, str) and action.metavar.startswith(("FILE", "DIR")):
                files.append(flag)
    return Command(name, summary, words, options, choices, tuple(files))


def bash(found: list[Command]) -> str:
    """The script for bash."""
    cases = []
    for command in found:
        values = [f"            {flag}) words='{' '.join(values)}' ;;" for flag, values in command.choices.items()]
        values += [f"            {flag}) files=yes ;;" for flag in command.files]
        picked = (
            ("        case $before in\n" + "\n".join(values) + "\n            *) plain=yes ;;\n        esac")
            if values
            else "        plain=yes"
        )
        offered = f"        [[ -n $plain ]] && words='{' '.join((*command.words, *command.options))}'"
        name = command.name or "''"
        cases.append(f"    {name})\n{picked}\n{offered}\n        ;;")
    names = "|".join(command.name for command in found if command.name)
    body = "\n".join(cases)
    return f"""\
# bash completion of gramchain
_gramchain() {{
    local here=${{COMP_WORDS[COMP_CWORD]}} before=${{COMP_WORDS[COMP_CWORD-1]}} command='' words='' files='' plain='' word
    for word in "${{COMP_WORDS[@]:1:COMP_CWORD-1}}"; do
        case $word in {names}) command=$word; break ;; esac
    done
    case $command in
{body}
    esac
    COMPREPLY=()
    [[ -n $words ]] && COMPREPLY=($(compgen -W "$words" -- "$here"))
    if [[ -n $files || ${{#COMPREPLY[@]}} -eq 0 ]]; then
        compopt -o filenames 2>/dev/null
        COMPREPLY+=($(compgen -f -- "$here"))
    fi
}}
complete -F _gramchain gramchain
"""


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "'\\''") + "'"


def zsh(found: list[Command]) -> str:
    """The script for zsh."""
    cases = []
    for command in found:
        if not command.name:
            continue
        parts = []
        for flag, told in command.options.items():
            shown = told.replace("[", "(").replace("]", ")").replace(":", " ")
            after = f":value:({' '.join(command.choices[flag])})" if flag in command.choices else (
                ":file:_files" if flag in command.files else "")  # fmt: skip
            parts.append(_quoted(f"{flag}[{shown}]{after}"))
        rest = f"*:argument:({' '.join(command.words)})" if command.words else "*:file:_files"
        cases.append(f"            {command.name}) _arguments {' '.join((*parts, _quoted(rest)))} ;;")
    names = " ".join(_quoted(f"{c.name}:{c.summary}") for c in found if c.name)
    body = "\n".join(cases)
    return f"""\
#compdef gramchain
# zsh completion of gramchain
_gramchain() {{
    local -a names
    names=({names})
    if (( CURRENT == 2 )); then
        _describe command names
    else
        local command=$words[2]
        shift words
        (( CURRENT-- ))
        case $command in
{body}
        esac
    fi
}}
compdef _gramchain gramchain
"""


def fish(found: list[Command]) -> str:
    """The script for fish."""
    lines = ["# fish completion of gramchain"]
    for command in found:
        if not command.name:
            continue
        lines.append(
            f"complete -c gramchain -f -n __fish_use_subcommand -a {command.name} -d {_quoted(command.summary)}"
        )
        seen = f"-n {_quoted(f'__fish_seen_subcommand_from {command.name}')}"
        if command.words:
            lines.append(f"complete -c gramchain {seen} -a {_quoted(' '.join(command.words))}")
        for flag, told in command.options.items():
            kind = f"-l {flag[2:]}" if flag.startswith("--") else f"-s {flag[1:]}"
            takes = f" -x -a {_quoted(' '.join(command.choices[flag]))}" if flag in command.choices else ""
            takes = " -r" if flag in command.files else takes
            lines.append(f"complete -c gramchain {seen} {kind}{takes} -d {_quoted(told)}")
    return "\n".join(lines) + "\n"
