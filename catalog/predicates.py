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
    "each price of a range on sale, now or later, is what its rate says of the lowest amount",
    """SELECT v.id, v.sku, p.country, p.points, p.rate_points, p.rate_minor, v.cash_minor
    FROM variants v JOIN price_versions p ON p.variant_id = v.id AND p.points IS NOT NULL
    WHERE v.state = 'on_sale' AND (p.valid_from > :now OR p.id = (
      SELECT n.id FROM price_versions n WHERE n.variant_id = v.id
      AND COALESCE(n.country, '') = COALESCE(p.country, '')
      AND n.valid_from <= :now AND (n.valid_until IS NULL OR n.valid_until > :now)
      ORDER BY n.valid_from DESC, n.id DESC LIMIT 1))
    AND ((v.range_to_minor IS NULL) <> (p.rate_minor IS NULL)
      OR p.points <> (p.rate_points * v.cash_minor + p.rate_minor - 1) / p.rate_minor)""",
)
predicate(
    "C-moves",
    "a reward stands where its last move put it, and each move begins where the last ended",
    """SELECT r.id, r.slug, r.state, m.to_state FROM rewards r
    LEFT JOIN reward_moves m ON m.id = (
      SELECT MAX(l.id) FROM reward_moves l WHERE l.reward_id = r.id)
    WHERE m.to_state IS NULL OR m.to_state <> r.state
    UNION ALL
    SELECT c.reward_id, c.before, c.from_state, c.to_state FROM (
      SELECT reward_id, from_state, to_state,
        LAG(to_state) OVER (PARTITION BY reward_id ORDER BY id) AS before FROM reward_moves) c
    WHERE COALESCE(c.before, '') <> COALESCE(c.from_state, '')""",
)
predicate(
    "C-limits",
    "nobody has had a reward more often than one may",
    "SELECT reward_id, employee_id, period, used, allowed FROM member_usage WHERE used > allowed",
)
predicate(
    "C-stock",
    "a variant has as many as its last stock movement says; each begins where the last ended, at 0",
    """SELECT s.variant_id, s.capacity, m.after FROM variant_stock s
    LEFT JOIN stock_movements m ON m.id = (
      SELECT MAX(l.id) FROM stock_movements l WHERE l.variant_id = s.variant_id)
    WHERE m.id IS NULL OR COALESCE(m.after, -1) <> COALESCE(s.capacity, -1)
    UNION ALL
    SELECT later.variant_id, later.before, earlier.after FROM stock_movements later
    JOIN stock_movements earlier ON earlier.id = (
      SELECT MAX(l.id) FROM stock_movements l
      WHERE l.variant_id = later.variant_id AND l.id < later.id)
    WHERE COALESCE(earlier.after, -1) <> COALESCE(later.before, -1)
    UNION ALL
    SELECT f.variant_id, f.before, 0 FROM stock_movements f WHERE COALESCE(f.before, -1) <> 0
    AND NOT EXISTS (SELECT 1 FROM stock_movements l
      WHERE l.variant_id = f.variant_id AND l.id < f.id)""",
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
