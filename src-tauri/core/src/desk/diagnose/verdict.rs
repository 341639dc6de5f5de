//! What each fact about the way to Apple means to the person.

use crate::{
    account::{ApiKey, Origin},
    asc::{
        route::{Signer, Standing, Via},
        skew::Skew,
        transport::{Broken, BrokenKind},
    },
    desk::{
        form,
        problem::{Problem, What},
        view::{CheckState, ConnectForm, DraftId, Found, Quota},
    },
};

/// How far the clocks may differ, in seconds. A token says that it was made 30 s ago, and one for a write ends 90 s from
/// now: with a clock that is a minute behind, 30 s are left for the way. With one that is a minute ahead it comes from
/// 30 s in Apple's future; how much of that Apple lets pass is not documented.
const MAY_DIFFER: u64 = 60;

/// How a part stands, and what shows it.
#[derive(Clone, Debug)]
pub(super) struct Verdict {
    pub(super) state: CheckState,
    pub(super) found: Found,
}

impl Verdict {
    pub(super) fn good(found: Found) -> Self {
        Self { state: CheckState::Good, found }
    }

    fn odd(found: Found) -> Self {
        Self { state: CheckState::Odd, found }
    }

    fn bad(found: Found) -> Self {
        Self { state: CheckState::Bad, found }
    }

    pub(super) fn trouble(problem: &Problem) -> Self {
        Self::bad(Found::Trouble { problem: Box::new(problem.clone()) })
    }

    pub(super) fn nothing() -> Self {
        Self { state: CheckState::NotChecked, found: Found::Nothing }
    }

    fn not_told() -> Self {
        Self { state: CheckState::NotChecked, found: Found::NotTold }
    }
}

/// What stands between. Of proxies, only those that speak HTTP can be used, and only the system can be set to another.
pub(super) fn proxy(via: Via) -> Verdict {
    match via {
        Via::Direct => Verdict::good(Found::NoProxy),
        Via::System { address } => match address.split_once("://") {
            Some((scheme, _)) if scheme != "https" => Verdict::bad(Found::Broken {
                how: BrokenKind::Connect,
                detail: format!("{address} is no HTTP proxy"),
            }),
            _ => Verdict::good(Found::SystemProxy { address }),
        },
        Via::Own { address } => Verdict::good(Found::OwnProxy { address }),
    }
}

pub(super) fn broken(broken: Broken) -> Verdict {
    Verdict::bad(Found::Broken { how: broken.kind, detail: broken.detail })
}

/// The signer of a certificate with which an answer came from `origin`.
pub(super) fn signer(signer: Option<Signer>, origin: &Origin) -> Verdict {
    match signer {
        Some(Signer { by, standing: Standing::Public }) => Verdict::good(Found::SignedByAuthority { by }),
        Some(Signer { by, standing: Standing::Private }) => Verdict::odd(Found::SignedByCompany { by }),
        Some(Signer { by, standing: Standing::Untrusted }) => Verdict::bad(Found::SignedByStranger { by }),
        None if origin.is_apple() => Verdict::nothing(),
        None => Verdict { state: CheckState::NotChecked, found: Found::NotSigned },
    }
}

/// The signer of a certificate because of which nothing was sent, if that was the reason.
pub(super) fn refused_signer(broken: &Broken) -> Verdict {
    match &broken.signer {
        Some(by) => Verdict::bad(Found::SignedByStranger { by: by.clone() }),
        None => Verdict::nothing(),
    }
}

/// A clock that is off is odd: whether it stands in the way is not its own doing.
pub(super) fn clock(skew: Option<Skew>) -> Verdict {
    let Some(Skew { seconds: ahead, uncertainty }) = skew else { return Verdict::not_told() };
    let found = Found::Clock { ahead, uncertainty };
    let agrees = ahead.unsigned_abs() <= MAY_DIFFER.saturating_add(uncertainty);
    if agrees { Verdict::good(found) } else { Verdict::odd(found) }
}

pub(super) fn key_form(api_key: &ApiKey) -> Verdict {
    let kind = api_key.kind();
    let as_typed = ConnectForm {
        draft: Some(DraftId::fresh()),
        kind,
        api_key_id: api_key.id.clone(),
        issuer_id: api_key.issuer.clone().unwrap_or_default(),
        name: String::new(),
        unusual_is_right: false,
    };
    match form::check_api_key(&as_typed) {
        Ok(_) => Verdict::good(Found::UsualForm { kind }),
        Err(findings) => Verdict::odd(Found::UnusualForm { findings }),
    }
}

/// What a signed request tells of answer, role, agreements and quota, in this order. `problem`: it was refused.
pub(super) fn answer(problem: Option<&Problem>, quota: Option<Quota>) -> [Verdict; 4] {
    let accepted = || Verdict::good(Found::Accepted);
    let nothing = Verdict::nothing;
    let left = || quota.map_or_else(nothing, left);
    let Some(problem) = problem else {
        let quota = quota.map_or_else(Verdict::not_told, self::left);
        let agreements = Verdict::good(Found::AgreementsInForce);
        return [accepted(), Verdict::good(Found::MayRead), agreements, quota];
    };
    let trouble = Verdict::trouble(problem);
    match &problem.what {
        What::RoleTooLow | What::Forbidden => [accepted(), trouble, nothing(), left()],
        What::AgreementMissing => [accepted(), nothing(), trouble, left()],
        What::TooManyRequests { .. } => [nothing(), nothing(), nothing(), trouble],
        What::NotApple { status, .. } => {
            [Verdict::bad(Found::NotApple { status: *status }), nothing(), nothing(), nothing()]
        }
        _ => [trouble, nothing(), nothing(), left()],
    }
}

fn left(quota: Quota) -> Verdict {
    let found = Found::Left { quota };
    match quota {
        Quota { remaining: 0, .. } => Verdict::bad(found),
        Quota { slow: true, .. } => Verdict::odd(found),
        Quota { .. } => Verdict::good(found),
    }
}
