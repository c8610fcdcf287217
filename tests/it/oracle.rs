//! A file means what it says: after contract a database is what psql makes of the file, or the file was refused before
//! anything was changed. Every folder of `tests/oracle` is a test

use std::fs;

use crate::support::database::TestDb;
use crate::support::oracle_case::{OracleCase, Psql, root};
use crate::support::program::Program;

/// A test a folder, and the list of them
macro_rules! folders {
    ($($kind:ident { $($name:ident),* $(,)? })*) => {
        const LISTED: &[&str] = &[$($(concat!(stringify!($kind), "/", stringify!($name))),*),*];
        $(mod $kind {
            $(#[tokio::test]
            async fn $name() {
                super::judged(concat!(stringify!($kind), "/", stringify!($name))).await;
            })*
        })*
    };
}

folders! {
    columns { a_key_and_foreign_keys_to_it, a_key_that_a_view_needs, a_key_that_numbers_itself, a_numbered_column_and_another_file, an_index_becomes_a_key, column_to_identity, expressions_come_and_go, identity_changed, identity_that_begins_too_early, identity_to_serial, numbers_for_new_columns, options_that_do_not_fit, rows_that_exclude_each_other, sequences_of_changed_types, serial_to_identity, two_files_about_one_column, literals_by_conditions, generated_from_an_added_column }
    dependents { in_place_and_replaced_under_one_view, in_place_under_a_function_body, in_place_under_a_generated_column, in_place_under_a_materialized_view, in_place_under_a_rule, in_place_under_a_view, function_body_made_again, materialized_view_made_again, materialized_view_over_a_view, materialized_view_with_everything, materialized_views_over_two_tables, split_under_a_view_and_indexes, split_under_constraints, split_under_views_of_views, views_with_triggers_rules_and_defaults }
    late { column_dropped_under_own_view, old_rows_that_break_a_check, primary_key_over_null, typed_table, values_that_meet, view_of_every_column_left, view_of_what_is_left, words_that_meet, a_predicate_that_the_new_type_does_not_take, a_view_that_names_a_renamed_type, enum_value_renamed_and_added_again, enum_value_that_is_not_there_yet, a_check_over_a_new_type, a_reference_over_a_new_type, a_table_whose_rows_are_stored, a_table_whose_sequence_another_counts_with, values_that_a_check_refuses_once_converted, values_that_refer_to_nothing_once_converted }
    facts { array_and_precision, check_that_forbids_null, default_of_a_stable_function, domain_with_check_renamed, interval_with_fields, names_of_long_tables, names_that_nobody_gave, quoted_and_qualified_types, quoted_volatile_default, serial_column_added, timestamp_to_time, widened_in_place_under_index, collation_kept_in_place }
    flight { child_renamed_before_key_type, column_read_by_another, default_set_and_dropped, default_taken_and_given, function_about_a_column_in_flight, index_dropped_before_type, key_added_before_type, key_and_reference_in_two_files, privilege_on_a_column_in_flight, reference_to_a_key_in_flight, statistics_dropped_before_type, table_of_the_first_in_the_second, two_indexes_on_one_table, view_dropped_before_type, view_on_a_type_in_flight, enum_value_renamed_beside_a_new_column, revoke_on_all_then_grant, like_of_a_table_in_flight, row_trigger_beside_a_type, a_table_of_its_own_and_what_follows, a_default_for_rows_to_come, a_function_replaced_under_a_computed_column, a_trigger_on_rows_to_come, changed_rows_and_a_table_of_them, changed_rows_and_new_ones, deleted_rows_and_changed_ones, deleted_rows_and_copied_ones, deleted_rows_and_new_ones, not_null_and_a_default, rows_taken_and_added, rows_that_both_change }
    messages { bad_rows_for_a_unique_key, column_that_is_missing, default_that_cannot_be_converted, drop_table_cascade, in_a_transaction_of_its_own, index_on_a_materialized_view, role_set, search_path_set, stored_generated_column, table_that_exists, timeouts_at_the_head, type_made_by_a_block, an_exclusion_over_a_new_type, a_setting_taken_from_the_session, constraints_checked_at_once, a_column_named_like_a_shadow_column, a_function_replaced_below_its_use, a_new_column_that_refers_to_a_key_of_a_new_type, a_reference_added_and_dropped, a_reference_to_a_key_of_a_new_type, a_rule_on_a_renamed_column, a_temporary_table, a_body_of_all_columns_below_a_drop, a_default_changed_below_its_use, a_function_beside_one_of_its_name, a_function_replaced_below_a_computed_column, a_function_replaced_below_a_default, a_function_replaced_below_a_type, a_generated_column_over_a_new_type, a_sequence_restarted_below_a_delete, a_sequence_restarted_below_its_use, a_trigger_function_replaced_below_rows, a_view_over_a_function_beside_one_of_its_name, a_whole_row_below_a_type, an_index_over_a_function_beside_one_of_its_name }
    old_release { deferrable_key_of_another_type, deferrable_key_renamed, history_of_named_columns, history_of_whole_rows, history_of_whole_rows_renamed, rows_stored_elsewhere }
    order { a_computed_column, a_column_of_one_value, one_value_for_old_rows_another_for_new_ones, several_columns_with_values, a_value_by_conditions, a_value_in_expand, a_value_from_a_renamed_column, a_value_from_a_retyped_column, a_value_from_a_column_that_goes, a_value_by_directive, repair_then_not_null, a_check_around_a_type, a_count_beside_a_drop, a_constraint_added_dropped_and_added, a_constraint_comes_back_on_other_columns, a_constraint_renamed_and_dropped, a_default_dropped_for_a_type, a_default_for_old_rows_only, a_default_that_calls_what_is_recreated, a_default_that_only_the_new_type_takes, a_domain_over_another_type, a_key_and_its_column_go, a_key_to_another_table, a_key_without_a_name, a_materialized_view_with_an_index, a_name_from_a_dropped_table, a_new_table_renamed, a_new_view_on_a_dropped_column, a_new_view_replaced_twice, a_primary_key_on_another_column, a_sequence_owned_by_a_changed_column, a_trigger_renamed_and_another_in_its_place, a_type_renamed_away, a_unique_key_with_a_new_column, a_view_of_all_beside_a_drop, a_view_renamed_and_another_in_its_place, actions_run_in_postgres_order, an_index_built_dropped_and_built, an_index_comes_back_beside_a_type, an_index_comes_back_as_a_constraint, an_index_makes_room_by_a_rename, an_index_renamed_and_another_in_its_place, an_index_without_a_name, blocks_that_make_one_thing, changes_of_a_dropped_table, domain_made_again, dropped_in_one_file_made_in_the_next, enum_with_fewer_values, everything_after_a_rename, everything_on_a_new_table, function_dropped_by_name_beside_another, function_revoked_by_name_beside_another, function_with_another_result, index_on_own_materialized_view, index_then_reference_to_it, names_in_mixed_case, names_of_two_columns_swapped, one_name_for_two_columns, one_name_for_two_tables, opposites_on_one_column, own_sql_before_a_drop, own_sql_with_what_is_recreated, policy_made_again, privileges_around_a_type, privileges_back_and_forth, quoted_index_made_again, sequence_made_again, trigger_made_again, two_types_of_one_column, view_made_again_with_other_columns, an_index_comes_back_with_a_predicate_of_another_type, domain_and_rows_moved_to_another_schema, enum_and_its_values_renamed, enum_moved_to_another_schema, enum_of_another_schema_by_way_of_text, enum_set_aside_and_made_again, enum_swapped_by_way_of_text, enum_swapped_for_another, enum_swapped_under_what_is_made_again, enum_value_added_beside_a_renamed_one, enum_value_renamed_under_everything, enum_value_used_below_its_rename, indexes_come_back_on_a_changed_column, comment_on_a_renamed_type, compression_under_the_new_column_name, grant_under_the_new_table_name, index_made_again_after_its_type, index_made_again_before_its_type, index_made_again_on_a_changed_column, index_renamed_and_dropped_beside_a_type, key_replaced_with_its_foreign_key, like_below_a_change, like_below_a_rename, primary_key_and_a_reference_without_columns, query_of_all_columns_below_a_change, replica_identity_by_a_key_made_again, replica_identity_by_an_index_made_again, revoke_on_all_then_create, storage_under_the_new_column_name, view_made_again_around_a_rename, altered_if_there, comments_on_other_columns, functions_by_their_types, new_body_over_renamed_column, checks_of_foreign_keys_at_other_times, an_index_for_the_new_type_only, a_primary_key_over_a_new_type, a_literal_for_a_new_column, a_foreign_key_over_a_new_type, a_function_for_a_new_column, a_generated_column_and_its_source_go, a_trigger_made_again_with_arguments, an_index_of_the_name_in_another_schema, what_goes_with_a_default_and_a_table, a_view_of_all_made_again_after_a_rename, an_index_on_only_the_parent, what_reads_a_column_before_it_is_filled, storage_goes_with_the_type, a_key_over_a_type_of_the_file }
    partitions { foreign_key_out, inherited_table, key_and_what_refers_to_it, key_that_partitions_refer_to, keys_added, keys_dropped, new_values, not_null_and_rows, partition_detached, partition_detached_and_dropped, partition_dropped, partition_key, partitioned_table_dropped, partitions_of_partitions, reference_to_a_partitioned_table, rename_of_a_column, two_files, type_of_a_column, type_of_a_key, type_of_a_key_that_is_referred_to }
    privileges { operators_that_fit_better }
    replication { a_column_under_a_condition, a_list_in_which_a_column_is_renamed, a_list_that_midflight_makes, a_list_that_names_changed_columns, a_published_table_renamed, a_schema_is_published, all_tables_and_nobody_who_reads, an_identity_that_ends, an_index_beside_a_list, identity_given_in_the_file, identity_of_a_changed_column, identity_of_a_new_index, identity_set_and_its_column_changed, inserts_without_identity, key_of_another_type, two_files_on_a_published_table, two_files_that_are_allowed, updates_without_identity }
    rows { of_a_quoted_table, a_check_on_other_values, a_common_table, a_copy_before_a_drop, a_key_of_two_columns, a_new_column_from_another_table, a_new_table_filled, a_repair_that_is_not_enough, a_table_without_a_key, a_value_where_there_is_none, after_another_type, an_own_trigger, an_update_in_batches, before_another_type, duplicates_deleted_before_a_key, orphans_deleted_before_a_reference, parents_inserted_before_a_reference, rows_of_a_small_table, rows_that_fail, rows_with_a_sequence, under_another_name, values_of_another_table, values_that_have_to_be_unique, with_quoted_names, new_table_reshaped_below_its_rows, a_default_between_two, a_sequence_that_goes_on_from_elsewhere, rows_that_a_change_above_allows, rows_without_names_of_columns, a_longer_value_below_its_type, a_check_with_a_new_column_after_a_delete }
    triggers { a_rule_that_writes_elsewhere, one_for_each_statement, one_that_always_fires, one_that_changes_another_column, one_that_changes_the_converted_column, one_that_does_nothing, one_that_fires_last, one_that_is_skipped, one_that_leaves_batches_alone, one_that_refuses_changes, one_that_refuses_changes_skipped, one_that_waits_for_another_column, one_that_writes_elsewhere }
    undo { a_unique_index_under_a_key, check_replaced_in_one_statement, comment_default_and_statistics, enum_value_added, foreign_key_replaced, function_replaced, privileges_given_and_taken, reference_to_itself_and_another, row_level_security, two_files_on_one_table, type_changed_with_all_that_hangs_on_it, unique_constraint_replaced, view_replaced, what_is_there_already, key_and_the_foreign_key_to_it, composite_key_and_the_foreign_key_to_it, new_function_replaced_below_its_use, new_view_replaced_below_its_use, new_things_renamed, keys_among_new_tables, a_new_table_that_uses_what_comes_later, a_trigger_replaced_with_a_later_function }
    values { a_constant_without_a_zone, a_day_out_of_a_moment, a_day_out_of_text, a_domain_default_and_its_type, a_domain_default_dropped_on_the_way, a_domain_with_a_default_renamed, a_moment_with_its_zone, a_moment_without_a_zone, a_nullable_volatile_default, a_split_with_nulls, an_enum_and_a_document, lengths_and_fields_change, lengths_and_fields_renamed, nulls_here_and_there, numbers_as_the_session_writes_them, rows_with_null_fields_are_not_null, rows_with_null_fields_change_type, rows_with_null_fields_renamed, text_as_the_session_reads_it, default_before_its_type }
}

