//! The simulator from outside: in process, one module for each thing it promises, and as a server.

#[cfg(test)]
mod apps;
#[cfg(test)]
mod budgets;
#[cfg(test)]
mod client;
#[cfg(test)]
mod create;
#[cfg(test)]
mod faults;
#[cfg(test)]
mod in_process;
#[cfg(test)]
mod keys;
#[cfg(test)]
mod open_points;
#[cfg(test)]
mod paging;
#[cfg(test)]
mod practice;
#[cfg(test)]
mod requests;
#[cfg(feature = "server")]
#[cfg(test)]
mod server;
