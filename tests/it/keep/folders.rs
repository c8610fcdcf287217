//! Every folder of `tests/oracle`, contracted so that it is kept: undone, and purged. `MIDFLIGHT_KEEP=all` takes all of them,
//! or those whose name begins with it; an ordinary run takes a sample

use crate::support::oracle_case::{OracleCase, Psql};
use crate::support::program::Program;

/// Those of an ordinary run
const SAMPLE: &[&str] = &[
    "undo/type_changed_with_all_that_hangs_on_it",
    "order/names_of_two_columns_swapped",
    "order/a_key_and_its_column_go",
    "order/changes_of_a_dropped_table",
    "values/a_split_with_nulls",
    "columns/sequences_of_changed_types",
    "facts/names_of_long_tables",
    "order/names_in_mixed_case",
];

#[tokio::test]
async fn undone_and_purged() {
    let wanted = std::env::var("MIDFLIGHT_KEEP").unwrap_or_default();
    let names = OracleCase::names();
    let chosen = names.iter().filter(|name| match wanted.as_str() {
        "" => SAMPLE.contains(&name.as_str()),
        "all" => true,
        start => name.starts_with(start),
    });
    let (mut failed, mut kept, mut not) = (Vec::new(), 0, 0);
    for name in chosen {
        let case = OracleCase::read(name);
        if !case.fits_the_server() {
            continue;
        }
        match there_and_back(&case).await {
            Ok(found) => {
                kept += found.kept;
                not += found.refused.len();
                for why in found.refused {
                    println!("not kept: {name}: {why}");
                }
            }
            Err(why) => failed.push(format!("{name}: {why}")),
        }
    }
    println!("{kept} files kept, {not} refused, {} failed", failed.len());
    assert!(failed.is_empty(), "{}", failed.join("\n\n"));
    assert!(kept > 0, "nothing was kept");
}

#[derive(Default)]
struct Found {
    kept: usize,
    /// Why files could not be kept
    refused: Vec<String>,
}

async fn there_and_back(case: &OracleCase) -> Result<Found, String> {
    let mut result = Found::default();
    let (wanted, found) = (case.database().await, case.database().await);
    for (at, file) in case.files.iter().enumerate() {
        let program = case.program(&found, &case.files[..=at]);
        let before = case.contents(&found).await;
        let by_psql = file.by_psql(&wanted).await;
        if program.run(&["expand", &file.id, "--release", &format!("{at}a")]).await.code != 0
            || by_psql == Psql::Refuses
        {
            return Ok(result);
        }
        succeeds(&program, &["backfill", &file.id]).await?;
        let ready = case.contents(&found).await;
        let contract = ["contract", &file.id, "--release", &format!("{at}b"), "--keep"];
        let contract_for = |time| contract.into_iter().chain([time]).collect::<Vec<_>>();
        let kept = program.run(&contract_for("7d")).await;
        if kept.code == 23 {
            case.unchanged(&format!("{} refused to keep", file.id), &ready, &found).await?;
            result.refused.push(kept.stderr.lines().skip(1).collect::<Vec<_>>().join(" | "));
            succeeds(&program, &contract_for("0s")).await?;
            case.alike(&format!("{} contracted at once", file.id), &wanted, &found).await?;
            continue;
        }
        if kept.code != 0 {
            return Err(format!("contract of {} ends with {}: {}", file.id, kept.code, kept.stderr));
        }
        result.kept += 1;
        succeeds(&program, &["undo", &file.id]).await?;
        if at == 0 {
            let left = case.database().await;
            case.leave(&left).await;
            let left = case.contents(&left).await;
            case.unchanged(&format!("{} undone", file.id), &left, &found).await?;
        } else {
            case.unchanged(&format!("{} undone", file.id), &before, &found).await?;
        }
        succeeds(&program, &["expand", &file.id, "--release", &format!("{at}c")]).await?;
        succeeds(&program, &["backfill", &file.id]).await?;
        let again = ["contract", &file.id, "--release", &format!("{at}d"), "--keep", "7d"];
        succeeds(&program, &again).await?;
        succeeds(&program, &["purge", &file.id]).await?;
        case.alike(&format!("{} purged", file.id), &wanted, &found).await?;
    }
    Ok(result)
}

async fn succeeds(program: &Program, arguments: &[&str]) -> Result<(), String> {
    let ran = program.run(arguments).await;
    if ran.code == 0 {
        return Ok(());
    }
    Err(format!("`{}` ends with {}: {}{}", arguments.join(" "), ran.code, ran.stdout, ran.stderr))
}
