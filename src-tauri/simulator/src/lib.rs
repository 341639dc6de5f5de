//! App Store Connect's alternative distribution part in miniature.
//!
//! It answers the six paths about distribution keys and apps as Apple's OpenAPI document and pages describe
//! them, verifies the JWT of every request, pages, counts requests, and can be told to fail in each way a server
//! and a network can. What Apple leaves open is a setting, so that a client can be tried against every reading.
//!
//! # What is where
//! - [`simulator`]: a request and a moment go in, an [`Answer`] comes out. No clock, no timer, no socket.
//! - [`account`], [`settings`], [`fault`]: what is in the account, how the open points are answered, what fails.
//! - [`practice`]: ready-made accounts, the sample account among them.
//! - [`in_process`]: the client's transport, answered here without a port.
//! - `server` (feature `server`): the same over HTTP/1.1 and HTTP/2, with control paths for tests.
//!
//! # What is not here
//! No type of the client's wire format: JSON is read and written by hand, so that a field misread
//! on one side cannot hide on the other. Of `latchkey-core` only the clock and the transport are used.

pub mod account;
mod answer;
mod api_key;
mod budget;
mod endpoints;
pub mod fault;
pub mod in_process;
mod page;
mod pair;
pub mod practice;
mod problem;
mod public_key;
mod query;
#[cfg(feature = "server")]
pub mod server;
pub mod settings;
pub mod simulator;
mod token;

pub use account::Account;
pub use answer::{Answer, Outcome};
pub use api_key::Credentials;
pub use fault::Fault;
pub use in_process::InProcess;
pub use pair::KeyPair;
pub use public_key::PublicKey;
pub use settings::Settings;
pub use simulator::Simulator;
