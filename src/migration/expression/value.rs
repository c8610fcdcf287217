//! The values that a part of a condition may have.

use sqlparser::ast::{self, DataType};

/// The set of values that an expression may have.
#[derive(Debug, Clone, PartialEq)]
pub struct Value {
    /// Whether NULL is among them.
    pub may_be_null: bool,
    /// The others.
    pub known: Known,
}

/// What is known of a value that is not NULL.
#[derive(Debug, Clone, PartialEq)]
pub enum Known {
    /// There is none.
    Nothing,
    /// A truth value.
    Truth(Truth),
    /// A whole number between these two.
    Number(i64, i64),
    /// This text, or what its type makes of it.
    Text(String),
    /// Any value.
    Anything,
}

/// Which truth values are possible.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Truth {
    /// True is.
    pub may_be_true: bool,
    /// False is.
    pub may_be_false: bool,
}

impl Value {
    /// NULL and nothing else.
    pub const NULL: Self = Self { may_be_null: true, known: Known::Nothing };
    /// NULL or any value.
    pub const ANY: Self = Self { may_be_null: true, known: Known::Anything };

    /// A value that is not NULL.
    pub const fn not_null(known: Known) -> Self {
        Self { may_be_null: false, known }
    }

    /// A whole number between two.
    pub const fn number(low: i64, high: i64) -> Self {
        Self::not_null(Known::Number(low, high))
    }

    /// A truth value that is not NULL.
    pub const fn truth_of(may_be_true: bool, may_be_false: bool) -> Self {
        Self::not_null(Known::Truth(Truth { may_be_true, may_be_false }))
    }

    /// The value of a literal.
    pub fn of_literal(literal: &ast::Value) -> Self {
        use ast::Value as V;
        Self::not_null(match literal {
            V::Null => return Self::NULL,
            V::Boolean(value) => Known::Truth(Truth { may_be_true: *value, may_be_false: !*value }),
            V::Number(digits, _) => {
                digits.parse().map_or(Known::Anything, |number| Known::Number(number, number))
            }
            V::SingleQuotedString(text) | V::EscapedStringLiteral(text) => Known::Text(text.clone()),
            V::DollarQuotedString(quoted) => Known::Text(quoted.value.clone()),
            _ => Known::Anything,
        })
    }

    /// Whether NULL is the only possible value.
    pub fn is_nothing_but_null(&self) -> bool {
        self.may_be_null && self.known == Known::Nothing
    }

    /// As a truth value, NULL aside.
    pub const fn truth(&self) -> Truth {
        match self.known {
            Known::Nothing => Truth { may_be_true: false, may_be_false: false },
            Known::Truth(truth) => truth,
            Known::Number(..) | Known::Text(_) | Known::Anything => {
                Truth { may_be_true: true, may_be_false: true }
            }
        }
    }

    /// What may be the one or the other.
    pub fn or(&self, other: &Self) -> Self {
        let known = match (&self.known, &other.known) {
            (Known::Nothing, known) | (known, Known::Nothing) => known.clone(),
            (Known::Truth(a), Known::Truth(b)) => Known::Truth(Truth {
                may_be_true: a.may_be_true || b.may_be_true,
                may_be_false: a.may_be_false || b.may_be_false,
            }),
            (Known::Number(a, b), Known::Number(c, d)) => Known::Number(*a.min(c), *b.max(d)),
            (Known::Text(a), Known::Text(b)) if a == b => Known::Text(a.clone()),
            _ => Known::Anything,
        };
        Self { may_be_null: self.may_be_null || other.may_be_null, known }
    }

    /// The same without NULL.
    pub fn but_null(self) -> Self {
        Self { may_be_null: false, ..self }
    }

    /// `IS NULL`
    pub fn is_null(&self) -> Self {
        Self::truth_of(self.may_be_null, self.known != Known::Nothing)
    }

    /// `IS TRUE`, `IS FALSE`
    pub fn is(&self, wanted: bool) -> Self {
        let truth = self.truth();
        let (yes, no) = match wanted {
            true => (truth.may_be_true, truth.may_be_false),
            false => (truth.may_be_false, truth.may_be_true),
        };
        Self::truth_of(yes, no || self.may_be_null)
    }

    /// `NOT`
    pub fn not(&self) -> Self {
        let Truth { may_be_true, may_be_false } = self.truth();
        let known = Known::Truth(Truth { may_be_true: may_be_false, may_be_false: may_be_true });
        Self { may_be_null: self.may_be_null, known }
    }

    /// `NOT`, where it is written.
    pub fn not_if(self, negated: bool) -> Self {
        if negated { self.not() } else { self }
    }

    /// `AND`
    pub fn and(&self, other: &Self) -> Self {
        let (a, b) = (self.truth(), other.truth());
        let with = |one: &Self, b: Truth, null: bool| one.may_be_null && (b.may_be_true || null);
        Self {
            may_be_null: with(self, b, other.may_be_null) || with(other, a, self.may_be_null),
            known: Known::Truth(Truth {
                may_be_true: a.may_be_true && b.may_be_true,
                may_be_false: a.may_be_false || b.may_be_false,
            }),
        }
    }

    /// `OR`
    pub fn either(&self, other: &Self) -> Self {
        self.not().and(&other.not()).not()
    }

    /// A cast. What a number or a text is in another type isn't looked into.
    pub fn cast(self, to: &DataType) -> Self {
        let whole = matches!(
            to,
            DataType::SmallInt(_)
                | DataType::Int2(_)
                | DataType::Int(_)
                | DataType::Integer(_)
                | DataType::Int4(_)
                | DataType::BigInt(_)
                | DataType::Int8(_)
        );
        let text = matches!(to, DataType::Text | DataType::Varchar(None) | DataType::CharacterVarying(None));
        let known = match self.known {
            Known::Truth(truth) if whole => {
                Known::Number(i64::from(!truth.may_be_false), i64::from(truth.may_be_true))
            }
            known @ Known::Truth(_) if matches!(to, DataType::Boolean | DataType::Bool) => known,
            known @ Known::Number(..) if whole || matches!(to, DataType::Numeric(_)) => known,
            known @ Known::Text(_) if text => known,
            Known::Nothing => Known::Nothing,
            Known::Truth(_) | Known::Number(..) | Known::Text(_) | Known::Anything => Known::Anything,
        };
        Self { known, ..self }
    }
}
