//! Types of columns, their values, and what a column can be changed to

use fastrand::Rng;

/// A type. `setup` makes those that PostgreSQL doesn't have.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    Integer,
    Bigint,
    Numeric,
    FineNumeric,
    Text,
    Varchar,
    LongVarchar,
    Character,
    Boolean,
    Date,
    Timestamp,
    Timestamptz,
    Uuid,
    Jsonb,
    Integers,
    Bigints,
    Texts,
    Mood,
    Feeling,
    Label,
    Code,
    Word,
    Point,
    Place,
    Interval,
}

/// A way from one type to another
#[derive(Debug, Clone, Copy)]
pub struct Change {
    pub from: Kind,
    pub to: Kind,
    /// The `USING` clause, with `{}` for the column
    pub up: Option<&'static str>,
    /// The way back, where the file has to say it
    pub down: Option<&'static str>,
    /// Whether a literal means the same in both types
    pub same_literal: bool,
    /// Whether the result depends on the session that converts
    pub reads_session: bool,
}

const fn change(from: Kind, to: Kind) -> Change {
    Change { from, to, up: None, down: None, same_literal: true, reads_session: false }
}

impl Change {
    const fn up(mut self, up: &'static str) -> Self {
        self.up = Some(up);
        self
    }

    const fn down(mut self, down: &'static str) -> Self {
        self.down = Some(down);
        self
    }

    const fn other_literal(mut self) -> Self {
        self.same_literal = false;
        self
    }

    const fn reads_session(mut self) -> Self {
        self.reads_session = true;
        self.other_literal()
    }

    /// The old value of a new one, as an expression
    pub fn back(&self, value: &str) -> String {
        let down = self.down.map_or_else(|| format!("{{}}::{}", self.from.sql()), str::to_owned);
        down.replace("{}", &format!("(({value})::{})", self.to.sql()))
    }
}

use Kind::{
    Bigint, Bigints, Boolean, Character, Code, Date, Feeling, FineNumeric, Integer, Integers, Interval,
    Jsonb, Label, LongVarchar, Mood, Numeric, Place, Point, Text, Texts, Timestamp, Timestamptz, Uuid,
    Varchar, Word,
};

/// All ways
pub const CHANGES: &[Change] = &[
    change(Integer, Bigint),
    change(Integer, Numeric).down("round({})::integer"),
    change(Integer, Text).up("{}::text").down("{}::integer"),
    change(Bigint, Numeric).down("round({})::bigint"),
    change(Bigint, Integer).up("{}::integer").down("{}::bigint"),
    change(Numeric, FineNumeric).down("round({}, 2)"),
    change(Numeric, Text).up("{}::text").down("{}::numeric(12,2)").other_literal(),
    change(Text, LongVarchar).up("{}::varchar(200)").down("{}::text"),
    change(Varchar, LongVarchar),
    change(Varchar, Text),
    change(LongVarchar, Text),
    change(Character, Text).up("{}::text").down("{}::char(4)").other_literal(),
    change(Character, Varchar).up("{}::varchar(30)").down("{}::char(4)").other_literal(),
    change(Boolean, Text).up("{}::text").down("{}::boolean"),
    change(Boolean, Integer).up("{}::integer").down("{} <> 0").other_literal(),
    change(Date, Timestamp).up("{}::timestamp").down("{}::date"),
    change(Date, Text).up("to_char({}, 'YYYY-MM-DD')").down("to_date({}, 'YYYY-MM-DD')"),
    change(Timestamp, Timestamptz)
        .up("{} AT TIME ZONE 'Asia/Tokyo'")
        .down("{} AT TIME ZONE 'Asia/Tokyo'")
        .other_literal(),
    change(Timestamp, Timestamptz).down("{}::timestamp").reads_session(),
    change(Timestamptz, Timestamp).up("{} AT TIME ZONE 'UTC'").down("{} AT TIME ZONE 'UTC'").other_literal(),
    change(Uuid, Text).up("{}::text").down("{}::uuid"),
    change(Jsonb, Text).up("{}::text").down("{}::jsonb"),
    change(Text, Jsonb).up("to_jsonb({})").down("{} #>> ARRAY[]::text[]").other_literal(),
    change(Integers, Bigints).down("{}::integer[]"),
    change(Integers, Text)
        .up("array_to_string({}, ',', '-')")
        .down("string_to_array({}, ',', '-')::integer[]")
        .other_literal(),
    change(Texts, Jsonb)
        .up("to_jsonb({})")
        .down("ARRAY(SELECT jsonb_array_elements_text({}))")
        .other_literal(),
    change(Mood, Text).up("{}::text").down("{}::mood"),
    change(Mood, Feeling).up("{}::text::\"Feeling\"").down("{}::text::mood"),
    change(Text, Label).down("{}::text"),
    change(Text, Code).down("{}::text"),
    change(Text, Word).down("{}::text"),
    change(Label, Text).down("{}::label"),
    change(Code, Text).down("{}::code"),
    change(Point, Place)
        .up("CASE WHEN {} IS DISTINCT FROM NULL THEN ROW(({}).x, ({}).y)::\"Place\" END")
        .down("CASE WHEN {} IS DISTINCT FROM NULL THEN ROW(({}).\"X\", ({}).\"Y\")::point2 END"),
    change(Interval, Text)
        .up("extract(epoch FROM {})::text")
        .down("make_interval(secs => {}::float8)")
        .other_literal(),
];

