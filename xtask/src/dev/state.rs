//! What survives a restart: keys, the worker's database, the portal's users.

use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use crate::failure::{Context, Outcome};
use crate::files;
use crate::keys::{self, DeploymentKeys};
use crate::print::note;
use crate::workspace::shown;

pub(crate) struct State {
    directory: PathBuf,
    pub(crate) secrets: Secrets,
}

/// Made at the first start.
#[derive(Serialize, Deserialize)]
pub(crate) struct Secrets {
    #[serde(flatten)]
    pub(crate) keys: DeploymentKeys,
    pub(crate) webhook_secret: String,
}

/// Known once the worker has made it.
#[derive(Serialize, Deserialize)]
pub(crate) struct StoredApiKey {
    pub(crate) id: String,
    pub(crate) api_key: String,
}

impl State {
    /// The directory and its secrets are for their owner alone.
    pub(crate) fn open(directory: &Path) -> Outcome<Self> {
        files::make_private_dir(directory)?;
        let file = directory.join("secrets.json");
        let secrets = if file.exists() {
            serde_json::from_str(&files::read_text(&file)?).context(|| {
                format!(
                    "{} is damaged; delete {} to begin anew",
                    shown(&file),
                    shown(directory)
                )
            })?
        } else {
            let secrets = Secrets {
                keys: DeploymentKeys::make()?,
                webhook_secret: keys::webhook_secret()?,
            };
            save(&file, &secrets)?;
            note(&format!("made the keys of this machine in {}", shown(directory)));
            secrets
        };
        let state = Self {
            directory: directory.to_owned(),
            secrets,
        };
        files::make_private_dir(&state.owners())?;
        files::make_private_dir(&state.portal())?;
        Ok(state)
    }

    /// The databases of the Durable Objects.
    pub(crate) fn owners(&self) -> PathBuf {
        self.directory.join("owners")
    }

    pub(crate) fn portal(&self) -> PathBuf {
        self.directory.join("portal")
    }

    pub(crate) fn api_key(&self) -> Option<StoredApiKey> {
        serde_json::from_str(&std::fs::read_to_string(self.api_key_file()).ok()?).ok()
    }

    pub(crate) fn keep_api_key(&self, key: &StoredApiKey) -> Outcome<()> {
        save(&self.api_key_file(), key)
    }

    fn api_key_file(&self) -> PathBuf {
        self.directory.join("api-key.json")
    }
}

fn save(file: &Path, value: &impl Serialize) -> Outcome<()> {
    let text = serde_json::to_string_pretty(value).context(|| shown(file))?;
    files::write_private(file, &text)
}
