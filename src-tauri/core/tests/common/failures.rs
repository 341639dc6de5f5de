//! Every way in which Apple, or the way to Apple, can fail, as the simulator spells it.

/// What can happen to any request. What a read gets over by asking again comes often enough that it doesn't. A write is
/// not carried out by those that answer 400 to 499, since that is what they say.
pub(crate) const OF_ANY: [&str; 26] = [
    "cut-before times=6",
    "unreachable times=6",
    "truncated times=6",
    "echo-other-key",
    "delay=20s",
    "delay=5m",
    "delay=5m cut-before times=6",
    "date=+2h",
    "date=-2h",
    "status=200 html",
    "status=200 text=''",
    r#"status=200 text='{"data":[]}'"#,
    "status=302 html",
    "status=400",
    "status=401",
    "status=403",
    "status=403 html",
    "status=404",
    "status=404 html",
    "status=408 html times=6",
    "status=409",
    "status=410",
    "status=422",
    "status=429 retry-after=3",
    "status=500 times=6",
    "status=503 html retry-after=2 times=6",
];

/// What can happen to a write besides.
pub(crate) const OF_WRITES: [&str; 15] = [
    "cut-after",
    "late=1s",
    "late=100s",
    "late=170s",
    "delay=5m cut-after",
    "status=200 html carried-out",
    "status=408 html carried-out",
    "status=408 html late=30s",
    "status=403 code=FORBIDDEN.REQUIRED_AGREEMENTS_MISSING_OR_EXPIRED",
    "status=409 code=STATE_ERROR pointer=/data/attributes/publicKey",
    "status=500 carried-out",
    "status=500 late=100s",
    "status=502 html carried-out",
    "status=504 html late=170s",
    "date=-2h cut-after",
];
