fn main() {
    let (mut files, mut statements, mut steps, mut bad, mut placed, mut errors) = (0, 0, 0, 0, 0, 0);
    let mut heads = std::collections::BTreeMap::new();
    for path in std::io::stdin().lines() {
        let path = path.unwrap();
        let m = match midflight::migration::read(&path) {
            Ok(m) => m,
            Err(e) => {
                errors += 1;
                println!("ERR {path}: {e}");
                continue;
            }
        };
        files += 1;
        statements += m.statements;
        for s in &m.steps {
            steps += 1;
            assert!(m.source.text.get(s.span.range()).is_some());
            if let midflight::migration::operation::Operation::Unplaced(u) = &s.operation {
                if u.recognised {
                    placed += 1;
                    *heads.entry(u.head.clone()).or_insert(0) += 1;
                } else {
                    bad += 1;
                    let p = m.source.position(s.span.start);
                    println!(
                        "BAD {path}:{}:{}: {} :: {} :: {}",
                        p.line,
                        p.column,
                        u.head,
                        u.error.clone().unwrap_or_default(),
                        u.sql.chars().take(150).collect::<String>().replace('\n', " ")
                    );
                }
            }
        }
    }
    let mut heads: Vec<_> = heads.into_iter().collect();
    heads.sort_by_key(|h| -h.1);
    println!(
        "files {files} errors {errors} statements {statements} steps {steps} unplaced {placed} unreadable {bad}\n{heads:?}"
    );
}
