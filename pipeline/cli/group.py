"""Groups of commands: a package whose modules are one command each, named after it."""

from importlib import import_module

import typer


def group(package: str, commands: tuple[str, ...], purpose: str) -> typer.Typer:
    """Build a group of commands in the order ``--help`` lists them."""
    app = typer.Typer(help=purpose, no_args_is_help=True)
    app.callback()(lambda: None)  # keeps the name of a command even when it is the only one
    for name in commands:
        (command,) = import_module(f"{package}.{name}").app.registered_commands
        command.name = name
        app.registered_commands.append(command)
    return app
