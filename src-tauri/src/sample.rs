//! The sample account: an App Store Connect in miniature inside this process, a vault and records that are gone at exit.

use std::sync::Arc;

use latchkey_core::{
    account::{ApiKey, Origin},
    asc::route::Nowhere,
    clock::Clock,
    desk::{Backing, Sample},
    records::Records,
    vault::memory::MemoryVault,
};
use latchkey_simulator::InProcess;

use crate::wiring::by;

/// Makes it anew, with nothing left of an earlier one.
///
/// # Errors
/// There is no memory for it.
pub fn sample(clock: &Arc<dyn Clock>) -> Result<Sample, String> {
    let latchkey_simulator::practice::Sample { simulator, credentials } =
        latchkey_simulator::practice::sample();
    let records = Records::in_memory(by()).map_err(|error| error.to_string())?;
    Ok(Sample {
        backing: Backing {
            origin: Origin::sample(),
            transport: Arc::new(InProcess::new(Arc::new(simulator), Arc::clone(clock))),
            route: Arc::new(Nowhere::default()),
            vault: Arc::new(MemoryVault::default()),
            records: Arc::new(records),
        },
        name: "Sample account".to_owned(),
        api_key: ApiKey { id: credentials.key_id, issuer: credentials.issuer_id },
        secret: credentials.private_key,
        api_key_fingerprint: credentials
            .fingerprint
            .parse()
            .map_err(|_| "the sample account has no key".to_owned())?,
    })
}
