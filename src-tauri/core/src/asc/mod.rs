//! The App Store Connect API client, as far as alternative distribution needs it.
//!
//! [`client`] says what can be asked for. A read waits for its turn ([`pace`], by the arithmetic of
//! `budget`, told by [`waits`]), is signed ([`token`]), sent ([`transport`], over the network by [`https`]), perhaps
//! asked for again (`tries`), and its answer read (`answer`, `wire`, `pages`, `headers`) or kept as the
//! [`error`] that it is. A write is sent once. [`greeting`] asks without a token.
//!
//! Nothing here knows where secrets are kept, or remembers anything beyond the client's life.

mod answer;
pub mod apple;
mod budget;
pub mod client;
pub mod error;
pub mod greeting;
mod headers;
pub mod https;
pub mod pace;
mod pages;
pub mod proxy;
pub mod route;
pub mod skew;
pub(crate) mod text;
pub mod token;
pub mod transport;
mod tries;
pub mod waits;
mod wire;
