use super::*;

fn outcome(text: &str) -> Outcome {
    let columns = ["plan", "Plan"].map(Ident::from);
    outcome_with(text, &columns.each_ref().map(|column| Left { column, default: None }))
}

fn outcome_with(text: &str, left: &[Left<'_>]) -> Outcome {
    let takes_null = ["jsonb_build_array", "my_check"];
    let strict = |call: &Call| call.may_be_built_in() && !takes_null.contains(&call.name.as_str());
    Expr::from(text).for_rows(&OldRows { left, gives_null_for_null: &strict })
}

#[test]
fn a_check_that_null_fails_is_found_however_it_is_written() {
    for text in [
        "plan IS NOT NULL",
        "\"plan\" IS NOT NULL",
        "\"Plan\" IS NOT NULL",
        "t.plan IS NOT NULL",
        "(public.t.\"plan\") IS NOT NULL",
        "plan NOTNULL",
        "NOT (plan IS NULL)",
        "NOT plan ISNULL",
        "plan IS DISTINCT FROM NULL",
        "NOT plan IS NOT DISTINCT FROM NULL",
        "coalesce(plan, '') <> ''",
        "coalesce(plan, '') > ''",
        "length(coalesce(plan, '')) > 0",
        "length(trim(coalesce(plan, ' '))) >= 1",
        "COALESCE(\"Plan\", 0) > 0",
        "coalesce(plan::int, -1) BETWEEN 0 AND 9",
        "num_nonnulls(a, plan) = 2",
        "num_nulls(plan, \"Plan\") = 0",
        "(a IS NOT NULL)::int + (plan IS NOT NULL)::integer = 2",
        "(plan IS NOT NULL) AND a > 0",
        "(plan > 0) IS TRUE",
        "(plan = 'free') IS NOT UNKNOWN",
        "CASE WHEN plan IS NULL THEN false ELSE true END",
        "CASE plan WHEN 'free' THEN true ELSE false END",
        "plan IS NOT NULL OR \"Plan\" IS NOT NULL",
        "coalesce(plan, \"Plan\") IS NOT NULL",
        "plan IN ('a', 'b') IS TRUE",
        "concat(plan, \"Plan\") <> ''",
        "nullif(coalesce(plan, ''), '') IS NOT NULL",
        "coalesce(plan = 'x', false)",
        "plan::text COLLATE \"C\" IS NOT NULL",
    ] {
        assert_eq!(outcome(text), Outcome::Fails, "{text}");
    }
}

#[test]
fn a_check_that_null_passes_is_let_through() {
    for text in [
        "plan > 0",
        "length(\"Plan\") > 0",
        "length(plan) > 0 AND plan <> 'x'",
        "plan IN ('a', 'b')",
        "plan NOT IN ('a', 'b')",
        "plan = ANY (ARRAY['a', 'b'])",
        "plan = ANY ('{a,b}'::text[])",
        "plan ~ '^[a-z]+$'",
        "plan LIKE 'a%'",
        "plan BETWEEN 1 AND 3",
        "plan IS NULL OR a > 0",
        "plan IS NULL",
        "NOT (plan = 'x')",
        "coalesce(plan, 'free') <> ''",
        "coalesce(plan, 1) > 0",
        "coalesce(plan, 0) >= 0",
        "jsonb_typeof(plan) = 'object'",
        "plan > a",
        "plan = lower(plan)",
        "(plan IS NULL) = (\"Plan\" IS NULL)",
        "extract(year from plan) > 2000",
        "num_nonnulls(plan, \"Plan\") <= 1",
        "num_nonnulls(a, plan) < 2",
        "CASE WHEN plan IS NOT NULL THEN plan > 0 ELSE true END",
        "CASE WHEN plan > 0 THEN false END",
        "char_length(plan) <= 20",
        "plan COLLATE \"C\" = upper(plan)",
        "'plan IS NOT NULL' <> ''",
        "date_trunc('month', plan) = plan",
    ] {
        assert_eq!(outcome(text), Outcome::Passes, "{text}");
    }
}

#[test]
fn the_row_or_the_server_decides_the_rest() {
    for text in [
        "a > 0",
        "plan IS NOT NULL OR kind = 'basic'",
        "num_nonnulls(a, plan) = 1",
        "(plan IS NULL) = (a IS NULL)",
        "coalesce(plan, a) IS NOT NULL",
        "\"PLAN\" IS NOT NULL",
        "my_check(plan, a)",
        "plan || a IS NOT NULL",
        "plan = ANY (list)",
        "plan IS NOT NULL and this is no sql",
    ] {
        assert_eq!(outcome(text), Outcome::RowDecides, "{text}");
    }
    for text in [
        "app.is_valid(plan)",
        "jsonb_build_array(plan) <> '[]'",
        "coalesce(plan, '1')::int > 1",
        "coalesce(plan, 'A1') <> 'a1'",
        "ROW(plan, \"Plan\") IS NULL",
        "plan = ANY ('{}'::text[])",
    ] {
        assert_eq!(outcome(text), Outcome::ServerDecides, "{text}");
    }
}

#[test]
fn a_default_takes_the_place_of_null() {
    let (column, default) = (Ident::from("plan"), Expr::from("'free'"));
    let outcome = |text: &str| outcome_with(text, &[Left { column: &column, default: Some(&default) }]);
    assert_eq!(outcome("plan IS NOT NULL"), Outcome::Passes);
    assert_eq!(outcome("plan <> ''"), Outcome::Passes);
    assert_eq!(outcome("plan IN ('free', 'paid')"), Outcome::Passes);
    assert_eq!(outcome("length(plan) > 10"), Outcome::Fails);
    assert_eq!(outcome("plan = 'paid'"), Outcome::Fails);
    assert_eq!(outcome("plan ~ '^[a-z]+$'"), Outcome::ServerDecides);
    assert_eq!(outcome("plan <> kind"), Outcome::RowDecides);
}
