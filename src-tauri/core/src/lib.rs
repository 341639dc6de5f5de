//! Latchkey without its window: Apple's alternative distribution API, key files,
//! the OS keychain and the local records.
//!
//! # What is where
//! - [`account`], [`key`], [`app`], [`clock`]: the domain's types. Parsed once, valid ever after.
//! - [`keyfile`]: says what a file is, opens a locked one, makes a pair, saves where a person chose.
//! - [`issued`]: says what a token from a distributor's server is. Pure: text in, answer out.
//! - [`asc`]: the App Store Connect API client. Only `asc::https` knows reqwest, only `asc::token` jsonwebtoken.
//! - [`vault`]: where secrets live. Only `vault::os` knows the platform's keychain.
//! - [`records`]: what is remembered on this computer and is no secret. Only it knows SQLite.
//! - [`desk`]: the use cases. The shell calls nothing else.
//!
//! # The rule
//! `desk → {asc, vault, records, keyfile, issued} → domain types`. Nothing points back, and the five
//! in the middle don't know each other. No Tauri, no dialog, no sentence for people in here.

pub mod account;
pub mod app;
pub mod asc;
pub mod clock;
pub mod desk;
pub mod issued;
pub mod key;
pub mod keyfile;
pub mod records;
pub mod vault;
