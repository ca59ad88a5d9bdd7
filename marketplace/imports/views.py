"""Pages of imports: history, a new file, and the way of one file."""

import dataclasses
import hashlib
from collections.abc import Iterable, Mapping
from typing import Any

from flask import Blueprint, g, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user
from werkzeug.datastructures import FileStorage

from marketplace.access.roles import Permission
from marketplace.imports import operations, queries, registry, runner
from marketplace.imports.forms import EXAMPLE, NEW_PROFILE, ApproveForm, UploadForm
from marketplace.imports.operations import Upload
from marketplace.imports.registry import Importer, Option, importer_of, kinds
from marketplace.imports.staging import StagedImporter
from marketplace.imports.states import RunState
from marketplace.kernel import clock
from marketplace.kernel.db import transaction
from marketplace.kernel.errors import BadInput, DomainError, KeyUsedDifferently, NotFound
from marketplace.kernel.idempotency import answer_key, claim_key
from marketplace.kernel.jobs import enqueue
from marketplace.kernel.tabular import parse_profile
from marketplace.kernel.tabular.report import REPORT_COLUMNS
from marketplace.web.arguments import id_asked
from marketplace.web.deeds import pressed
from marketplace.web.downloads import csv_download, download
from marketplace.web.forms import choices, new_request_key
from marketplace.web.pages import (
    current_actor,
    flash_done,
    render_page,
    requires,
    see_other,
    takes_files,
)

bp = Blueprint("imports", __name__, url_prefix="/manage/imports")
SHOWN_PROBLEMS = 50
ANOTHER_FILE = (
    "This form was sent before with another file or profile, and that import stays as it is. "
    "Choose your file again and send the form once more: it becomes an import of its own."
)


@bp.before_request
def _keep_to_their_own() -> None:
    """Some kinds of files are not for everyone who runs imports: of those there is nothing here."""
    run_id = (request.view_args or {}).get("run_id")
    if run_id is None or not current_user.is_authenticated:
        return
    if current_actor().may(Permission.IMPORTS_RUN):
        g.import_run = row = queries.run_page(run_id)
        if row.kind in registry.closed_to(current_actor()):
            raise NotFound("There is no such import here.")


@bp.get("")
@requires(Permission.IMPORTS_RUN)
def history() -> ResponseReturnValue:
    """What came in so far."""
    before, closed = id_asked("before"), registry.closed_to(current_actor())
    rows = queries.history(before_id=before, without=closed)
    more = rows[queries.PAGE_SIZE - 1].id if len(rows) > queries.PAGE_SIZE else None
    return render_page(
        "imports/history.html",
        rows=rows[: queries.PAGE_SIZE],
        more=more,
        before=before,
        kinds=_kinds(),
        titles={importer.kind: importer.title for importer in kinds()},
    )


@bp.get("/new")
@requires(Permission.IMPORTS_RUN)
def new() -> ResponseReturnValue:
    """Choose a file and how to read it."""
    importer = _importer(request.args.get("kind", "people"))
    return _new_page(importer, _form(importer))


@bp.post("/new")
@takes_files
@requires(Permission.IMPORTS_RUN)
def upload() -> ResponseReturnValue:
    """Keep the file; the dry run begins at once in the worker."""
    importer = _importer(request.args.get("kind", "people"))
    form = _form(importer)
    if not form.validate() or not _has_file(form):
        return _new_page(importer, form)
    try:
        run_id = _keep(importer, form)
    except KeyUsedDifferently:
        return _again(importer, form, ANOTHER_FILE)
    except DomainError as refusal:
        return _again(importer, form, refusal.message)
    return see_other("imports.show", run_id=run_id)


def _again(importer: Importer, form: UploadForm, why: str) -> ResponseReturnValue:
    form.form_errors.append(why)
    form.request_key.data = new_request_key()
    return _new_page(importer, form, status=422)


def _kinds() -> list[Importer]:
    closed = registry.closed_to(current_actor())
    return [importer for importer in kinds() if importer.kind not in closed]


def _importer(kind: str) -> Importer:
    found = next((importer for importer in _kinds() if importer.kind == kind), None)
    if found is None:
        raise NotFound(f"Files of the kind {kind!r} can't be imported.")
    return found


def _form(importer: Importer) -> UploadForm:
    form = UploadForm()
    names = queries.profile_names(importer.kind)
    pairs = [(name, name) for name in names]
    pairs += [(EXAMPLE, "Headings as in the example file"), (NEW_PROFILE, "A new profile, below")]
    form.profile.choices = choices(pairs)
    if not form.is_submitted():
        _prefill(form, importer, names)
    return form


