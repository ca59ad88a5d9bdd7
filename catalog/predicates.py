"""What must always hold of rewards, prices and stock."""

from marketplace.ledger.check import predicate

predicate(
    "I25",
    "what is set aside and gone is never more than there is",
    """SELECT variant_id, capacity, reserved, sold FROM variant_stock
    WHERE reserved < 0 OR sold < 0 OR (capacity IS NOT NULL AND reserved + sold > capacity)""",
)
predicate(
    "I25-rows",
    "every variant has a stock of its own",
    """SELECT v.id FROM variants v LEFT JOIN variant_stock s ON s.variant_id = v.id
    WHERE s.variant_id IS NULL""",
)
predicate(
    "C-price",
    "every variant has a price that holds everywhere and for good",
    """SELECT v.id, v.sku FROM variants v WHERE NOT EXISTS (
      SELECT 1 FROM price_versions p WHERE p.variant_id = v.id AND p.points >= 1
      AND p.country IS NULL AND p.valid_from <= :now AND p.valid_until IS NULL)""",
)
predicate(
    "C-rate",
    "the price of a range on sale is what its rate says of the lowest amount",
    """SELECT v.id, v.sku, p.points, p.rate_points, p.rate_minor, v.cash_minor
    FROM variants v JOIN price_versions p ON p.id = (
      SELECT n.id FROM price_versions n WHERE n.variant_id = v.id AND n.country IS NULL
      AND n.valid_from <= :now AND (n.valid_until IS NULL OR n.valid_until > :now)
      ORDER BY n.valid_from DESC, n.id DESC LIMIT 1)
    WHERE v.state = 'on_sale' AND ((v.range_to_minor IS NULL) <> (p.rate_minor IS NULL)
      OR p.points <> (p.rate_points * v.cash_minor + p.rate_minor - 1) / p.rate_minor)""",
)
_EVERYWHERE = """SELECT p.points FROM price_versions p
    WHERE p.variant_id = v.id AND p.country IS NULL
    AND p.valid_from <= :now AND (p.valid_until IS NULL OR p.valid_until > :now)
    ORDER BY p.valid_from DESC, p.id DESC LIMIT 1"""
_OF_COUNTRY = _EVERYWHERE.replace("p.country IS NULL", "p.country = e.country")
_ENTRY_HOLDS = """(e.begins_at IS NULL OR e.begins_at <= :now)
    AND (e.ends_at IS NULL OR e.ends_at > :now)"""
_TODAY = {
    "sqlite": "date(:now)",
    "postgresql": "CAST(CAST(:now AS timestamptz) AT TIME ZONE 'UTC' AS date)",
}


def _open_variants(engine: str) -> str:
    return f"""variants v LEFT JOIN departures d ON d.variant_id = v.id
    WHERE v.state = 'on_sale' AND (d.cutoff_on IS NULL OR d.cutoff_on >= {_TODAY[engine]})"""


def _wrong_price(engine: str) -> str:
    return f"""SELECT e.id, e.reward_id, e.country, e.points, (
      SELECT MIN(COALESCE(({_OF_COUNTRY}), ({_EVERYWHERE})))
      FROM {_open_variants(engine)} AND v.reward_id = e.reward_id) AS prices_say
    FROM shelf_entries e WHERE {_ENTRY_HOLDS}"""  # noqa: S608  ours


def _not_on_shelf(engine: str) -> str:
    return f"""SELECT r.id, r.slug FROM rewards r WHERE r.state = 'published'
    AND (r.visible_from IS NULL OR r.visible_from <= :now)
    AND (r.visible_until IS NULL OR r.visible_until > :now)
    AND EXISTS (SELECT 1 FROM {_open_variants(engine)} AND v.reward_id = r.id
      AND ({_EVERYWHERE}) IS NOT NULL)
    AND NOT EXISTS (SELECT 1 FROM shelf_entries e
      WHERE e.reward_id = r.id AND e.country IS NULL AND {_ENTRY_HOLDS})"""  # noqa: S608  ours


def _differing(engine: str) -> str:
    return f"""SELECT * FROM ({_wrong_price(engine)}) AS said
    WHERE prices_say IS NULL OR prices_say <> points"""  # noqa: S608  ours


predicate(
    "C-listing",
    "a card shows the lowest price among what is on sale",
    _differing("postgresql"),
    sqlite=_differing("sqlite"),
)
predicate(
    "C-shelf",
    "what is published and has a price stands on the shelf",
    _not_on_shelf("postgresql"),
    sqlite=_not_on_shelf("sqlite"),
)
predicate(
    "C-entries",
    "the shelf says of a reward what the reward says of itself",
    """SELECT e.id, r.slug, r.state FROM shelf_entries e JOIN rewards r ON r.id = e.reward_id
    WHERE r.state <> 'published' OR e.kind <> r.kind OR e.tier_id <> r.tier_id
      OR e.is_featured <> r.is_featured
      OR (e.country IS NULL AND e.audience_id <> COALESCE(r.audience_id, 0) AND NOT EXISTS (
        SELECT 1 FROM shelf_entries o WHERE o.reward_id = e.reward_id AND o.country IS NOT NULL))
    """,
)
predicate(
    "C-moves",
    "a reward stands where its last move put it",
    """SELECT r.id, r.slug, r.state, m.to_state FROM rewards r
    LEFT JOIN reward_moves m ON m.id = (
      SELECT MAX(l.id) FROM reward_moves l WHERE l.reward_id = r.id)
    WHERE m.to_state IS NULL OR m.to_state <> r.state""",
)
predicate(
    "C-limits",
    "nobody has had a reward more often than one may",
    "SELECT reward_id, employee_id, period, used, allowed FROM member_usage WHERE used > allowed",
)
predicate(
    "C-stock",
    "a variant has as many as its last stock movement says, and each begins where the last ended",
    """SELECT s.variant_id, s.capacity, m.after FROM variant_stock s
    LEFT JOIN stock_movements m ON m.id = (
      SELECT MAX(l.id) FROM stock_movements l WHERE l.variant_id = s.variant_id)
    WHERE m.id IS NULL OR COALESCE(m.after, -1) <> COALESCE(s.capacity, -1)
    UNION ALL
    SELECT later.variant_id, later.before, earlier.after FROM stock_movements later
    JOIN stock_movements earlier ON earlier.id = (
      SELECT MAX(l.id) FROM stock_movements l
      WHERE l.variant_id = later.variant_id AND l.id < later.id)
    WHERE COALESCE(earlier.after, -1) <> COALESCE(later.before, -1)""",
)
predicate(
    "C-discarded",
    "a discarded reward was never on the shelf, and nobody asked for it",
    """SELECT r.id, r.slug FROM rewards r WHERE r.state = 'discarded' AND (
      EXISTS (SELECT 1 FROM reward_moves m WHERE m.reward_id = r.id AND m.to_state = 'published')
      OR EXISTS (SELECT 1 FROM member_usage u WHERE u.reward_id = r.id)
      OR EXISTS (SELECT 1 FROM variants v JOIN variant_stock s ON s.variant_id = v.id
        WHERE v.reward_id = r.id AND s.reserved + s.sold > 0))""",
)
