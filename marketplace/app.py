"""The roof: puts settings, extensions, slices, error pages and navigation together."""

import importlib
import importlib.util
import logging
from contextlib import AbstractContextManager
from functools import lru_cache
from pathlib import Path
from types import ModuleType
from typing import Any

from flask import Flask, has_request_context, request
from flask_login import LoginManager
from flask_wtf import CSRFProtect
from sqlalchemy.engine import make_url
from werkzeug.middleware.proxy_fix import ProxyFix

from marketplace.kernel import db as database
from marketplace.kernel import faults, jobs, jobs_engine, mail
from marketplace.kernel import settings as settings_module
from marketplace.kernel.settings import ROOT, Settings
from marketplace.web import addresses, errors, security, shell
from marketplace.web.design import SharedGlobals

SLICES = (
    "marketplace.kernel.audit",
    "marketplace.kernel.idempotency",
    "marketplace.kernel.mail",
    "marketplace.web.health",
    "marketplace.web.assets",
    "marketplace.web.artwork",
    "marketplace.web.mailbox",
    "marketplace.web.manage",
    "marketplace.web.search",
    "marketplace.imports",
    "marketplace.people",
    "marketplace.calendars",
    "marketplace.ledger",
    "marketplace.payments",
    "marketplace.funds",
    "marketplace.budgets",
    "catalog",
    "catalog.airports",
    "catalog.audiences",
    "catalog.shelf",
    "catalog.search",
    "catalog.saved_views",
    "catalog.photos",
    "catalog.wishes",
    "catalog.providers",
    "catalog.margins",
    "catalog.sheets",
    "catalog.tiers",
    "catalog.preview",
    "catalog.reach",
    "catalog.trips",
    "catalog.trips.sheets",
    "catalog.packages",
    "marketplace.awards",
    "marketplace.awards.entitlements",
    "marketplace.programs",
    "marketplace.programs.orders",
    "marketplace.programs.spurts",
    "marketplace.programs.bonuses",
    "marketplace.recognition",
    "marketplace.programs.contests",
    "marketplace.programs.metrics",
    "marketplace.programs.goals",
    "marketplace.programs.claims",
    "marketplace.programs.trainings",
    "marketplace.programs.nominations",
    "marketplace.recognition.anniversaries",
    "marketplace.recognition.moments",
    "redemption",
    "redemption.basket",
    "redemption.bookings",
    "redemption.gifts",
    "redemption.approvals",
    "redemption.approvals.away",
    "redemption.approvals.by_mail",
    "redemption.approvals.changes",
    "redemption.approvals.kept_views",
    "redemption.approvals.pools",
    "redemption.approvals.setting",
    "redemption.fulfillment",
    "redemption.journeys",
    "redemption.sending_back",
    "redemption.goodwill",
    "redemption.vouchers",
    "redemption.vouchers.desk",
    "redemption.vouchers.validity",
    "redemption.vouchers.proofs",
    "redemption.credentials",
    "redemption.ordering",
    "redemption.waiting",
    "redemption.codes",
    "redemption.instead",
    "redemption.travel.invitations",
    "redemption.travel.after",
    "redemption.travel.pocket",
    "redemption.travel.vault",
    "redemption.travel.cancellations",
    "redemption.travel.substitutions",
    "redemption.travel.desk.rooming",
    "redemption.travel.desk.tickets",
    "redemption.travel.desk.transfers",
    "redemption.travel.desk.activities",
    "redemption.travel.desk.manifests",
    "redemption.travel.desk.messages",
    "redemption.travel.desk.funnel",
    "redemption.travel.desk.standing",
    "redemption.travel.activities",
    "redemption.travel.registration",
    "redemption.travel.desk",
    "marketplace.insights.books",
    "marketplace.demo",
)
ROOMS = (
    "models",
    "predicates",
    "stories",
    "badges",
    "earning",
    "held",
    "importer",
    "notices",
    "jobs",
    "menu",
    "finders",
    "views",
    "cli",
)

login_manager = LoginManager()
csrf = CSRFProtect()


PLAIN = (str, int)
ADDRESSES_KEPT = 8_192


