"""Advice in the words of the command line: the model speaks of arguments, the command of options."""

#: What the model says, and what the command says in its place.
IN_PYTHON = {
    'Calibrate with steps="question"': "See what --steps question changes",
    "slopes='common' fits without": "--slopes common fits without",
    'calibrate with selection="informative"': "calibrate with --selection informative",
    "give these as groups": "name the column that says which with --group",
}


def in_options(text: str) -> str:
    """A warning of the model with options in place of arguments."""
    for python, option in IN_PYTHON.items():
        text = text.replace(python, option)
    return text
