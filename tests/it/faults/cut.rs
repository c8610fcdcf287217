//! The connection is lost before a COMMIT reaches the server, and after it did while its answer doesn't come back: no
//! command may guess which

super::points::tests_at_every_point! { Cut
    type_change: TYPE_CHANGE { expand, backfill, verify, contract, rollback }
    partitioned: PARTITIONED { backfill, contract }
    partitions_and_keys: PARTITIONS_AND_KEYS { contract }
    in_one_transaction: TYPE_CHANGE { apply }
    in_parts: IN_PARTS { apply }
    rows_changed: ROWS_CHANGED { backfill, contract }
    in_place: IN_PLACE { expand, backfill, contract, rollback }
}
