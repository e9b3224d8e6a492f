"""The tables of docs/settings.md, made from the settings."""

from pydantic.fields import FieldInfo

from cutover.project.setting_pages import is_secret, shown_as
from cutover.project.setting_sections import Section
from cutover.project.settings import variable_of


def page_table(name: str, section: type[Section]) -> str:
    """Return the table of a section, in Markdown."""
    rows = [f"| `{key}` | {_default_cell(f)} | {_description_cell(name, key, f)} |" for key, f in section.model_fields.items()]
    return "\n".join(["| key | default | |", "|---|---|---|", *rows])


def _default_cell(field: FieldInfo) -> str:
    shown = shown_as(field)
    if is_secret(field):
        return "–"
    if shown.default is not None:
        return shown.default
    if field.is_required():
        return f"`{shown.written}`"
    written = f" (`init` writes `{shown.written}`)" if shown.written is not None else ""
    match field.default:
        case None:
            return f"none{written}"
        case "":
            return f"empty{written}"
        case float() as number:
            return f"`{number:g}`{written}"
    return f"`{field.default}`{written}"


def _description_cell(name: str, key: str, field: FieldInfo) -> str:
    text = f"{field.description or ''}{shown_as(field).more}".replace("|", "\\|")
    return f"a secret: only as `{variable_of(name, key)}`; {text}" if is_secret(field) else text
