"""``race init``: settings, a first test and the job for CI, written into a project."""

from __future__ import annotations

import click

__all__ = ["command"]


@click.command("init")
@click.option(
    "--ci", type=click.Choice(["github", "gitlab", "none"]),
    help="Whose job to write.  [default: gitlab where there is a .gitlab-ci.yml, else github]",
)  # fmt: skip
def command(ci: str | None) -> int:
    """Write [tool.race], a first test, the job for CI and a hook before pushes into the project.

    What is there already stays as it is; what could be added to it is printed instead.

    \b
    Examples:
      race init
      race init --ci gitlab
    """
    from harness.cli.output import make_console, shown
    from harness.cli.starter_files import starter_files
    from harness.loading import project_root
    from harness.report.results import check_writable
    from harness.whole_file import write_whole

    root = project_root()
    files = starter_files(root, ci or ("gitlab" if (root / ".gitlab-ci.yml").exists() else "github"))
    for file in files:
        if not file.known:
            check_writable(file.path)
    console = make_console()
    for file in files:
        if file.known:
            console.print(f"kept     {shown(file.path)}; to add by hand, if it is not there:", soft_wrap=True)
            console.print(file.hint, style="dim", soft_wrap=True)
        else:
            write_whole(file.path, file.text)
            console.print(f"written  {shown(file.path)}", soft_wrap=True)
    console.print("next: race gate --update, and commit all of it with .race/")
    return 0