class LaurelApp(Flask):
    """Flask that tries a request again when the database says that trying again may help.

    It keeps the addresses it has built: a page has some seventy, most of them on every page.
    """

    jinja_environment = SharedGlobals

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self._address = lru_cache(ADDRESSES_KEPT)(self._build_address)

    def dispatch_request(self) -> Any:
        return database.with_retries(super().dispatch_request)

    def url_for(self, endpoint: str, **values: Any) -> str:  # pyright: ignore[reportIncompatibleMethodOverride]
        named = tuple(
            (name, type(value), value) for name, value in values.items() if value is not None
        )
        is_plain = all(kind in PLAIN and name[0] != "_" for name, kind, _ in named)
        if not is_plain or endpoint[0] == "." or not has_request_context():
            return super().url_for(endpoint, **values)
        return self._address(request.script_root, endpoint, named)

    def _build_address(self, _root: str, endpoint: str, named: tuple[Any, ...]) -> str:
        return super().url_for(endpoint, **{name: value for name, _, value in named})


def slice_modules() -> list[ModuleType]:
    """Every room of every slice that exists, in the order of the house."""
    found = []
    for name in SLICES:
        found.append(importlib.import_module(name))
        if hasattr(found[-1], "__path__"):
            rooms = (f"{name}.{room}" for room in ROOMS)
            found += [importlib.import_module(room) for room in rooms if _exists(room)]
    return found


def _exists(name: str) -> bool:
    return importlib.util.find_spec(name) is not None


def create_app(settings: Settings | None = None) -> Flask:
    """An application for `settings`, by default those of the environment."""
    settings = settings or settings_module.settings_from()
    app = LaurelApp(
        "marketplace", template_folder=str(ROOT / "templates"), static_folder=str(ROOT / "static")
    )
    app.jinja_options = {
        **app.jinja_options,
        "trim_blocks": True,
        "lstrip_blocks": True,
        "cache_size": -1,  # every template stays: a page asks for some twenty
    }
    app.config.from_mapping(_flask_config(settings))
    app.config["LAUREL"] = settings
    if settings.proxies:
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=settings.proxies, x_proto=settings.proxies)
    addresses.narrow_addresses(app)
    _prepare_process(settings)
    _prepare_database(app, settings)
    login_manager.init_app(app)
    security.protect(app)
    csrf.init_app(app)
    errors.show_errors(app)
    shell.dress(app)
    for module in slice_modules():
        for blueprint in _blueprints(module):
            app.register_blueprint(blueprint)
        if prepare := getattr(module, "prepare_app", None):
            prepare(app)
    if not settings.is_production:
        components = importlib.import_module("marketplace.web.components_page")
        app.register_blueprint(components.bp)
    return app


def _blueprints(module: ModuleType) -> list[Any]:
    own = getattr(module, "bp", None)
    return list(getattr(module, "blueprints", () if own is None else (own,)))


def _flask_config(settings: Settings) -> dict[str, Any]:
    return {
        "SECRET_KEY": settings.secret_key,
        "SQLALCHEMY_DATABASE_URI": settings.database_url,
        "SQLALCHEMY_ENGINE_OPTIONS": database.engine_options(settings),
        "TRUSTED_HOSTS": settings.hosts,
        "MAX_CONTENT_LENGTH": settings.max_upload_mb * 1024 * 1024,
        "MAX_FORM_MEMORY_SIZE": 1024 * 1024,
        "MAX_FORM_PARTS": 200,
        "SESSION_COOKIE_NAME": "__Host-laurel" if settings.secure_cookies else "laurel",
        "SESSION_COOKIE_HTTPONLY": True,
        "SESSION_COOKIE_SAMESITE": "Lax",
        "SESSION_COOKIE_SECURE": settings.secure_cookies,
        "WTF_CSRF_TIME_LIMIT": None,
        "SEND_FILE_MAX_AGE_DEFAULT": 3600,
        "TESTING": settings.mode == "test",
    }


def _prepare_process(settings: Settings) -> None:
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s %(message)s")
    for chatty in ("dbos", "alembic", "fontTools", "weasyprint.progress"):
        logging.getLogger(chatty).setLevel(logging.WARNING)
    settings_module.use(settings)
    faults.arm(settings)
    mail.use_post(mail.Post(settings))


def _prepare_database(app: Flask, settings: Settings) -> None:
    if settings.is_sqlite and (path := make_url(settings.database_url).database):
        Path(path).parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    database.db.init_app(app)
    with app.app_context():
        engine = database.db.engine
        database.prepare_engine(engine)
    jobs.use_queue(app, jobs_engine.DbosQueue(engine))


def job_scope(app: Flask) -> AbstractContextManager[Any]:
    """What a job's handler runs in: a request context on the configured base address."""
    return app.test_request_context(base_url=app.config["LAUREL"].base_url)
