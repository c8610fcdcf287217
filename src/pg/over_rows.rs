//! Functions that look at many rows, or give many: another value where a statement sees fewer of them.

/// Aggregates and window functions, whose value is that of many rows, and functions that give several rows.
const OVER_ROWS: &[&str] = &[
    "any_value",
    "array_agg",
    "avg",
    "bit_and",
    "bit_or",
    "bit_xor",
    "bool_and",
    "bool_or",
    "corr",
    "count",
    "covar_pop",
    "covar_samp",
    "cume_dist",
    "dense_rank",
    "every",
    "first_value",
    "generate_series",
    "grouping",
    "json_agg",
    "json_array_elements",
    "json_array_elements_text",
    "json_each",
    "json_object_agg",
    "json_object_keys",
    "jsonb_agg",
    "jsonb_array_elements",
    "jsonb_array_elements_text",
    "jsonb_each",
    "jsonb_object_agg",
    "jsonb_object_keys",
    "lag",
    "last_value",
    "lead",
    "max",
    "min",
    "mode",
    "nth_value",
    "ntile",
    "percent_rank",
    "percentile_cont",
    "percentile_disc",
    "range_agg",
    "range_intersect_agg",
    "rank",
    "regexp_matches",
    "regexp_split_to_table",
    "regr_avgx",
    "regr_avgy",
    "regr_count",
    "regr_intercept",
    "regr_r2",
    "regr_slope",
    "regr_sxx",
    "regr_sxy",
    "regr_syy",
    "row_number",
    "stddev",
    "stddev_pop",
    "stddev_samp",
    "string_agg",
    "string_to_table",
    "sum",
    "unnest",
    "var_pop",
    "var_samp",
    "variance",
    "xmlagg",
];

/// Whether a function of PostgreSQL's gives something else where it sees fewer rows, or gives several rows.
pub fn is_over_rows(name: &str) -> bool {
    OVER_ROWS.binary_search(&name).is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_list_is_sorted() {
        assert!(OVER_ROWS.is_sorted());
    }
}