def _prefill(form: UploadForm, importer: Importer, names: list[str]) -> None:
    """Begin with a saved profile, or with the example; the text to change is there as well."""
    copied = request.args.get("copy", "")
    form.profile.data = NEW_PROFILE if copied else next(iter(names), EXAMPLE)
    form.toml.data = importer.example.profile
    if copied in names:
        form.toml.data, form.name.data = queries.saved_profile(importer.kind, copied), copied


def _has_file(form: UploadForm) -> bool:
    if not isinstance(form.file.data, FileStorage) or not form.file.data.filename:
        form.file.errors = ["Choose the file to import."]
    elif _is_new(form) and not (form.toml.data or "").strip():
        form.toml.errors = ["Choose a saved profile, or write a new one here."]
    elif _is_new(form) and not (form.name.data or "").strip():
        form.name.errors = ["Enter a name for the new profile."]
    return not form.errors


def _is_new(form: UploadForm) -> bool:
    return (form.profile.data or "") == NEW_PROFILE


def _keep(importer: Importer, form: UploadForm) -> int:
    actor, file, sent = current_actor(), form.file.data, _sent(importer, form)
    with transaction():
        at = clock.now()
        if (known := claim_key(actor.id, form.key, at=at, **sent)) is not None:
            return int(known)
        name, toml = form.profile.data or "", importer.example.profile
        if _is_new(form):
            name, toml = form.name.data or "", (form.toml.data or "").strip()
            operations.save_profile(importer.kind, name, toml, actor=actor, at=at)
        elif name != EXAMPLE:
            toml = queries.saved_profile(importer.kind, name)
        run_id = operations.upload(
            Upload(
                kind=importer.kind,
                file_name=file.filename or "file",
                file=file.stream,
                profile_name=name,
                profile_toml=toml,
                lookups=_lookups(toml, form.lookups.data or []),
                options=_options(importer),
            ),
            actor=actor,
            at=at,
        )
        enqueue("imports.check", key=str(run_id), run_id=run_id)
        answer_key(actor.id, form.key, str(run_id))
    return run_id


def _sent(importer: Importer, form: UploadForm) -> dict[str, object]:
    """What makes a form the same when it comes again: another file under its key is refused."""
    files = [form.file.data, *(form.lookups.data or [])]
    return {
        "deed": "imports.upload",
        "kind": importer.kind,
        "profile": [form.profile.data, form.name.data, form.toml.data],
        "files": [(file.filename, _digest(file)) for file in files if file.filename],
        "options": _options(importer),
    }


def _digest(file: FileStorage) -> str:
    file.stream.seek(0)
    return hashlib.file_digest(file.stream, "sha256").hexdigest()  # pyright: ignore[reportArgumentType]


def _lookups(toml: str, files: Iterable[FileStorage]) -> dict[str, Any]:
    """The tables the profile names, by file name or by their own name."""
    sent = {file.filename: file.stream for file in files if file.filename}
    found: dict[str, Any] = {}
    missing: list[str] = []
    for name, table in parse_profile(toml).lookups.items():
        stream = sent.get(table.file or "") or next(
            (stream for called, stream in sent.items() if called.rsplit(".", 1)[0] == name), None
        )
        if stream is None:
            missing.append(f"{table.file} for “{name}”" if table.file else f"a table “{name}”")
        found[name] = stream
    if missing:
        raise BadInput(
            f"The profile needs more: {', '.join(missing)}. Choose these tables beside the file, "
            "and the file again."
        )
    return found


def _options(importer: Importer) -> dict[str, Any]:
    return {option.name: _chosen(option) for option in importer.options}


def _chosen(option: Option) -> Any:
    text = request.form.get(f"option-{option.name}", "")
    if option.choices is None:
        return text == "1"
    if text not in {value for value, _ in option.choices()} and (text or option.is_needed):
        raise BadInput(f"Choose a {option.label.lower()} from the list.")
    return text


def _new_page(importer: Importer, form: UploadForm, status: int = 200) -> ResponseReturnValue:
    chosen = _begun(importer)
    options = [
        {**dataclasses.asdict(option), "choices": _offered(option, chosen)}
        for option in importer.options
    ]
    return render_page(
        "imports/new.html",
        status,
        form=form,
        importer=importer,
        options=options,
        kinds=_kinds(),
        chosen=chosen,
    )


def _begun(importer: Importer) -> Mapping[str, str]:
    """What was chosen, or what the address begins with: the departure whose page one comes from."""
    if request.form:
        return request.form
    return {f"option-{one.name}": request.args.get(one.name, "") for one in importer.options}


def _offered(option: Option, chosen: Mapping[str, str]) -> list[tuple[str, str]] | None:
    """What there is to choose from; nobody imports for the first of many by not looking."""
    if option.choices is None:
        return None
    found, value = list(option.choices()), chosen.get(f"option-{option.name}", "")
    is_open = option.is_needed and len(found) > 1 and value not in dict(found)
    return [("", "Choose"), *found] if is_open else found


