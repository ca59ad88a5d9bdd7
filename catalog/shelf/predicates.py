"""What must always hold of the shelf: it says what prices, dates and windows say, now and later.

Each published reward is looked at now and at every moment at which something of it begins or ends,
for everywhere and for each country with a price of its own.
"""

from marketplace.ledger.check import predicate

_EVERYWHERE = """SELECT p.points FROM price_versions p
    WHERE p.variant_id = v.id AND p.country IS NULL
    AND p.valid_from <= m.at AND (p.valid_until IS NULL OR p.valid_until > m.at)
    ORDER BY p.valid_from DESC, p.id DESC LIMIT 1"""
_OF_COUNTRY = _EVERYWHERE.replace("p.country IS NULL", "p.country = k.country")
_NOW = {"sqlite": ":now", "postgresql": "CAST(:now AS timestamptz)"}
_DAY = {"sqlite": "date(m.at)", "postgresql": "CAST(m.at AT TIME ZONE 'UTC' AS date)"}
_CLOSES = {
    "sqlite": "date(d.cutoff_on, '+1 day') || ' 00:00:00.000000'",
    "postgresql": "CAST(d.cutoff_on + 1 AS timestamp) AT TIME ZONE 'UTC'",
}
_PLACES = """SELECT id AS reward_id, CAST(NULL AS TEXT) AS country FROM rewards
    UNION SELECT v.reward_id, p.country FROM price_versions p
    JOIN variants v ON v.id = p.variant_id WHERE p.country IS NOT NULL AND v.state = 'on_sale'
    UNION SELECT reward_id, country FROM shelf_entries WHERE country IS NOT NULL"""


def _moments(engine: str) -> str:
    """Now, and later whenever an entry, a price, a window or the last day to ask turns."""
    closes, of_variant = _CLOSES[engine], "JOIN variants v ON v.id ="
    turns = {
        "begins_at": "reward_id, begins_at FROM shelf_entries",
        "ends_at": "reward_id, ends_at FROM shelf_entries",
        "visible_from": "id, visible_from FROM rewards",
        "visible_until": "id, visible_until FROM rewards",
        "valid_from": f"reward_id, valid_from FROM price_versions p {of_variant} p.variant_id",
        "valid_until": f"reward_id, valid_until FROM price_versions p {of_variant} p.variant_id",
        closes: f"reward_id, {closes} FROM departures d {of_variant} d.variant_id",
    }
    later = " UNION ".join(f"SELECT {what} WHERE {when} > :now" for when, what in turns.items())
    return f"SELECT id AS reward_id, {_NOW[engine]} AS at FROM rewards UNION {later}"  # noqa: S608


def _said(engine: str) -> str:
    """A row for each reward, moment and place: what the prices say, and what the shelf says."""
    return f"""WITH moments AS ({_moments(engine)}), places AS ({_PLACES})
    SELECT r.id AS reward_id, r.slug, k.country, m.at, COUNT(e.id) AS entries,
      MIN(e.points) AS lowest, MAX(e.points) AS highest,
      CASE WHEN (r.visible_from IS NULL OR r.visible_from <= m.at)
        AND (r.visible_until IS NULL OR r.visible_until > m.at) THEN (
        SELECT MIN(COALESCE(({_OF_COUNTRY}), ({_EVERYWHERE}))) FROM variants v
        LEFT JOIN departures d ON d.variant_id = v.id
        WHERE v.reward_id = r.id AND v.state = 'on_sale'
        AND (d.cutoff_on IS NULL OR d.cutoff_on >= {_DAY[engine]})) END AS prices_say
    FROM rewards r JOIN moments m ON m.reward_id = r.id JOIN places k ON k.reward_id = r.id
    LEFT JOIN shelf_entries e ON e.reward_id = r.id
      AND COALESCE(e.country, '') = COALESCE(k.country, '')
      AND (e.begins_at IS NULL OR e.begins_at <= m.at) AND (e.ends_at IS NULL OR e.ends_at > m.at)
    WHERE r.state = 'published'
    GROUP BY r.id, r.slug, r.visible_from, r.visible_until, k.country, m.at"""  # noqa: S608  ours


def _where(wrong: str, engine: str) -> str:
    return f"SELECT * FROM ({_said(engine)}) AS said WHERE {wrong}"  # noqa: S608  ours


_DIFFERS = """entries > 0 AND (prices_say IS NULL OR entries > 1
    OR lowest <> prices_say OR highest <> prices_say)"""
_MISSING = "entries = 0 AND prices_say IS NOT NULL"
_ONLY = """NOT EXISTS (SELECT 1 FROM audience_clauses c JOIN audience_rules u ON u.clause_id = c.id
      WHERE c.audience_id = e.audience_id AND NOT c.is_shown_locked AND u.attribute = '{attribute}'
      AND u.value = {country}
      AND (SELECT COUNT(*) FROM audience_rules t WHERE t.clause_id = c.id) = 1)"""

predicate(
    "C-listing",
    "a card shows once the lowest price among what is on sale, now and later",
    _where(_DIFFERS, "postgresql"),
    sqlite=_where(_DIFFERS, "sqlite"),
)
predicate(
    "C-shelf",
    "what is published and has a price stands on the shelf, now and later, in each country",
    _where(_MISSING, "postgresql"),
    sqlite=_where(_MISSING, "sqlite"),
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
    "C-countries",
    "the price of a country is for its people, and the one for everywhere for all others",
    f"""SELECT e.id, e.reward_id, e.country FROM shelf_entries e
    WHERE e.country IS NOT NULL AND {_ONLY.format(attribute="country", country="e.country")}
    UNION SELECT e.id, e.reward_id, o.country FROM shelf_entries e
    JOIN shelf_entries o ON o.reward_id = e.reward_id AND o.country IS NOT NULL
    WHERE e.country IS NULL
    AND {_ONLY.format(attribute="outside_country", country="o.country")}""",  # noqa: S608  ours
)
