//! What PostgreSQL's own functions promise (`pg_proc.provolatile`, PostgreSQL 14 to 18), by name.

/// A new value on every call: a default that calls one of these writes every row.
pub const VOLATILE: &[&str] = &[
    "clock_timestamp", "currval", "gen_random_bytes", "gen_random_uuid", "gen_salt", "lastval", "lo_create",
    "nextval", "pg_logical_emit_message", "pg_notify", "pg_sleep", "random", "random_normal", "set_config",
    "setseed", "setval", "timeofday", "txid_status", "uuid_generate_v1", "uuid_generate_v1mc",
    "uuid_generate_v4", "uuidv4", "uuidv7",
];

/// One value for the whole statement at least: PostgreSQL computes such a default once and stores it in the
/// catalog. Type names stand here too, since `date('2026-01-01')` is a call.
pub const STABLE: &[&str] = &[
    "abs", "acos", "age", "array_append", "array_cat", "array_dims", "array_fill", "array_length", "array_lower",
    "array_ndims", "array_position", "array_positions", "array_prepend", "array_remove", "array_replace",
    "array_to_json", "array_to_string", "array_upper", "ascii", "asin", "atan", "atan2", "bit_count", "bit_length",
    "bool", "box", "btrim", "cardinality", "casefold", "cbrt", "ceil", "ceiling", "char_length",
    "character_length", "chr", "cidr", "circle", "coalesce", "concat", "concat_ws", "convert", "convert_from",
    "convert_to", "cos", "cot", "crypt", "current_catalog", "current_database", "current_date", "current_role",
    "current_schema", "current_schemas", "current_setting", "current_time", "current_timestamp", "current_user",
    "date", "date_add", "date_bin", "date_part", "date_subtract", "date_trunc", "datemultirange", "daterange",
    "decode", "degrees", "digest", "div", "encode", "enum_first", "enum_last", "enum_range", "exp", "extract",
    "factorial", "float4", "float8", "floor", "format", "format_type", "gcd", "get_bit", "get_byte",
    "get_current_ts_config", "greatest", "hmac", "host", "hostmask", "hstore", "inet_client_addr",
    "inet_server_addr", "initcap", "int2", "int4", "int4multirange", "int4range", "int8", "int8multirange",
    "int8range", "interval", "isempty", "isfinite", "json_array", "json_array_length", "json_build_array",
    "json_build_object", "json_object", "json_typeof", "jsonb_array_length", "jsonb_build_array",
    "jsonb_build_object", "jsonb_insert", "jsonb_object", "jsonb_path_exists", "jsonb_path_query_array",
    "jsonb_path_query_first", "jsonb_pretty", "jsonb_set", "jsonb_set_lax", "jsonb_strip_nulls",
    "jsonb_typeof", "justify_days", "justify_hours", "justify_interval", "lcm", "least", "left", "length", "ln",
    "localtime", "localtimestamp", "log", "log10", "lower", "lower_inc", "lower_inf", "lpad", "ltrim",
    "make_date", "make_interval", "make_time", "make_timestamp", "make_timestamptz", "masklen", "md5", "mod",
    "multirange", "netmask", "network", "normalize", "now", "nullif", "num_nonnulls", "num_nulls", "numeric",
    "nummultirange", "numrange", "octet_length", "overlay", "parse_ident", "pg_backend_pid",
    "pg_column_size", "pg_current_xact_id", "pg_current_xact_id_if_assigned",
    "pg_postmaster_start_time", "pg_typeof", "phraseto_tsquery", "pi", "plainto_tsquery", "point", "polygon",
    "position", "pow", "power", "quote_ident", "quote_literal", "quote_nullable", "radians", "regexp_count",
    "regexp_like", "regexp_match", "regexp_replace", "regexp_split_to_array", "regexp_substr", "repeat",
    "replace", "reverse", "right", "round", "row", "row_to_json", "rpad", "rtrim", "session_user", "set_bit",
    "set_byte", "setweight", "sha224", "sha256", "sha384", "sha512", "sign", "sin", "split_part", "sqrt",
    "st_geomfromtext", "st_makepoint", "st_point", "st_setsrid", "starts_with", "statement_timestamp",
    "string_to_array", "strpos", "substr", "substring", "system_user", "tan", "text", "time", "timestamp",
    "timestamptz", "timezone", "to_ascii", "to_char", "to_date", "to_hex", "to_json", "to_jsonb", "to_number",
    "to_regclass", "to_regtype", "to_timestamp", "to_tsquery", "to_tsvector", "transaction_timestamp",
    "translate", "trim", "trim_array", "trim_scale", "trunc", "tsmultirange", "tsrange", "tstzmultirange",
    "tstzrange", "txid_current", "txid_current_if_assigned", "unaccent", "unistr", "upper", "upper_inc",
    "upper_inf", "user", "uuid_generate_v3", "uuid_generate_v5", "uuid_nil", "uuid_ns_dns", "uuid_ns_oid",
    "uuid_ns_url", "uuid_ns_x500", "varchar", "version", "websearch_to_tsquery", "width_bucket", "xmlcomment",
    "xmlconcat", "xmlelement",
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_are_sorted_and_apart() {
        assert!(VOLATILE.is_sorted());
        for pair in STABLE.windows(2) {
            assert!(pair[0] < pair[1], "{} before {}", pair[0], pair[1]);
        }
        assert!(VOLATILE.iter().all(|name| STABLE.binary_search(name).is_err()));
    }
}
