//! The command line.

use std::{ffi::OsString, path::PathBuf, str::FromStr, time::Duration};

use latchkey_simulator::Fault;
use lexopt::{
    Arg::{Long, Short},
    Parser, ValueExt,
};

pub(crate) const HELP: &str = "\
App Store Connect's alternative distribution part in miniature, on 127.0.0.1.

latchkey-simulator --port 0 --apps 12 --keys 3 --seed 1 [OPTION]…

  --port N                 where to listen; 0 for any free port (0)
  --apps N                 apps in the account (12)
  --keys N                 distribution keys in it (3)
  --seed N                 decides every ID and key; the API key ID is SIM and seven digits of it (1)
  --latency-ms N           every answer takes so long (0)
  --per-hour N             requests an API key has in a rolling hour (3600)
  --per-minute N           and in a rolling minute (no limit)
  --minute-ms N            how long a minute is; an hour is sixty of them (60000)
  --two-keys-per-app       an app may get a second key
  --tls DIR                serve https; the certificate to trust is written to DIR/ca.pem
  --fault SPEC             may be given often, see below
  --write-credentials DIR  write DIR/AuthKey_<API key ID>.p8; one that is there is used instead
  --help

The first line on stdout: {\"url\":…,\"keyId\":…,\"issuerId\":…,\"p8\":…}

GET  /__log     every request that arrived, in order: method, path, query, body, status
GET  /__state   the keys and apps as they are
POST /__fault   replaces the faults: an array of SPECs, or of objects {\"on\":\"METHOD PATH\", word: value, …}
POST /__reset   back to the start: no log, no faults

SPEC is METHOD PATH [WORD]…, for example 'POST /v1/alternativeDistributionKeys cut-after'
or 'GET * status=503 html times=2 skip=1'. METHOD may be *. PATH is a beginning, or a whole path
with $ at its end, or *. Quote a value with blanks. TIME is 250ms, 3s, 5m or 2h.

  cut-before | cut-after | late=TIME    the connection ends; the request is not carried out, is, or is so long after
  unreachable                           the same as cut-before here
  truncated                             carried out; half of the answer's body comes
  status=N                              answered so, not carried out; with code= title= detail= pointer=, or errors=JSON
  html | text=TEXT                      answered with a page or text, status 200 unless said otherwise
  carried-out | late=TIME               with status, html or text: carried out all the same
  retry-after=SECONDS                   with status, html or text
  echo-other-key                        the first publicKey in the answer is another key's
  date=+TIME | date=-TIME               the Date header is wrong by so much
  delay=TIME                            the answer, or its absence, takes so long
  times=N | times=always                how many requests are struck (1)
  skip=N                                how many pass first (0)
";

/// What the command line asks for.
pub(crate) enum Asked {
    Help,
    Run(Options),
}

pub(crate) struct Options {
    pub(crate) port: u16,
    pub(crate) apps: usize,
    pub(crate) keys: usize,
    pub(crate) seed: u64,
    pub(crate) latency: Duration,
    pub(crate) per_hour: u32,
    pub(crate) per_minute: Option<u32>,
    pub(crate) minute: Duration,
    pub(crate) two_keys_per_app: bool,
    pub(crate) tls: Option<PathBuf>,
    pub(crate) faults: Vec<Fault>,
    pub(crate) write_credentials: Option<PathBuf>,
}

/// Reads the arguments after the program's name; an error is a sentence.
pub(crate) fn read(arguments: impl IntoIterator<Item = OsString>) -> Result<Asked, String> {
    let mut options = Options {
        port: 0,
        apps: 12,
        keys: 3,
        seed: 1,
        latency: Duration::ZERO,
        per_hour: 3600,
        per_minute: None,
        minute: Duration::from_mins(1),
        two_keys_per_app: false,
        tls: None,
        faults: Vec::new(),
        write_credentials: None,
    };
    let mut parser = Parser::from_args(arguments);
    while let Some(argument) = parser.next().map_err(sentence)? {
        match argument {
            Long("help") | Short('h') => return Ok(Asked::Help),
            Long("port") => options.port = number("port", &mut parser)?,
            Long("apps") => options.apps = number("apps", &mut parser)?,
            Long("keys") => options.keys = number("keys", &mut parser)?,
            Long("seed") => options.seed = number("seed", &mut parser)?,
            Long("latency-ms") => options.latency = Duration::from_millis(number("latency-ms", &mut parser)?),
            Long("per-hour") => options.per_hour = number("per-hour", &mut parser)?,
            Long("per-minute") => options.per_minute = Some(number("per-minute", &mut parser)?),
            Long("minute-ms") => options.minute = Duration::from_millis(number("minute-ms", &mut parser)?),
            Long("two-keys-per-app") => options.two_keys_per_app = true,
            Long("tls") => options.tls = Some(parser.value().map_err(sentence)?.into()),
            Long("fault") => {
                let spec = parser.value().and_then(ValueExt::string).map_err(sentence)?;
                options.faults.push(spec.parse().map_err(|why| format!("--fault '{spec}': {why}."))?);
            }
            Long("write-credentials") => {
                options.write_credentials = Some(parser.value().map_err(sentence)?.into());
            }
            unknown => return Err(sentence(unknown.unexpected())),
        }
    }
    Ok(Asked::Run(options))
}

fn number<T: FromStr>(option: &str, parser: &mut Parser) -> Result<T, String> {
    let text = parser.value().and_then(ValueExt::string).map_err(sentence)?;
    text.parse().map_err(|_| format!("--{option} takes a number, and '{text}' is none that fits."))
}

#[expect(clippy::needless_pass_by_value, reason = "it is passed to map_err")]
fn sentence(error: lexopt::Error) -> String {
    format!("{error}; --help lists the options.")
}
