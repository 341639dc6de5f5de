//! What somebody else does at Apple meanwhile, with the same API key and without Latchkey.

use std::path::Path;

use anyhow::{Context, Result};
use serde_json::{Value, json};

use crate::{simulator::Simulator, token};

impl Simulator {
    /// Adds a public key, for one app by its Apple ID or for all. Gives its distribution key ID.
    pub fn added_elsewhere(&self, public_key: &Path, app: Option<&str>) -> Result<String> {
        let public_key = std::fs::read_to_string(public_key)?;
        let mut data =
            json!({ "type": "alternativeDistributionKeys", "attributes": { "publicKey": public_key } });
        if let Some(app) = app {
            data["relationships"] = json!({ "app": { "data": { "type": "apps", "id": app } } });
        }
        let request = ureq::post(self.keys_url()).header("authorization", self.bearer()?);
        let answer: Value = request.send_json(json!({ "data": data }))?.into_body().read_json()?;
        answer["data"]["id"].as_str().map(str::to_owned).with_context(|| format!("no ID: {answer}"))
    }

    /// Removes a key.
    pub fn removed_elsewhere(&self, id: &str) -> Result<()> {
        let url = format!("{}/{id}", self.keys_url());
        ureq::delete(url).header("authorization", self.bearer()?).call()?;
        Ok(())
    }

    fn keys_url(&self) -> String {
        format!("{}/v1/alternativeDistributionKeys", self.url)
    }

    fn bearer(&self) -> Result<String> {
        Ok(format!("Bearer {}", token::sign_in(&self.p8, &self.key_id, &self.issuer_id)?))
    }
}
