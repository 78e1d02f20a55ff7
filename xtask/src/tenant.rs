//! `cargo xtask tenant`: portals of a deployment, by hand.

use std::path::Path;

use pbx_2fa_shared::operator::TenantSettings;
use serde::Serialize;

use crate::args::TenantOrder;
use crate::failure::{Context, Failure, Outcome};
use crate::files;
use crate::operator::Operator;

pub(crate) fn command(order: &TenantOrder) -> Outcome<()> {
    let operator = Operator::from_env()?;
    match order {
        TenantOrder::Show { client_id } => match operator.tenant(client_id)? {
            Some(tenant) => print(&tenant),
            None => Err(Failure::new(format!(
                "there is no tenant {client_id} at {}",
                operator.base()
            ))),
        },
        TenantOrder::Put { client_id, settings } => print(&operator.put_tenant(client_id, &read(settings)?)?),
        TenantOrder::AddKey { client_id } => {
            eprintln!("This is a secret, shown this once.");
            print(&operator.add_key(client_id)?)
        }
        TenantOrder::RemoveKey { client_id, key_id } => operator.remove_key(client_id, key_id),
    }
}

/// Checked here already, so that a mistake is found with the line it stands on.
fn read(path: &Path) -> Outcome<TenantSettings> {
    serde_json::from_str(&files::read_text(path)?).context(|| format!("{}", path.display()))
}

fn print(value: &impl Serialize) -> Outcome<()> {
    let text = serde_json::to_string_pretty(value).context(|| "the answer".to_owned())?;
    println!("{text}");
    Ok(())
}