/// Types of the setup
pub const SETUP: &str = "CREATE TYPE mood AS ENUM ('sad', 'ok', 'very happy')
CREATE TYPE \"Feeling\" AS ENUM ('ok', 'very happy', 'sad', 'new')
CREATE DOMAIN label AS text
CREATE DOMAIN code AS text CHECK (VALUE <> 'never')
CREATE DOMAIN word AS text DEFAULT 'n/a'
CREATE TYPE point2 AS (x integer, y text)
CREATE TYPE \"Place\" AS (\"X\" bigint, \"Y\" text)";

impl Kind {
    /// Types of columns that setups and files make
    const ALL: [Self; 25] = [
        Integer,
        Bigint,
        Numeric,
        FineNumeric,
        Text,
        Varchar,
        LongVarchar,
        Character,
        Boolean,
        Date,
        Timestamp,
        Timestamptz,
        Uuid,
        Jsonb,
        Integers,
        Bigints,
        Texts,
        Mood,
        Feeling,
        Label,
        Code,
        Word,
        Point,
        Place,
        Interval,
    ];

    /// One by chance
    pub fn by_chance(rng: &mut Rng) -> Self {
        Self::ALL[rng.usize(0..Self::ALL.len())]
    }

    /// As SQL writes it
    pub const fn sql(self) -> &'static str {
        match self {
            Integer => "integer",
            Bigint => "bigint",
            Numeric => "numeric(12,2)",
            FineNumeric => "numeric(14,4)",
            Text => "text",
            Varchar => "varchar(30)",
            LongVarchar => "varchar(200)",
            Character => "char(4)",
            Boolean => "boolean",
            Date => "date",
            Timestamp => "timestamp",
            Timestamptz => "timestamptz",
            Uuid => "uuid",
            Jsonb => "jsonb",
            Integers => "integer[]",
            Bigints => "bigint[]",
            Texts => "text[]",
            Mood => "mood",
            Feeling => "\"Feeling\"",
            Label => "label",
            Code => "code",
            Word => "word",
            Point => "point2",
            Place => "\"Place\"",
            Interval => "interval",
        }
    }

    /// What it is called in the table of features
    pub const fn feature(self) -> &'static str {
        match self {
            Integer => "integer",
            Bigint => "bigint",
            Numeric | FineNumeric => "numeric",
            Text => "text",
            Varchar | LongVarchar => "varchar",
            Character => "char(n)",
            Boolean => "boolean",
            Date => "date",
            Timestamp => "timestamp",
            Timestamptz => "timestamptz",
            Uuid => "uuid",
            Jsonb => "jsonb",
            Integers | Bigints | Texts => "array",
            Mood | Feeling => "enum",
            Label | Code => "domain",
            Word => "domain with default",
            Point | Place => "composite",
            Interval => "interval",
        }
    }

    /// Whether it has an order that a btree index takes
    pub const fn is_indexable(self) -> bool {
        !matches!(self, Point | Place)
    }

    /// Whether a check can compare it with a number
    pub const fn is_number(self) -> bool {
        matches!(self, Integer | Bigint | Numeric | FineNumeric)
    }

    /// Whether it is text
    pub const fn is_text(self) -> bool {
        matches!(self, Text | Varchar | LongVarchar | Label | Code | Word)
    }

    /// A value, as a literal that takes the column's type; `n` makes it unlike others.
    pub fn literal(self, rng: &mut Rng, n: u32) -> String {
        let text = match self {
            Integer | Bigint => (n * 3 + rng.u32(0..3)).to_string(),
            Numeric => format!("{n}.{}5", rng.u32(0..10)),
            FineNumeric => format!("{n}.{}5", rng.u32(0..10)),
            Text | Label | Code | Word | LongVarchar | Varchar => match rng.u32(0..8) {
                0 => format!("Straße {n}"),
                1 => format!("o''clock {n}"),
                _ => format!("word {n}"),
            },
            Character => format!("c{}", n % 100),
            Boolean => if rng.bool() { "true" } else { "false" }.to_owned(),
            Date => format!("20{:02}-0{}-1{}", 20 + n % 9, 1 + n % 9, rng.u32(0..9)),
            Timestamp | Timestamptz => {
                format!("20{:02}-0{}-1{} {:02}:30:00", 20 + n % 9, 1 + n % 9, rng.u32(0..9), rng.u32(0..24))
            }
            Uuid => format!("00000000-0000-4000-8000-{n:012}"),
            Jsonb => match rng.u32(0..4) {
                0 => "null".to_owned(),
                1 => format!("[{n}]"),
                _ => format!("{{\"a\": {n}}}"),
            },
            Integers | Bigints => match rng.u32(0..5) {
                0 => "{}".to_owned(),
                1 => format!("{{{n},NULL}}"),
                _ => format!("{{{n},{}}}", rng.u32(0..9)),
            },
            Texts => match rng.u32(0..4) {
                0 => "{}".to_owned(),
                _ => format!("{{a,w{n}}}"),
            },
            Mood | Feeling => ["sad", "ok", "very happy"][rng.usize(0..3)].to_owned(),
            Point | Place => match rng.u32(0..5) {
                0 => format!("({n},)"),
                1 => "(,)".to_owned(),
                2 => format!("(,a{n})"),
                _ => format!("({n},\"b c\")"),
            },
            Interval => format!("{n} seconds"),
        };
        format!("'{text}'")
    }

    /// The ways from here
    pub fn changes(self) -> Vec<&'static Change> {
        CHANGES.iter().filter(|change| change.from == self).collect()
    }
}
