"""One family of errors, so that the shells keep one table from error to exit code or HTTP status."""

from __future__ import annotations


class DispatchError(Exception):
    """Root of every error raised on purpose.

    The sentence is kept as a template and its parameters, so that a shell can say it in the operator's language
    (`dispatch.language`) while a log keeps the English one.

    Parameters
    ----------
    template
        English sentence with `{name}` placeholders: what is wrong, and what would be right.
    where
        File, line, field path or id the sentence is about; "" where the sentence says it itself.
    **params
        Values for the placeholders.
    """

    def __init__(self, template: str, /, *, where: str = "", **params: object) -> None:
        self.template = template
        self.where = where
        self.params = params
        super().__init__(template)

    @property
    def sentence(self) -> str:
        """The English sentence without the place it is about."""
        return self.template.format(**self.params) if self.params else self.template

    def __str__(self) -> str:
        return f"{self.where}: {self.sentence}" if self.where else self.sentence


class InputError(DispatchError, ValueError):
    """What came from outside is wrong: exit code 2, HTTP 4xx."""

    def at(self, where: str) -> InputError:
        """Give the same error with `where` put before the place it already names."""
        place = f"{where}: {self.where}" if self.where else where
        return InputError(self.template, where=place, **self.params)


def require(condition: bool, template: str, /, *, where: str = "", **params: object) -> None:  # noqa: FBT001
    """Raise `InputError` unless `condition` holds."""
    if not condition:
        raise InputError(template, where=where, **params)


def at_most(value: float, most: float, what: str, /, *, where: str = "") -> None:
    """Raise `InputError` where a value is too large to be meant (or to be added up)."""
    require(
        value <= most,
        "{what} is {n}; more than {most} is not taken for meant",
        where=where,
        what=what,
        n=value,
        most=most,
    )
