//! SIGKILL before and after everything that lasts, in every stage, under both releases' writes

super::points::tests_at_every_point! { Kill
    type_change: TYPE_CHANGE { expand, backfill, verify, contract, rollback, keep, undo, purge }
    type_change_through_views: TYPE_CHANGE_THROUGH_VIEWS { expand, backfill, contract, rollback }
    rename: RENAME { expand, backfill, contract, rollback }
    split: SPLIT { expand, backfill, contract, rollback, keep, undo, purge }
    in_place: IN_PLACE { expand, backfill, contract, rollback }
    drop_and_fill: DROP_AND_FILL { expand, backfill, contract, rollback, undo }
    rows_changed: ROWS_CHANGED { backfill, contract, rollback }
    added: ADDED { expand, contract, rollback }
    enum_swap: ENUM_SWAP { backfill, contract }
    materialized_view: MATERIALIZED_VIEW { backfill, contract, rollback }
    partitioned: PARTITIONED { expand, backfill, contract, rollback }
    partitions_and_keys: PARTITIONS_AND_KEYS { expand, backfill, contract, rollback }
    in_one_transaction: TYPE_CHANGE { apply }
    in_parts: IN_PARTS { apply }
    table_rename: TABLE_RENAME { expand, contract, rollback }
}
