//! What everybody who writes has to be allowed: the triggers of dual writes run as the writer, and call what is in the
//! state schema. A `REVOKE … FROM PUBLIC`, or a dump that was restored without privileges, makes every write fail.

use sqlx::Row;

use super::{Audit, Store};
use crate::db::{Conn, Failure, classify, statement};
use crate::error::{Error, Kind, Result};

impl Store {
    /// Gives PUBLIC back what it lacks, and writes that into the audit.
    ///
    /// # Errors
    /// The database's.
    pub async fn mend_grants(&self, conn: &mut Conn) -> Result<Mended> {
        let missing = self.missing_grants(conn).await?;
        if missing.is_empty() {
            return Ok(Mended::default());
        }
        for grant in &missing {
            conn.begin("BEGIN; SET LOCAL lock_timeout = '5s'; SET LOCAL search_path = pg_catalog").await?;
            // A role without the privilege gets an error or a warning, as it has other rights there: what counts is what is
            // missing afterwards.
            match conn.run(grant).await {
                Ok(_) => conn.commit().await?,
                Err(error) => {
                    conn.rollback().await;
                    if classify(&error) != Failure::Permanent {
                        return Err(error.into());
                    }
                }
            }
        }
        let left = self.missing_grants(conn).await?;
        let made: Vec<String> = missing.into_iter().filter(|grant| !left.contains(grant)).collect();
        if !made.is_empty() {
            let entry =
                Audit { what: "grants", detail: serde_json::json!({ "made": made }), ..Audit::default() };
            self.audit(conn, &entry).await?;
        }
        Ok(Mended { made, left })
    }

    /// The statements that give PUBLIC what it lacks.
    ///
    /// # Errors
    /// The database's.
    pub async fn missing_grants(&self, conn: &mut Conn) -> Result<Vec<String>, sqlx::Error> {
        let rows = statement(MISSING).bind(self.schema().as_str()).fetch_all(conn).await?;
        rows.iter().map(|row| row.try_get(0)).collect()
    }
}

/// What came of privileges that were missing.
#[derive(Debug, Clone, Default)]
pub struct Mended {
    /// The statements that gave them back.
    pub made: Vec<String>,
    /// Those that this role may not make.
    pub left: Vec<String>,
}

/// What to do about grants that this role may not make.
pub fn grants_hint(missing: &[String]) -> String {
    format!("as the owner of the state schema: {}", missing.join("; "))
}

impl Mended {
    /// Fails where something is still missing.
    ///
    /// # Errors
    /// Exit 22 with the statements.
    pub fn complete(&self) -> Result<()> {
        if self.left.is_empty() {
            return Ok(());
        }
        Err(Error::new(Kind::Drift, "the application's roles lack privileges that its writes need")
            .hint(grants_hint(&self.left)))
    }

    /// In words, where there is something to say.
    pub fn told(&self) -> Option<String> {
        let missing = "privileges that the application's writes need had been taken away";
        match (self.made.is_empty(), self.left.is_empty()) {
            (true, true) => None,
            (false, true) => Some(format!("{missing}, and were given back: {}", self.made.join("; "))),
            (_, false) => Some(format!("{missing}; {}", grants_hint(&self.left))),
        }
    }
}

/// Everything in the state schema is midflight's. The functions of triggers are called by nobody.
const MISSING: &str = "
WITH state AS (SELECT n.oid, n.nspname, n.nspacl, n.nspowner FROM pg_namespace n WHERE n.nspname = $1)
SELECT told FROM (
  SELECT 1 AS at, format('GRANT USAGE ON SCHEMA %I TO PUBLIC', s.nspname) AS told FROM state s
  WHERE NOT EXISTS (SELECT FROM aclexplode(coalesce(s.nspacl, acldefault('n', s.nspowner))) x
                    WHERE x.grantee = 0 AND x.privilege_type = 'USAGE')
  UNION ALL
  SELECT 2, format('GRANT EXECUTE ON FUNCTION %s TO PUBLIC', p.oid::regprocedure)
  FROM state s JOIN pg_proc p ON p.pronamespace = s.oid
  WHERE p.prokind = 'f' AND p.prorettype <> 'trigger'::regtype
    AND NOT EXISTS (SELECT FROM aclexplode(coalesce(p.proacl, acldefault('f', p.proowner))) x
                    WHERE x.grantee = 0 AND x.privilege_type = 'EXECUTE')
  UNION ALL
  SELECT 3, format('GRANT USAGE ON SEQUENCE %I.%I TO PUBLIC', s.nspname, c.relname)
  FROM state s JOIN pg_class c ON c.relnamespace = s.oid
  WHERE c.relkind = 'S' AND c.relname::text LIKE '%\\_old\\_writes'
    AND NOT EXISTS (SELECT FROM aclexplode(coalesce(c.relacl, acldefault('s', c.relowner))) x
                    WHERE x.grantee = 0 AND x.privilege_type = 'USAGE')) missing
ORDER BY at, told";
