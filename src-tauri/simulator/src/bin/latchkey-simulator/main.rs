//! The simulator as a server on this computer, for tests and for trying the app against something.

use std::{
    io::{self, Write},
    process::ExitCode,
    sync::Arc,
};

use latchkey_core::clock::{Clock, SystemClock};
use latchkey_simulator::{Settings, Simulator, practice, server::Server, settings::Rule};
use serde_json::json;

use cli::{Asked, Options};

mod cli;
mod key_file;

fn main() -> ExitCode {
    let (text, code) = match cli::read(std::env::args_os().skip(1)) {
        Ok(Asked::Help) => (io::stdout().write_all(cli::HELP.as_bytes()).err().map(|e| e.to_string()), 1),
        Ok(Asked::Run(options)) => (run(options).err().map(|error| error.to_string()), 1),
        Err(sentence) => (Some(sentence), 2),
    };
    let Some(text) = text else { return ExitCode::SUCCESS };
    // With no stderr left there is nobody to tell.
    let _ = writeln!(io::stderr(), "latchkey-simulator: {text}");
    ExitCode::from(code)
}

fn run(options: Options) -> io::Result<()> {
    let mut account = practice::seeded(options.seed, options.apps, options.keys);
    let pair = key_file::pair(&options)?;
    let credentials = account.add_team_key(&pair);
    let p8 = match &options.write_credentials {
        Some(folder) => Some(key_file::write(folder, &credentials.key_id, &pair)?),
        None => None,
    };

    let settings = Settings {
        per_hour: options.per_hour,
        per_minute: options.per_minute,
        minute: options.minute,
        latency: options.latency,
        second_key: if options.two_keys_per_app { Rule::Accepted } else { Rule::Refused },
        ..Settings::default()
    };
    let simulator = Arc::new(Simulator::new(settings, account));
    simulator.set_faults(options.faults);

    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    runtime.block_on(async {
        let clock: Arc<dyn Clock> = Arc::new(SystemClock::new());
        let server = match &options.tls {
            Some(folder) => Server::bind_tls(options.port, simulator, clock, folder).await?,
            None => Server::bind(options.port, simulator, clock).await?,
        };
        let line = json!({
            "url": server.url(),
            "keyId": credentials.key_id,
            "issuerId": credentials.issuer_id,
            "p8": p8,
        });
        let mut out = io::stdout();
        writeln!(out, "{line}")?;
        out.flush()?;
        server.run().await.map(|never| match never {})
    })
}
