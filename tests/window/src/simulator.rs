//! App Store Connect in miniature, as a server in a process of its own.

use std::{
    io::{BufRead, BufReader},
    path::{Path, PathBuf},
    process::{Child, ChildStdout, Command, Stdio},
};

use anyhow::{Context, Result};
use serde_json::Value;

/// A running simulator. Its account, apps and keys are the same for the same seed.
pub struct Simulator {
    process: Child,
    /// Held so that the simulator's further output has somewhere to go.
    _output: BufReader<ChildStdout>,
    /// `http://127.0.0.1:PORT`
    pub url: String,
    /// The API key ID of its one API key.
    pub key_id: String,
    /// The issuer ID that goes with it.
    pub issuer_id: String,
    /// The file with the API key.
    pub p8: PathBuf,
}

impl Simulator {
    /// Starts one with 12 apps and 3 keys, whose API key is or comes to be in `folder`. An `AuthKey_….p8` of its
    /// API key ID that is there already is the one it accepts. Further options are as its `--help` lists them.
    pub fn start(folder: &Path, options: &[&str]) -> Result<Self> {
        let mut process = Command::new(crate::binary("latchkey-simulator")?)
            .args(["--port", "0", "--apps", "12", "--keys", "3", "--seed", "1", "--write-credentials"])
            .arg(folder)
            .args(options)
            .stdout(Stdio::piped())
            .spawn()
            .context("the simulator can't be started")?;
        let mut output = BufReader::new(process.stdout.take().context("no standard output")?);
        let mut line = String::new();
        output.read_line(&mut line)?;
        let first: Value =
            serde_json::from_str(&line).with_context(|| format!("its first line: {line:?}"))?;
        let text = |name: &str| first[name].as_str().unwrap_or_default().to_owned();
        Ok(Self {
            process,
            _output: output,
            url: text("url"),
            key_id: text("keyId"),
            issuer_id: text("issuerId"),
            p8: PathBuf::from(text("p8")),
        })
    }

    /// Every request it saw, in order: `method`, `path`, `query`, `body`, `status`.
    pub fn log(&self) -> Result<Vec<Value>> {
        let log: Value = ureq::get(format!("{}/__log", self.url)).call()?.into_body().read_json()?;
        log.as_array().cloned().with_context(|| format!("not a list: {log}"))
    }

    /// The requests of one method.
    pub fn requests(&self, method: &str) -> Result<Vec<Value>> {
        Ok(self.log()?.into_iter().filter(|request| request["method"] == method).collect())
    }

    /// The truth: `{"keys":[{id,fingerprint,appId}],"apps":[{id,name,bundleId,keyId}]}`.
    pub fn state(&self) -> Result<Value> {
        Ok(ureq::get(format!("{}/__state", self.url)).call()?.into_body().read_json()?)
    }

    /// How many requests it saw.
    pub fn count(&self) -> Result<usize> {
        Ok(self.log()?.len())
    }

    /// An app that has no key of its own, as [`Self::state`] tells it.
    pub fn app_without_key(&self) -> Result<Value> {
        let state = self.state()?;
        let mut apps = state["apps"].as_array().context("no apps")?.iter();
        apps.find(|app| app["keyId"].is_null()).cloned().context("every app has a key")
    }

    /// The IDs of the keys there are.
    pub fn key_ids(&self) -> Result<Vec<String>> {
        let state = self.state()?;
        let keys = state["keys"].as_array().context("no keys")?;
        Ok(keys.iter().filter_map(|key| key["id"].as_str()).map(str::to_owned).collect())
    }

    /// Tells it to fail.
    pub fn fault(&self, fault: &Value) -> Result<()> {
        ureq::post(format!("{}/__fault", self.url)).send_json(fault)?;
        Ok(())
    }
}

impl Drop for Simulator {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}
