LEFT JOIN
(
    SELECT to_hash, argMax(clear_numbers.number, seen_at) AS number
    FROM clear_numbers
    GROUP BY to_hash
) AS known ON known.to_hash = subjects.to_hash
