"""One option for each setting of a baseline, made from the fields of its settings class."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from llmerm.baselines.settings import Settings


class SettingOption(click.Option):
    """An option that is a setting."""


class MethodCommand(click.Command):
    """A command whose help lists the settings apart from the options that all methods share."""

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Two lists."""
        settings = f"Settings of {self.name} (docs/baselines.md, also for those without a default)"
        for title, is_setting in (("Options", False), (settings, True)):
            options = [each for each in self.get_params(ctx) if isinstance(each, click.Option)]
            shown = [each for each in options if isinstance(each, SettingOption) == is_setting]
            records = [record for each in shown if (record := each.get_help_record(ctx)) is not None]
            if records:
                with formatter.section(title):
                    formatter.write_dl(records)


def setting_options(settings: type[Settings]) -> list[click.Parameter]:
    """The options of a settings class: its help, kinds, choices, bounds and defaults.

    A setting that is not given has its default; None, the default of the method, is not passed on.
    """
    return [_option(each) for each in dataclasses.fields(settings)]


def settings_of(settings: type[Settings], params: dict[str, Any]) -> dict[str, Any]:
    """The settings among the parameters of a command, as keywords."""
    names = [each.name for each in dataclasses.fields(settings)]
    return {name: params[name] for name in names if params[name] is not None}


def _option(field: dataclasses.Field[Any]) -> SettingOption:
    about = field.metadata
    flag = f"--{field.name.replace('_', '-')}"
    if about["kind"] is bool:
        return SettingOption(
            [f"{flag}/--no-{flag[2:]}", field.name],
            default=field.default,
            show_default=True,
            help=about["help"],
        )
    return SettingOption(
        [flag, field.name],
        type=_type(about["kind"], about["choices"], about["least"], about["above"]),
        default=field.default,
        show_default=field.default is not None,
        help=about["help"],
    )


def _type(kind: type, choices: tuple[str, ...], least: float | None, above: float | None) -> Any:
    if choices:
        return click.Choice(choices)
    if least is None and above is None:
        return kind
    if kind is int:
        return click.IntRange(min=None if least is None else int(least))
    return click.FloatRange(min=above if least is None else least, min_open=least is None)