#[test]
fn every_folder_is_listed() {
    let mut listed: Vec<String> = LISTED.iter().map(ToString::to_string).collect();
    listed.sort();
    assert_eq!(OracleCase::names(), listed, "folders in {} / names in {}", root().display(), file!());
}

#[test]
fn what_fails_today_is_a_folder() {
    let unknown: Vec<String> =
        not_yet().into_iter().filter(|name| !LISTED.contains(&name.as_str())).collect();
    assert!(unknown.is_empty(), "no folders: {unknown:?}");
}

/// Folders that fail today. One that passes has to leave the list.
fn not_yet() -> Vec<String> {
    let text = fs::read_to_string(root().join("not-yet.txt")).unwrap();
    let lines = text.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#'));
    lines.map(str::to_owned).collect()
}

async fn judged(name: &str) {
    let case = OracleCase::read(name);
    if !case.fits_the_server() {
        return;
    }
    if let Err(why) = case.applied().await {
        panic!("{name}: {why}");
    }
    let failed = case.holds().await;
    let listed = not_yet().iter().any(|one| one == name);
    match (failed, listed) {
        (Ok(()), false) => {}
        (Ok(()), true) => panic!("{name} holds now: take it off tests/oracle/not-yet.txt"),
        (Err(_), true) => {}
        (Err(why), false) => panic!("{name}: {why}"),
    }
}

