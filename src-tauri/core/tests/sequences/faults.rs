//! What goes wrong on the way to Apple and at Apple's.

use crate::{
    chance::Chance,
    failures::{OF_ANY, OF_WRITES},
};

/// A fault at one of the requests of a step.
pub(crate) fn one(chance: &mut Chance) -> String {
    let all: Vec<&str> = OF_ANY.into_iter().chain(OF_WRITES).collect();
    match chance.below(3) {
        0 => format!("* * {} skip={}", chance.one_of(&OF_ANY), chance.below(14)),
        1 => format!("POST * {}", chance.one_of(&all)),
        _ => format!("DELETE * {}", chance.one_of(&all)),
    }
}

/// Whether somebody who gets this answer to a question is told what is not so. What is said then is Apple's word.
pub(crate) fn lies(fault: &str) -> bool {
    ["echo-other-key", r#"text='{"data":[]}'"#, "status=404", "status=410"]
        .iter()
        .any(|lie| fault.contains(lie))
}

/// Whether it struck one of these requests.
pub(crate) fn struck(fault: &str, sent: &[http::Method]) -> bool {
    let method = fault.split(' ').next().unwrap_or_default();
    let skip = fault.split("skip=").nth(1).and_then(|skip| skip.parse().ok()).unwrap_or(0);
    sent.iter().filter(|sent| method == "*" || sent.as_str() == method).count() > skip
}
