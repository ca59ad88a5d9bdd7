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
    "every variant has a price",
    """SELECT v.id, v.sku FROM variants v WHERE NOT EXISTS (
      SELECT 1 FROM price_versions p WHERE p.variant_id = v.id AND p.points >= 1)""",
)
predicate(
    "C-listing",
    "a card shows the lowest price among what is on sale",
    """SELECT r.id, r.slug, r.lowest_points, MIN(p.points) AS prices_say FROM rewards r
    JOIN variants v ON v.reward_id = r.id AND v.state = 'on_sale'
    JOIN price_versions p ON p.id = (
      SELECT c.id FROM price_versions c WHERE c.variant_id = v.id
      ORDER BY c.valid_from DESC, c.id DESC LIMIT 1)
    WHERE r.state = 'published'
    GROUP BY r.id, r.slug, r.lowest_points HAVING r.lowest_points <> MIN(p.points)""",
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