impl OracleCase {
    async fn holds(&self) -> Result<(), String> {
        self.one_after_the_other(Back::Never).await?;
        self.one_after_the_other(Back::Once).await?;
        if self.files.len() > 1 {
            self.all_in_flight().await?;
        }
        Ok(())
    }

    /// `apply` does what psql does.
    async fn applied(&self) -> Result<(), String> {
        let (wanted, found) = (self.database().await, self.database().await);
        for (at, file) in self.files.iter().enumerate() {
            if !file.is_plain {
                return Ok(());
            }
            let program = self.program(&found, &self.files[..=at]);
            let applied = program.run(&["apply", "--no-old-release"]).await;
            match (file.by_psql(&wanted).await, applied.code) {
                (Psql::Takes, 0) => self.alike(&format!("{} applied", file.id), &wanted, &found).await?,
                (Psql::Refuses, 1) => return Ok(()),
                (by_psql, code) => {
                    return Err(format!(
                        "apply of {} ends with {code}, psql {by_psql:?} it: {}",
                        file.id, applied.stderr
                    ));
                }
            }
        }
        Ok(())
    }

    /// Each file through every stage before the next comes.
    async fn one_after_the_other(&self, back: Back) -> Result<(), String> {
        let (wanted, found) = (self.database().await, self.database().await);
        for (at, file) in self.files.iter().enumerate() {
            let program = self.program(&found, &self.files[..=at]);
            let before = self.contents(&found).await;
            let by_psql = file.by_psql(&wanted).await;
            let when = |what: &str| format!("{}, {what} {back:?}", file.id);
            let expanded = program.run(&["expand", &file.id, "--release", &format!("{at}a")]).await;
            if expanded.code != 0 {
                self.judge(&expanded, "refused", by_psql).map_err(|why| when(&format!("expand: {why}")))?;
                return self.unchanged(&when("refused"), &before, &found).await;
            }
            if by_psql == Psql::Refuses {
                return Err(when("expanded, psql refuses it"));
            }
            succeeds(&program, &["backfill", &file.id]).await?;
            if back == Back::Once {
                succeeds(&program, &["rollback", &file.id]).await?;
                let left_by = format!("left_by_rollback_{}.sql", file.id);
                if at == 0 || self.folder.join(&left_by).exists() {
                    let left = self.database().await;
                    for earlier in &self.files[..at] {
                        earlier.by_psql(&left).await;
                    }
                    if at == 0 {
                        self.leave(&left).await;
                    } else {
                        self.leave_by(&left, &left_by).await;
                    }
                    let left = self.contents(&left).await;
                    self.unchanged(&when("rolled back"), &left, &found).await?;
                } else {
                    self.unchanged(&when("rolled back"), &before, &found).await?;
                }
                succeeds(&program, &["expand", &file.id, "--release", &format!("{at}a")]).await?;
                succeeds(&program, &["backfill", &file.id]).await?;
            }
            succeeds(&program, &["contract", &file.id, "--release", &format!("{at}b")]).await?;
            self.alike(&when("contracted"), &wanted, &found).await?;
        }
        Ok(())
    }

