//! `ALTER TABLE`: each action on its own, so that one unknown action hides no other.

use sqlparser::tokenizer::Token;

use super::column::{self, type_text};
use super::cursor::Cursor;
use super::outside::table_action;
use super::statement::{Part, recognised, unreadable};
use super::{Read, constraint, heads, identity};
use crate::migration::operation::{
    AddColumn, ChangeType, ColumnTarget, ConstraintTarget, DropColumn, Name, Operation, RenameColumn,
    RenameConstraint, RenameTable, SetDefault, SetNotNull, SetStatistics, SetStorage, TableProperty,
    TableRef,
};
use crate::migration::source::Located;
use crate::migration::statement::Statement;

type Table = Located<TableRef>;

/// Reads an `ALTER TABLE`; nothing when the statement is another one.
pub fn read(mut cursor: Cursor) -> Read<Option<Vec<Part>>> {
    let whole = cursor;
    if !cursor.eat("ALTER TABLE") || cursor.at("ALL IN TABLESPACE") {
        return Ok(None);
    }
    cursor.eat("IF EXISTS");
    cursor.eat("ONLY");
    let table = cursor.table()?;
    cursor.eat_token(&Token::Mul);
    let intro_end = cursor.here().start;
    let actions = cursor.commas();
    let mut parts = Vec::new();
    for action in &actions {
        let span = if actions.len() == 1 { whole.span() } else { action.span() };
        let intro = &whole.source.text[whole.here().start..intro_end];
        let outside = || outside(action, intro, &table);
        match read_action(*action, &table).and_then(|known| known.map_or_else(outside, Ok)) {
            Ok(operation) => parts.push((operation, span)),
            Err(fault) => parts.push((unreadable(&whole, whole.span(), &fault), fault.span)),
        }
    }
    Ok(Some(parts))
}

/// An action outside the vocabulary, as a statement of its own.
fn outside(action: &Cursor, intro: &str, table: &Table) -> Read<Operation> {
    let words = heads::action(action).ok_or_else(|| action.expected("an action of ALTER TABLE"))?;
    let sql = format!("{intro}{}", action.source.slice(action.span()));
    let statement = Statement::AlterTable(table.clone(), table_action::read(action));
    Ok(Operation::Unplaced(recognised(sql, format!("ALTER TABLE {words}"), Some(table.clone()), statement)))
}

fn read_action(mut cursor: Cursor, table: &Table) -> Read<Option<Operation>> {
    if cursor.eat("ADD") {
        add(cursor, table)
    } else if cursor.eat("DROP") {
        drop_part(cursor, table).map(Some)
    } else if cursor.at("ALTER CONSTRAINT") {
        Ok(None)
    } else if cursor.eat("ALTER") {
        cursor.eat("COLUMN");
        alter_column(cursor, table)
    } else if cursor.eat("RENAME") {
        rename(cursor, table)
    } else if cursor.eat("VALIDATE CONSTRAINT") {
        let name = cursor.name()?;
        cursor.finish()?;
        let target = ConstraintTarget { table: table.clone(), name, if_exists: false, cascade: false };
        Ok(Some(Operation::ValidateConstraint(target)))
    } else if cursor.is_empty() {
        Err(cursor.expected("an action of ALTER TABLE"))
    } else {
        property(cursor, table)
    }
}

fn add(mut cursor: Cursor, table: &Table) -> Read<Option<Operation>> {
    if constraint::starts(&cursor) {
        return constraint::read(cursor, table);
    }
    cursor.eat("COLUMN");
    let if_not_exists = cursor.eat("IF NOT EXISTS");
    let column = column::read(&mut cursor)?;
    Ok(Some(Operation::AddColumn(AddColumn {
        table: table.clone(),
        column,
        up: None,
        if_not_exists,
        nulls_written: false,
    })))
}

fn drop_part(mut cursor: Cursor, table: &Table) -> Read<Operation> {
    let table = table.clone();
    let constraint = cursor.eat("CONSTRAINT");
    if !constraint {
        cursor.eat("COLUMN");
    }
    let if_exists = cursor.eat("IF EXISTS");
    let name = cursor.name()?;
    let cascade = cascade(&mut cursor);
    cursor.finish()?;
    Ok(if constraint {
        Operation::DropConstraint(ConstraintTarget { table, name, if_exists, cascade })
    } else {
        Operation::DropColumn(DropColumn { table, column: name, if_exists, cascade })
    })
}

