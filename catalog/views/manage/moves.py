"""On the shelf and off it."""

from flask.typing import ResponseReturnValue

from catalog import operations, queries
from catalog.views.manage.shared import bp, deed
from marketplace.access.roles import Permission
from marketplace.kernel import clock
from marketplace.web.pages import requires


@bp.route("/<slug>/publish", methods=["POST"])
@requires(Permission.CATALOG_MANAGE)
def publish(slug: str) -> ResponseReturnValue:
    """Put a reward on the shelf."""
    at = clock.now()
    page = queries.reward_editor(slug, at=at)
    return deed(
        page,
        lambda actor: operations.publish_reward(actor, page.id, at=at),
        f"{page.name} is on the shelf.",
        at=at,
    )


@bp.route("/<slug>/retire", methods=["POST"])
@requires(Permission.CATALOG_MANAGE)
def retire(slug: str) -> ResponseReturnValue:
    """Take a reward off the shelf."""
    at = clock.now()
    page = queries.reward_editor(slug, at=at)
    return deed(
        page,
        lambda actor: operations.retire_reward(actor, page.id, reason="", at=at),
        f"{page.name} is off the shelf. What was asked for before goes its way.",
        at=at,
    )
