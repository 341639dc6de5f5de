-- The whole life of a key: notes, removals, replacements, news, activity, private keys in the keychain.

DROP VIEW known_key;

ALTER TABLE account ADD COLUMN spare_entry TEXT CHECK (spare_entry <> vault_entry); -- to be forgotten; first the new API key's, then the old one's
ALTER TABLE account ADD COLUMN new_api_key_id TEXT;                                 -- NULL: none is on its way
ALTER TABLE account ADD COLUMN new_issuer_id TEXT;
ALTER TABLE account ADD COLUMN new_api_key_fingerprint TEXT;
CREATE UNIQUE INDEX account_spare_entry ON account (spare_entry);

-- The same API key connected anew is the same account.
CREATE TABLE former_account (
    id                  TEXT PRIMARY KEY,
    origin              TEXT NOT NULL,
    api_key_fingerprint TEXT NOT NULL,
    name                TEXT NOT NULL,
    api_key_id          TEXT NOT NULL,
    removed_at          INTEGER NOT NULL
) STRICT;

INSERT INTO former_account
    SELECT account_id, origin, api_key_fingerprint, '', '', max(created_at)
    FROM intent
    WHERE state = 'sent' AND api_key_fingerprint IS NOT NULL AND account_id NOT IN (SELECT id FROM account)
    GROUP BY account_id;

CREATE TABLE new_distribution_key (
    origin                TEXT NOT NULL,
    id                    TEXT NOT NULL,    -- as Apple gives it
    name                  TEXT,
    note                  TEXT,
    first_seen            INTEGER NOT NULL,
    added_here            INTEGER,          -- when; NULL: not added here
    removed_here          INTEGER,
    spki                  BLOB,             -- NULL: could not be read
    private_key_file      TEXT,             -- a name, never a path
    private_key_at        INTEGER,
    private_key_made_here INTEGER NOT NULL DEFAULT 0 CHECK (private_key_made_here IN (0, 1)),
    confirmed             TEXT NOT NULL DEFAULT 'no' CHECK (confirmed IN ('no', 'voice', 'private-key', 'made-here')),
    confirmed_by          TEXT,
    confirmed_at          INTEGER,
    PRIMARY KEY (origin, id)
) STRICT, WITHOUT ROWID;

INSERT INTO new_distribution_key
    (origin, id, name, first_seen, added_here, spki, private_key_file, private_key_at, confirmed, confirmed_by, confirmed_at)
    SELECT origin, id, name, first_seen,
        CASE added_here WHEN 1 THEN coalesce(
            (SELECT min(finished_at) FROM intent
             WHERE intent.origin = distribution_key.origin AND result_key_id = distribution_key.id),
            first_seen) END,
        spki, private_key_file, private_key_at, confirmed, confirmed_by, confirmed_at
    FROM distribution_key;
DROP TABLE distribution_key;
ALTER TABLE new_distribution_key RENAME TO distribution_key;

-- Whose private key is in the keychain. By public key: it is there before Apple gives an ID.
CREATE TABLE kept_key (
    origin TEXT NOT NULL,
    spki   BLOB NOT NULL,
    entry  TEXT NOT NULL UNIQUE,
    at     INTEGER NOT NULL,
    PRIMARY KEY (origin, spki)
) STRICT, WITHOUT ROWID;

CREATE VIEW known_key AS
    SELECT distribution_key.*, kept_key.at AS kept_at, app_id, app_name, bundle_id, sku, locale
    FROM distribution_key
    LEFT JOIN kept_key USING (origin, spki)
    LEFT JOIN binding ON binding.origin = distribution_key.origin AND binding.key_id = distribution_key.id;

-- Keys that came or went without this computer, until they are seen. Refers to no account: they outlive it.
CREATE TABLE news (
    number     INTEGER PRIMARY KEY,
    account_id TEXT NOT NULL,
    origin     TEXT NOT NULL,
    key_id     TEXT NOT NULL,
    reach      TEXT NOT NULL CHECK (reach IN ('all', 'one')),
    kind       TEXT NOT NULL CHECK (kind IN ('came', 'went')),
    at         INTEGER NOT NULL,
    intent     TEXT,                        -- may be this open change's doing: told when that ends otherwise
    FOREIGN KEY (origin, key_id) REFERENCES distribution_key (origin, id)
) STRICT;
CREATE INDEX news_of_account ON news (account_id, at);

CREATE TABLE new_intent (
    id                    TEXT PRIMARY KEY,
    account_id            TEXT NOT NULL,    -- refers to no account: what was sent to Apple outlives it
    origin                TEXT NOT NULL,
    kind                  TEXT NOT NULL CHECK (kind IN ('add', 'remove')),
    work                  TEXT,
    key_id                TEXT,             -- of a removal
    reach                 TEXT NOT NULL CHECK (reach IN ('all', 'one')),
    app_id                TEXT,
    app_name              TEXT,
    bundle_id             TEXT,
    sku                   TEXT,
    locale                TEXT,
    spki                  BLOB,
    name                  TEXT,
    confirmed             TEXT NOT NULL DEFAULT 'no' CHECK (confirmed IN ('no', 'voice', 'private-key', 'made-here')),
    confirmed_by          TEXT,
    confirmed_at          INTEGER,
    private_key_file      TEXT,
    private_key_at        INTEGER,
    private_key_made_here INTEGER NOT NULL DEFAULT 0 CHECK (private_key_made_here IN (0, 1)),
    already_there         TEXT NOT NULL DEFAULT '[]', -- JSON array of distribution key IDs
    created_at            INTEGER NOT NULL,
    token_expires_at      INTEGER NOT NULL,
    state                 TEXT NOT NULL DEFAULT 'sent'
                          CHECK (state IN ('sent', 'done', 'refused', 'not-sent', 'not-arrived')),
    answer_lost           INTEGER NOT NULL DEFAULT 0 CHECK (answer_lost IN (0, 1)),
    result_key_id         TEXT,
    finished_at           INTEGER,
    CHECK (kind <> 'add' OR spki IS NOT NULL),
    CHECK (kind <> 'remove' OR key_id IS NOT NULL)
) STRICT;

