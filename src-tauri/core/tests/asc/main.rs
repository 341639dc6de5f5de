//! The App Store Connect client, from what is asked of it to the requests that leave it, against a server
//! that is a function.

#[cfg(test)]
mod app_keys;
#[cfg(test)]
mod lists;
#[cfg(test)]
mod pacing;
#[cfg(test)]
mod scripted;
#[cfg(test)]
mod tokens;
#[cfg(test)]
mod writes;