@bp.get("/example")
@requires(Permission.IMPORTS_RUN)
def example() -> ResponseReturnValue:
    """A small file to fill in; the profile of the example reads it."""
    found = _importer(request.args.get("kind", "people")).example
    heading, *rows = (line.split(",") for line in found.file.splitlines())
    return csv_download(rows, heading, found.file_name)


@bp.get("/<int:run_id>")
@requires(Permission.IMPORTS_RUN)
def show(run_id: int) -> ResponseReturnValue:
    """Where one file stands: being read, waiting for a word, importing, done."""
    row: queries.RunRow = g.import_run
    importer = _importer(row.kind)
    return render_page(
        "imports/show.html",
        row=row,
        importer=importer,
        problems=queries.problems(run_id, limit=SHOWN_PROBLEMS),
        most_problems=operations.MOST_PROBLEMS,
        notes=queries.problems(run_id, limit=SHOWN_PROBLEMS, stops_row=False),
        approve_form=ApproveForm(formdata=None),
        held=_held(row),
        aside=_put_aside(row),
        about=_about(row),
        again={one.name: row.options.get(one.name) for one in importer.options if one.choices},
    )


def _about(row: queries.RunRow) -> list[tuple[str, str, str]]:
    """What the file is about: what was to be chosen, what was, and the address of its page."""
    found = []
    for option in importer_of(row.kind).options:
        value = row.options.get(option.name)
        if option.choices and option.page and value:
            endpoint, values = option.page(value)
            label = dict(option.choices()).get(value, value)
            found.append((option.label, label, url_for(endpoint, **values)))
    return found


def _put_aside(row: queries.RunRow) -> queries.RunRow | None:
    """The run of the rows put aside from a file; None when it had none."""
    aside_id = row.counts.get("held_run")
    return None if aside_id is None else queries.run_page(aside_id)


def _held(row: queries.RunRow) -> dict[str, Any] | None:
    """The rows put aside and who may import them; None for the run of a file."""
    importer = importer_of(row.kind)
    if row.held_for_id is None or not isinstance(importer, StagedImporter):
        return None
    is_mine = row.held_for_id == current_actor().id
    return {
        "from": row.held_from_id,
        "is_mine": is_mine,
        "lines": importer.told(queries.run_of(row.id)) if row.state is RunState.CHECKED else [],
        "who": f"{operations.OWN_ROWS} {registry.who_else_imports(row.held_for_id).words}",
    }


@bp.post("/<int:run_id>/import")
@requires(Permission.IMPORTS_RUN)
def approve(run_id: int) -> ResponseReturnValue:
    """Import what was checked; the worker does it."""
    form, actor = ApproveForm(), current_actor()
    if not form.validate():
        raise BadInput("Open the import again and start it from there. Nothing was imported.")
    with transaction():
        at, meant = clock.now(), bool(form.skip_errors.data)
        if claim_key(actor.id, form.key, at=at, run_id=run_id, skip_errors=meant) is None:
            operations.approve(run_id, skip_errors=meant, actor=actor, at=at)
            enqueue(
                "imports.apply",
                key=str(run_id),
                run_id=run_id,
                actor_id=actor.id,
                actor_name=actor.name,
            )
    return see_other("imports.show", run_id=run_id)


@bp.post("/<int:run_id>/cancel")
@requires(Permission.IMPORTS_RUN)
def cancel(run_id: int) -> ResponseReturnValue:
    """Leave a file alone."""
    pressed("Open the import again and put the file aside there. Nothing was changed.")
    with transaction():
        operations.cancel(run_id, actor=current_actor(), at=clock.now())
    flash_done("The file was put aside. Nothing was changed.")
    return see_other("imports.show", run_id=run_id)


@bp.get("/<int:run_id>/problems.csv")
@requires(Permission.IMPORTS_RUN)
def problems_csv(run_id: int) -> ResponseReturnValue:
    """Every problem of a file: line, field, value, what is wrong, what to enter."""
    rows = ([getattr(row, name) for name in REPORT_COLUMNS] for row in queries.problems(run_id))
    return csv_download(rows, REPORT_COLUMNS, f"import-{run_id}-problems.csv")


@bp.get("/<int:run_id>/rows-in-error")
@requires(Permission.IMPORTS_RUN)
def rows_in_error(run_id: int) -> ResponseReturnValue:
    """The rows in error as they stand in the file, to be corrected and sent again."""
    file = runner.rows_in_error(g.import_run)
    return download(file.content, f"import-{run_id}-rows-in-error.{file.ending}")