/// Takes `CASCADE` or `RESTRICT`; true for the former.
pub fn cascade(cursor: &mut Cursor) -> bool {
    let cascade = cursor.eat("CASCADE");
    if !cascade {
        cursor.eat("RESTRICT");
    }
    cascade
}

fn alter_column(mut cursor: Cursor, table: &Table) -> Read<Option<Operation>> {
    let (column, table) = (cursor.name()?, table.clone());
    let operation = if cursor.eat("TYPE") || cursor.eat("SET DATA TYPE") {
        return change_type(cursor, ChangeType { table, column, ..ChangeType::default() });
    } else if cursor.eat("SET DEFAULT") {
        let default = cursor.expression()?;
        return Ok(Some(Operation::SetDefault(SetDefault { table, column, default })));
    } else if cursor.eat("SET NOT NULL") {
        Operation::SetNotNull(SetNotNull { table, column, up: None })
    } else if cursor.eat("DROP NOT NULL") {
        Operation::DropNotNull(ColumnTarget { table, column })
    } else if cursor.eat("DROP DEFAULT") {
        Operation::DropDefault(ColumnTarget { table, column })
    } else if cursor.eat("SET STATISTICS") {
        let target = cursor.some_text("a number")?;
        let statistics = match target.value.to_ascii_uppercase().as_str() {
            "DEFAULT" => -1,
            number => number.replace(' ', "").parse().map_err(|_| cursor.expected("a number"))?,
        };
        return Ok(Some(Operation::SetStatistics(SetStatistics { table, column, statistics })));
    } else if let Some(operation) = identity::action(cursor, &table, &column)? {
        return Ok(Some(operation));
    } else {
        return storage(cursor, table, Some(column));
    };
    cursor.finish()?;
    Ok(Some(operation))
}

/// A property of the table as a whole; nothing for what is outside the vocabulary.
fn property(mut cursor: Cursor, table: &Table) -> Read<Option<Operation>> {
    let table = table.clone();
    if cursor.eat("REPLICA IDENTITY") {
        let to = cursor.some_text("DEFAULT, FULL, NOTHING or USING INDEX")?;
        return Ok(Some(Operation::SetReplicaIdentity(TableProperty { table, to })));
    }
    let mut rest = cursor;
    let to = rest.until(|at| at.at("ROW LEVEL SECURITY"));
    if rest.eat("ROW LEVEL SECURITY") {
        rest.finish()?;
        let to = to.some_text("ENABLE, DISABLE, FORCE or NO FORCE")?;
        return Ok(Some(Operation::SetRowSecurity(TableProperty { table, to })));
    }
    storage(cursor, table, None)
}

/// `SET (…)` or `RESET (…)`.
fn storage(mut cursor: Cursor, table: Table, column: Option<Name>) -> Read<Option<Operation>> {
    let set = cursor.eat("SET");
    if !(set || cursor.eat("RESET")) || !cursor.at_token(&Token::LParen) {
        return Ok(None);
    }
    let parameters = cursor.group("parameters in parentheses")?.commas();
    let parameters = parameters.iter().map(|one| one.some_text("a parameter")).collect::<Read<Vec<_>>>()?;
    cursor.finish()?;
    let (set, reset) = if set { (parameters, Vec::new()) } else { (Vec::new(), parameters) };
    Ok(Some(Operation::SetStorageParameters(SetStorage { table, column, set, reset })))
}

fn change_type(mut cursor: Cursor, mut change: ChangeType) -> Read<Option<Operation>> {
    change.type_ = type_text(&mut cursor, "a type")?;
    if cursor.eat("COLLATE") {
        change.collation = Some(cursor.until(|at| at.at("USING")).some_text("a collation")?);
    }
    if cursor.eat("USING") {
        change.up = Some(cursor.expression()?);
    } else {
        cursor.finish()?;
    }
    Ok(Some(Operation::ChangeType(change)))
}

fn rename(mut cursor: Cursor, table: &Table) -> Read<Option<Operation>> {
    let table = table.clone();
    let operation = if cursor.eat("CONSTRAINT") {
        let name = cursor.name()?;
        cursor.expect("TO")?;
        Operation::RenameConstraint(RenameConstraint { table, name, to: cursor.name()? })
    } else if cursor.eat("TO") {
        Operation::RenameTable(RenameTable { table, to: cursor.name()? })
    } else {
        cursor.eat("COLUMN");
        let column = cursor.name()?;
        cursor.expect("TO")?;
        Operation::RenameColumn(RenameColumn { table, column, to: cursor.name()?, nulls_written: false })
    };
    cursor.finish()?;
    Ok(Some(operation))
}
