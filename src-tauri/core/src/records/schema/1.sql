-- Moments are milliseconds since the Unix epoch. `origin` is the server's scheme, host and port.

CREATE TABLE account (
    id           TEXT PRIMARY KEY,
    origin       TEXT NOT NULL,
    name         TEXT NOT NULL,
    api_key_id   TEXT NOT NULL,
    issuer_id    TEXT,                     -- NULL: an individual key
    api_key_fingerprint TEXT NOT NULL,     -- of its public key; 64 hex digits
    vault_entry  TEXT NOT NULL UNIQUE,     -- forgetting one account's secret must not take another's
    state        TEXT NOT NULL CHECK (state IN ('connecting', 'ready', 'disconnecting')),
    connected_at INTEGER NOT NULL,
    last_used_at INTEGER NOT NULL,
    listed_at    INTEGER                   -- NULL: never listed its keys
) STRICT;

-- An account that is not ready may be left over from an attempt that failed: it keeps no name from the next one.
CREATE UNIQUE INDEX account_name ON account (origin, name) WHERE state = 'ready';

CREATE TABLE distribution_key (
    origin           TEXT NOT NULL,
    id               TEXT NOT NULL,        -- as Apple gives it
    name             TEXT,
    first_seen       INTEGER NOT NULL,
    added_here       INTEGER NOT NULL DEFAULT 0 CHECK (added_here IN (0, 1)),
    spki             BLOB,                 -- NULL: could not be read
    private_key_file TEXT,                 -- a name, never a path
    private_key_at   INTEGER,
    confirmed        TEXT NOT NULL DEFAULT 'no' CHECK (confirmed IN ('no', 'voice', 'private-key')),
    confirmed_by     TEXT,
    confirmed_at     INTEGER,
    PRIMARY KEY (origin, id)
) STRICT, WITHOUT ROWID;

CREATE TABLE binding (
    origin    TEXT NOT NULL,
    key_id    TEXT NOT NULL,
    app_id    TEXT NOT NULL,
    app_name  TEXT NOT NULL,
    bundle_id TEXT NOT NULL,
    sku       TEXT,
    locale    TEXT,
    PRIMARY KEY (origin, key_id)
) STRICT, WITHOUT ROWID;

CREATE VIEW known_key AS
    SELECT distribution_key.*, app_id, app_name, bundle_id, sku, locale
    FROM distribution_key
    LEFT JOIN binding ON binding.origin = distribution_key.origin AND binding.key_id = distribution_key.id;

CREATE TABLE listing (
    account_id TEXT NOT NULL REFERENCES account (id) ON DELETE CASCADE,
    position   INTEGER NOT NULL,
    origin     TEXT NOT NULL,
    key_id     TEXT NOT NULL,
    reach      TEXT NOT NULL CHECK (reach IN ('all', 'one')),
    PRIMARY KEY (account_id, key_id),
    FOREIGN KEY (origin, key_id) REFERENCES distribution_key (origin, id)
) STRICT, WITHOUT ROWID;

-- Refers to no account: what was sent to Apple outlives it.
CREATE TABLE intent (
    id               TEXT PRIMARY KEY,
    account_id       TEXT NOT NULL,
    api_key_fingerprint TEXT,              -- of the account then: the same API key connected anew is the same account
    origin           TEXT NOT NULL,
    kind             TEXT NOT NULL CHECK (kind IN ('add')),
    app_id           TEXT,                 -- NULL: all apps
    app_name         TEXT,
    spki             BLOB NOT NULL,
    name             TEXT,
    confirmed        TEXT NOT NULL CHECK (confirmed IN ('no', 'voice', 'private-key')),
    confirmed_by     TEXT,
    confirmed_at     INTEGER,
    private_key_file TEXT,
    private_key_at   INTEGER,
    already_there    TEXT NOT NULL,        -- JSON array of distribution key IDs
    created_at       INTEGER NOT NULL,
    token_expires_at INTEGER NOT NULL,
    state            TEXT NOT NULL CHECK (state IN ('sent', 'done', 'refused', 'not-arrived')),
    result_key_id    TEXT,
    finished_at      INTEGER
) STRICT;

-- While it is unknown what became of an addition, the same one is not sent again.
CREATE UNIQUE INDEX open_intent ON intent (origin, account_id, spki, coalesce(app_id, '')) WHERE state = 'sent';
