//! `cargo xtask keys reseal` and `cargo xtask trail audit`: over everything that a deployment has stored, page after page.

use std::collections::BTreeMap;

use pbx_2fa_shared::maintenance::{
    Finding, MaintenanceRequest, MaintenanceResponse, MaintenanceTask, OlderApiKey,
};

use crate::failure::{Failure, Outcome};
use crate::operator::Operator;
use crate::print::{note, thousands};

/// What all pages together say.
#[derive(Default)]
struct Summary {
    /// Accounts, without the tenants of the directory.
    accounts: u64,
    changed: u64,
    versions: BTreeMap<u8, u64>,
    api_keys: Vec<OlderApiKey>,
    findings: Vec<(String, Finding)>,
}

pub(crate) fn command(task: MaintenanceTask) -> Outcome<()> {
    let operator = Operator::from_environment()?;
    let mut summary = Summary::default();
    let objects = go_over(&operator, task, None, &mut summary)?;
    for object in 0..objects {
        go_over(&operator, task, Some(object), &mut summary)?;
        note(&format!(
            "{} of {objects} objects, {} accounts",
            object.saturating_add(1),
            thousands(summary.accounts)
        ));
    }
    println!("{}", summary.sentences(task).join("\n"));
    if !summary.findings.is_empty() {
        let count = summary.findings.len();
        return Err(Failure::new(format!("{count} findings, listed above")));
    }
    if objects == 0 {
        return Err(Failure::new(
            "with ACCOUNT_OWNERS=per-account nothing can list the accounts, so only the tenants were gone over",
        ));
    }
    Ok(())
}

/// All pages of one object, or of the directory. How many objects there are.
fn go_over(
    operator: &Operator,
    task: MaintenanceTask,
    object: Option<u16>,
    summary: &mut Summary,
) -> Outcome<u16> {
    let mut after = None;
    loop {
        let page = operator.maintain(task, &MaintenanceRequest { object, after })?;
        let (objects, next) = (page.objects, page.next);
        summary.add(object, page);
        match next {
            Some(next) => after = Some(next),
            None => return Ok(objects),
        }
    }
}

impl Summary {
    fn add(&mut self, object: Option<u16>, page: MaintenanceResponse) {
        self.accounts += if object.is_some() { page.walked } else { 0 };
        self.changed += page.changed;
        for (version, values) in page.versions {
            *self.versions.entry(version).or_default() += values;
        }
        self.api_keys.extend(page.api_keys);
        let place = object.map_or_else(|| "directory".to_owned(), |n| format!("object {n}"));
        let found = page.findings.into_iter();
        self.findings
            .extend(found.map(|finding| (place.clone(), finding)));
    }

    fn sentences(&self, task: MaintenanceTask) -> Vec<String> {
        let mut lines: Vec<String> = self.findings.iter().map(told).collect();
        let accounts = thousands(self.accounts);
        if task == MaintenanceTask::Audit {
            lines.push(format!("{accounts} accounts, {} findings", self.findings.len()));
            return lines;
        }
        lines.push(format!(
            "{accounts} accounts, {} rows sealed anew",
            thousands(self.changed)
        ));
        for key in &self.api_keys {
            lines.push(format!(
                "replace the API key {} of {}: it was handed out with version {}",
                key.id, key.client_id, key.version
            ));
        }
        let current = self.versions.keys().next_back().copied();
        for (version, values) in &self.versions {
            let values = thousands(*values);
            lines.push(if Some(*version) == current {
                format!("version {version}: {values} values")
            } else {
                format!("version {version}: {values} values, so it must stay in ROOT_KEYS")
            });
        }
        if self.versions.len() < 2 {
            lines.push("no earlier version is needed by anything stored".to_owned());
        }
        lines
    }
}

fn told((place, finding): &(String, Finding)) -> String {
    let of = finding.of.as_deref().unwrap_or("as a whole");
    format!("FOUND  {place}, {of}: {}", finding.kind.sentence())
}

#[cfg(test)]
mod tests {
    use super::Summary;
    use pbx_2fa_shared::maintenance::{MaintenanceResponse, MaintenanceTask};

    fn summary(pages: &[(Option<u16>, &str)]) -> Summary {
        let mut summary = Summary::default();
        for (object, page) in pages {
            let page: MaintenanceResponse = serde_json::from_str(page).unwrap();
            summary.add(*object, page);
        }
        summary
    }

    #[test]
    fn pages_are_added_up_and_a_version_that_is_needed_is_named() {
        let both = summary(&[
            (
                None,
                r#"{"objects":2,"done":true,"walked":1,"changed":1,"versions":{"1":1,"2":1},
                    "api_keys":[{"client_id":"acme","id":"bb444a5c","version":1}]}"#,
            ),
            (
                Some(0),
                r#"{"objects":2,"done":true,"walked":3,"changed":2,"versions":{"2":1500}}"#,
            ),
        ]);
        let lines = both.sentences(MaintenanceTask::Reseal);
        assert_eq!(
            lines,
            [
                "3 accounts, 3 rows sealed anew",
                "replace the API key bb444a5c of acme: it was handed out with version 1",
                "version 1: 1 values, so it must stay in ROOT_KEYS",
                "version 2: 1,501 values",
            ]
        );
    }

    #[test]
    fn when_one_version_is_left_the_others_may_go() {
        let one = summary(&[(
            Some(0),
            r#"{"objects":1,"done":true,"walked":1,"changed":0,"versions":{"2":4}}"#,
        )]);
        let lines = one.sentences(MaintenanceTask::Reseal);
        assert_eq!(
            lines.last().unwrap(),
            "no earlier version is needed by anything stored"
        );
    }

    #[test]
    fn findings_name_the_place() {
        let found = summary(&[(
            Some(3),
            r#"{"objects":4,"done":true,"walked":1,"changed":0,"versions":{},
                "findings":[{"kind":"event-missing","of":"AAAA"},{"kind":"accounts-miscounted"}]}"#,
        )]);
        let lines = found.sentences(MaintenanceTask::Audit);
        assert!(
            lines[0].starts_with("FOUND  object 3, AAAA: an event was taken out"),
            "{lines:?}"
        );
        assert!(
            lines[1].starts_with("FOUND  object 3, as a whole: there are more or fewer"),
            "{lines:?}"
        );
        assert_eq!(lines[2], "1 accounts, 2 findings");
    }
}
