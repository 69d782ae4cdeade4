"""The harness inside the tools that projects test with."""

__all__: list[str] = []
