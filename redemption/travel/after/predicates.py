"""What must always hold of trips that are over."""

from marketplace.ledger.check import predicate

predicate(
    "I31-surveys",
    "of each departure there are as many answers as people who gave one, and they went",
    """SELECT v.variant_id, v.taken, v.said FROM (SELECT variants.id AS variant_id,
        (SELECT COUNT(*) FROM trip_surveys_taken t WHERE t.variant_id = variants.id) AS taken,
        (SELECT COUNT(*) FROM trip_survey_answers a WHERE a.variant_id = variants.id) AS said
        FROM variants) v WHERE v.taken <> v.said
    UNION ALL SELECT t.variant_id, t.employee_id, 0 FROM trip_surveys_taken t
    WHERE NOT EXISTS (SELECT 1 FROM travelers p JOIN bookings b ON b.id = p.booking_id
        WHERE p.employee_id = t.employee_id AND b.variant_id = t.variant_id
        AND b.state = 'traveled')""",
)
predicate(
    "I31-costs",
    "all costs of a departure are in one currency, so that they can be added up",
    """SELECT variant_id, COUNT(DISTINCT currency) AS currencies FROM trip_costs
    GROUP BY variant_id HAVING COUNT(DISTINCT currency) > 1""",
)
_CAME = "NOT EXISTS (SELECT 1 FROM trip_no_shows n WHERE n.traveler_id = p.id)"
predicate(
    "I33-travelers",
    "every employee who was on a trip that is over got its badge, and nobody else has one",
    f"""SELECT p.id, b.reference, p.employee_id, NULL AS holder FROM travelers p
    JOIN bookings b ON b.id = p.booking_id
    WHERE b.state = 'traveled' AND p.employee_id IS NOT NULL AND {_CAME}
    AND NOT EXISTS (SELECT 1 FROM certificates c WHERE c.traveler_id = p.id)
    UNION ALL SELECT c.traveler_id, c.reference, p.employee_id, c.employee_id FROM certificates c
    JOIN travelers p ON p.id = c.traveler_id JOIN bookings b ON b.id = p.booking_id
    WHERE c.state <> 'void' AND (b.state <> 'traveled' OR NOT {_CAME}
        OR p.employee_id IS NULL OR p.employee_id <> c.employee_id)""",  # noqa: S608
)