    /// All files expanded before the first is contracted.
    async fn all_in_flight(&self) -> Result<(), String> {
        let (wanted, found) = (self.database().await, self.database().await);
        let program = self.program(&found, &self.files);
        for file in &self.files {
            let by_psql = file.by_psql(&wanted).await;
            let before = self.contents(&found).await;
            let expanded = program.run(&["expand", &file.id, "--release", "a"]).await;
            if expanded.code != 0 {
                let marker = if self.judge(&expanded, "refused", by_psql).is_ok() {
                    "refused"
                } else {
                    "refused_together"
                };
                self.judge(&expanded, marker, by_psql)
                    .map_err(|why| format!("{} in flight: {why}", file.id))?;
                return self.unchanged("refused in flight", &before, &found).await;
            }
            succeeds(&program, &["backfill", &file.id]).await?;
        }
        succeeds(&program, &["verify"]).await?;
        for file in &self.files {
            succeeds(&program, &["contract", &file.id, "--release", "b"]).await?;
        }
        self.alike("all in flight", &wanted, &found).await
    }
}

/// Whether each file is rolled back once, after its backfill.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Back {
    Never,
    Once,
}

async fn succeeds(program: &Program, arguments: &[&str]) -> Result<(), String> {
    let ran = program.run(arguments).await;
    if ran.code == 0 {
        return Ok(());
    }
    Err(format!("`{}` ends with {}: {}{}", arguments.join(" "), ran.code, ran.stdout, ran.stderr))
}

#[tokio::test]
async fn a_difference_from_psql_would_be_seen() {
    let case = OracleCase::read("undo/foreign_key_replaced");
    let (one, other): (TestDb, TestDb) = (case.database().await, case.database().await);
    case.alike("untouched", &one, &other).await.unwrap();
    assert_eq!(case.files[0].by_psql(&one).await, Psql::Takes);
    case.alike("changed", &one, &other).await.unwrap_err();
}