INSERT INTO new_intent
    (id, account_id, origin, kind, reach, app_id, app_name, bundle_id, spki, name, confirmed, confirmed_by, confirmed_at,
     private_key_file, private_key_at, already_there, created_at, token_expires_at, state, result_key_id, finished_at)
    SELECT id, account_id, origin, kind, iif(app_id IS NULL, 'all', 'one'), app_id,
        iif(app_id IS NULL, NULL, coalesce(app_name, '')),
        iif(app_id IS NULL, NULL, coalesce(
            (SELECT bundle_id FROM binding WHERE binding.origin = intent.origin AND binding.app_id = intent.app_id), '')),
        spki, name, confirmed, confirmed_by, confirmed_at, private_key_file, private_key_at, already_there,
        created_at, token_expires_at, state, result_key_id, finished_at
    FROM intent;
DROP TABLE intent;
ALTER TABLE new_intent RENAME TO intent;

-- While it is unknown what became of a change, the same one is not sent again.
CREATE UNIQUE INDEX open_addition ON intent (origin, account_id, spki, coalesce(app_id, ''))
    WHERE state = 'sent' AND kind = 'add';
CREATE UNIQUE INDEX open_removal ON intent (origin, account_id, key_id) WHERE state = 'sent' AND kind = 'remove';
CREATE INDEX intent_of_work ON intent (work) WHERE work IS NOT NULL;

CREATE TABLE work (
    id             TEXT PRIMARY KEY,
    account_id     TEXT NOT NULL,           -- refers to no account, as an intent
    origin         TEXT NOT NULL,
    kind           TEXT NOT NULL CHECK (kind IN ('planned', 'emergency', 'remove-first')),
    old_key_id     TEXT NOT NULL,
    spki           BLOB,                    -- the old key's, as its name
    name           TEXT,
    reach          TEXT NOT NULL CHECK (reach IN ('all', 'one')),
    app_id         TEXT,
    app_name       TEXT,
    bundle_id      TEXT,
    sku            TEXT,
    locale         TEXT,
    begun_at       INTEGER NOT NULL,
    new_key_id     TEXT,
    added_at       INTEGER,
    handed_over_at INTEGER,
    switched       TEXT CHECK (switched IN ('token', 'word')),
    switched_by    TEXT,
    switched_at    INTEGER,
    old_removed_at INTEGER,
    ended          TEXT CHECK (ended IN ('finished', 'stopped')),
    ended_at       INTEGER
) STRICT;
CREATE UNIQUE INDEX open_work ON work (account_id, old_key_id) WHERE ended IS NULL;

CREATE TABLE activity (
    number        INTEGER PRIMARY KEY,
    uid           TEXT NOT NULL UNIQUE,     -- a UUID, the same in every copy
    at            INTEGER NOT NULL,
    origin        TEXT NOT NULL,
    account_id    TEXT,
    account_name  TEXT NOT NULL,
    api_key_id    TEXT NOT NULL,
    what          TEXT NOT NULL,            -- a word of `Did`
    result        TEXT NOT NULL,            -- a word of `Went`
    key_id        TEXT,
    key_name      TEXT,
    spki          BLOB,
    app_id        TEXT,
    app_name      TEXT,
    bundle_id     TEXT,
    all_apps      INTEGER NOT NULL CHECK (all_apps IN (0, 1)),
    confirmed     TEXT,                     -- NULL: not what this is about
    detail        TEXT,
    apple_status  INTEGER,
    apple_code    TEXT,
    request_id    TEXT,
    user          TEXT NOT NULL,
    version       TEXT NOT NULL,
    brought_in_at INTEGER,                  -- NULL: written here
    searchable    TEXT NOT NULL,            -- lower case
    -- Nothing that is brought in stands above what happens later.
    sorted_at     INTEGER NOT NULL AS (min(at, coalesce(brought_in_at, at)))
) STRICT;
CREATE INDEX activity_in_order ON activity (origin, sorted_at, number);

CREATE TRIGGER activity_is_never_changed BEFORE UPDATE ON activity
    BEGIN SELECT raise(ABORT, 'activity is only ever appended to'); END;
CREATE TRIGGER activity_is_never_deleted BEFORE DELETE ON activity
    BEGIN SELECT raise(ABORT, 'activity is only ever appended to'); END;

-- 0: added here a moment ago, and not on Apple's list yet, which lags behind.
ALTER TABLE listing ADD COLUMN shown INTEGER NOT NULL DEFAULT 1 CHECK (shown IN (0, 1));
