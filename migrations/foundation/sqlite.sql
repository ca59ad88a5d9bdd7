CREATE TABLE letters (
    id INTEGER NOT NULL,
    "key" TEXT NOT NULL,
    employee_id INTEGER,
    to_address TEXT NOT NULL,
    subject TEXT NOT NULL,
    text TEXT NOT NULL,
    html TEXT NOT NULL,
    state VARCHAR(40) NOT NULL,
    written_at DATETIME NOT NULL,
    sent_at DATETIME,
    CONSTRAINT pk_letters PRIMARY KEY (id),
    CONSTRAINT uq_letters_key UNIQUE ("key")
);

-- next
CREATE INDEX ix_letters_employee_id ON letters (employee_id);

-- next
CREATE TABLE audit_entries (
    id INTEGER NOT NULL,
    at DATETIME NOT NULL,
    actor_id INTEGER,
    on_behalf_of_id INTEGER,
    action TEXT NOT NULL,
    subject TEXT NOT NULL,
    details JSON NOT NULL,
    CONSTRAINT pk_audit_entries PRIMARY KEY (id)
);

-- next
CREATE INDEX ix_audit_entries_actor_id ON audit_entries (actor_id);

-- next
CREATE INDEX ix_audit_entries_subject ON audit_entries (subject, actor_id);

-- next
CREATE TRIGGER audit_entries_refuses_UPDATE BEFORE UPDATE ON audit_entries
BEGIN SELECT RAISE(ABORT, 'audit_entries is append-only; a correction is a new row'); END;

-- next
CREATE TRIGGER audit_entries_refuses_DELETE BEFORE DELETE ON audit_entries
BEGIN SELECT RAISE(ABORT, 'audit_entries is append-only; a correction is a new row'); END;

-- next
CREATE TABLE request_keys (
    actor_id INTEGER NOT NULL,
    "key" TEXT NOT NULL,
    fingerprint TEXT NOT NULL,
    answer TEXT,
    created_at DATETIME NOT NULL,
    CONSTRAINT pk_request_keys PRIMARY KEY (actor_id, "key")
);

-- next
CREATE TABLE departments (
    id INTEGER NOT NULL,
    name TEXT NOT NULL,
    name_key TEXT NOT NULL,
    CONSTRAINT pk_departments PRIMARY KEY (id),
    CONSTRAINT uq_departments_name_key UNIQUE (name_key)
);

-- next
CREATE TABLE sign_in_attempts (
    subject TEXT NOT NULL,
    failures INTEGER NOT NULL,
    last_at DATETIME NOT NULL,
    wait_until DATETIME,
    CONSTRAINT pk_sign_in_attempts PRIMARY KEY (subject),
    CONSTRAINT ck_sign_in_attempts_failures_in_range CHECK (failures BETWEEN 0 AND 1000000000000),
    CONSTRAINT ck_sign_in_attempts_failures_whole CHECK (typeof(failures) IN ('integer', 'null'))
);

-- next
CREATE INDEX ix_sign_in_attempts_last_at ON sign_in_attempts (last_at);

-- next
CREATE TABLE site_hours (
    site TEXT NOT NULL,
    time_zone TEXT NOT NULL,
    days JSON NOT NULL,
    opens_minute INTEGER NOT NULL,
    closes_minute INTEGER NOT NULL,
    CONSTRAINT pk_site_hours PRIMARY KEY (site),
    CONSTRAINT ck_site_hours_opens_minute_in_range CHECK (opens_minute BETWEEN 0 AND 1439),
    CONSTRAINT ck_site_hours_opens_minute_whole CHECK (typeof(opens_minute) IN ('integer', 'null')),
    CONSTRAINT ck_site_hours_closes_minute_in_range CHECK (closes_minute BETWEEN 1 AND 1440),
    CONSTRAINT ck_site_hours_closes_minute_whole CHECK (typeof(closes_minute) IN ('integer', 'null')),
    CONSTRAINT ck_site_hours_opens_before_it_closes CHECK (opens_minute < closes_minute)
);

-- next
CREATE TABLE holidays (
    id INTEGER NOT NULL,
    site TEXT NOT NULL,
    on_day DATE NOT NULL,
    name TEXT NOT NULL,
    CONSTRAINT pk_holidays PRIMARY KEY (id),
    CONSTRAINT uq_holidays_site_on_day UNIQUE (site, on_day),
    CONSTRAINT ck_holidays_has_a_name CHECK (name <> '')
);

-- next
CREATE TABLE accounts (
    id INTEGER NOT NULL,
    kind VARCHAR(40) NOT NULL,
    owner_id INTEGER NOT NULL,
    opened_at DATETIME NOT NULL,
    CONSTRAINT pk_accounts PRIMARY KEY (id),
    CONSTRAINT uq_accounts_kind_owner_id UNIQUE (kind, owner_id),
    CONSTRAINT ck_accounts_kind_known CHECK (kind IN ('issuance', 'budget', 'member', 'redeemed', 'breakage', 'adjustment')),
    CONSTRAINT ck_accounts_owner_fits_kind CHECK ((kind IN ('member', 'budget')) = (owner_id > 0) AND owner_id >= 0)
);

-- next
CREATE TABLE point_values (
    id INTEGER NOT NULL,
    country TEXT NOT NULL,
    currency TEXT NOT NULL,
    minor INTEGER NOT NULL,
    per_points INTEGER NOT NULL,
    valid_from DATE NOT NULL,
    CONSTRAINT pk_point_values PRIMARY KEY (id),
    CONSTRAINT uq_point_values_country_valid_from UNIQUE (country, valid_from),
    CONSTRAINT ck_point_values_minor_in_range CHECK (minor BETWEEN 1 AND 1000000000000),
    CONSTRAINT ck_point_values_minor_whole CHECK (typeof(minor) IN ('integer', 'null')),
    CONSTRAINT ck_point_values_per_points_in_range CHECK (per_points BETWEEN 1 AND 1000000000000),
    CONSTRAINT ck_point_values_per_points_whole CHECK (typeof(per_points) IN ('integer', 'null')),
    CONSTRAINT ck_point_values_country_of_two_letters CHECK (length(country) = 2),
    CONSTRAINT ck_point_values_currency_of_three_letters CHECK (length(currency) = 3)
);

-- next
CREATE TABLE payment_reconciliations (
    id INTEGER NOT NULL,
    since DATETIME NOT NULL,
    until DATETIME NOT NULL,
    ran_at DATETIME NOT NULL,
    ours INTEGER NOT NULL,
    theirs INTEGER NOT NULL,
    problem TEXT DEFAULT '' NOT NULL,
    CONSTRAINT pk_payment_reconciliations PRIMARY KEY (id),
    CONSTRAINT ck_payment_reconciliations_ours_in_range CHECK (ours BETWEEN 0 AND 1000000000000),
    CONSTRAINT ck_payment_reconciliations_ours_whole CHECK (typeof(ours) IN ('integer', 'null')),
    CONSTRAINT ck_payment_reconciliations_theirs_in_range CHECK (theirs BETWEEN 0 AND 1000000000000),
    CONSTRAINT ck_payment_reconciliations_theirs_whole CHECK (typeof(theirs) IN ('integer', 'null'))
);

-- next
CREATE TRIGGER payment_reconciliations_refuses_UPDATE BEFORE UPDATE ON payment_reconciliations
BEGIN SELECT RAISE(ABORT, 'payment_reconciliations is append-only; a correction is a new row'); END;

-- next
CREATE TRIGGER payment_reconciliations_refuses_DELETE BEFORE DELETE ON payment_reconciliations
BEGIN SELECT RAISE(ABORT, 'payment_reconciliations is append-only; a correction is a new row'); END;

-- next
CREATE TABLE sandbox_checkouts (
    id INTEGER NOT NULL,
    token TEXT NOT NULL,
    reference TEXT NOT NULL,
    words TEXT NOT NULL,
    minor INTEGER NOT NULL,
    currency TEXT NOT NULL,
    state TEXT NOT NULL,
    declined BOOLEAN NOT NULL,
    refunded_minor INTEGER NOT NULL,
    return_url TEXT NOT NULL,
    ends_at DATETIME NOT NULL,
    created_at DATETIME NOT NULL,
    CONSTRAINT pk_sandbox_checkouts PRIMARY KEY (id),
    CONSTRAINT ck_sandbox_checkouts_minor_in_range CHECK (minor BETWEEN 1 AND 1000000000000),
    CONSTRAINT ck_sandbox_checkouts_minor_whole CHECK (typeof(minor) IN ('integer', 'null')),
    CONSTRAINT ck_sandbox_checkouts_refunded_minor_in_range CHECK (refunded_minor BETWEEN 0 AND 1000000000000),
    CONSTRAINT ck_sandbox_checkouts_refunded_minor_whole CHECK (typeof(refunded_minor) IN ('integer', 'null')),
    CONSTRAINT uq_sandbox_checkouts_token UNIQUE (token),
    CONSTRAINT uq_sandbox_checkouts_reference UNIQUE (reference)
);

-- next
CREATE TABLE funds (
    currency TEXT NOT NULL,
    balance_minor INTEGER DEFAULT '0' NOT NULL,
    low_minor INTEGER DEFAULT '0' NOT NULL,
    low_since DATETIME,
    CONSTRAINT pk_funds PRIMARY KEY (currency),
    CONSTRAINT ck_funds_balance_minor_in_range CHECK (balance_minor BETWEEN -1000000000000 AND 1000000000000),
    CONSTRAINT ck_funds_balance_minor_whole CHECK (typeof(balance_minor) IN ('integer', 'null')),
    CONSTRAINT ck_funds_low_minor_in_range CHECK (low_minor BETWEEN 0 AND 1000000000000),
    CONSTRAINT ck_funds_low_minor_whole CHECK (typeof(low_minor) IN ('integer', 'null')),
    CONSTRAINT ck_funds_currency_of_three_letters CHECK (length(currency) = 3)
);

-- next
CREATE TABLE audiences (
    id INTEGER NOT NULL,
    "key" TEXT NOT NULL,
    CONSTRAINT pk_audiences PRIMARY KEY (id),
    CONSTRAINT uq_audiences_key UNIQUE ("key")
);

-- next
CREATE TABLE shelf_stamp (
    id INTEGER NOT NULL,
    stamp TEXT NOT NULL,
    CONSTRAINT pk_shelf_stamp PRIMARY KEY (id),
    CONSTRAINT ck_shelf_stamp_one_row CHECK (id = 1)
);

-- next
CREATE TABLE choice_counts (
    counted_until DATE NOT NULL,
    counted_at DATETIME NOT NULL,
    CONSTRAINT pk_choice_counts PRIMARY KEY (counted_until)
);

-- next
CREATE TABLE search_spellings (
    remains TEXT NOT NULL,
    word TEXT NOT NULL,
    CONSTRAINT pk_search_spellings PRIMARY KEY (remains, word)
);

-- next
CREATE TABLE airports (
    iata TEXT NOT NULL,
    icao TEXT,
    name TEXT NOT NULL,
    city TEXT NOT NULL,
    country TEXT NOT NULL,
    time_zone TEXT,
    searched TEXT NOT NULL,
    CONSTRAINT pk_airports PRIMARY KEY (iata),
    CONSTRAINT ck_airports_iata_of_three_letters CHECK (length(iata) = 3),
    CONSTRAINT ck_airports_icao_of_four_letters CHECK (icao IS NULL OR length(icao) = 4),
    CONSTRAINT ck_airports_named CHECK (name <> '' AND country <> '')
);

-- next
CREATE TABLE reach_reports (
    id INTEGER NOT NULL,
    asked_at DATETIME NOT NULL,
    step TEXT NOT NULL,
    counted_at DATETIME,
    people INTEGER NOT NULL,
    fairness JSON NOT NULL,
    CONSTRAINT pk_reach_reports PRIMARY KEY (id),
    CONSTRAINT ck_reach_reports_one_row CHECK (id = 1),
    CONSTRAINT ck_reach_reports_people_in_range CHECK (people BETWEEN 0 AND 1000000000000),
    CONSTRAINT ck_reach_reports_people_whole CHECK (typeof(people) IN ('integer', 'null'))
);

-- next
CREATE TABLE program_settlements (
    program_id INTEGER NOT NULL,
    settled_at DATETIME NOT NULL,
    CONSTRAINT pk_program_settlements PRIMARY KEY (program_id)
);

-- next
CREATE TABLE metrics (
    id INTEGER NOT NULL,
    slug TEXT NOT NULL,
    name TEXT NOT NULL,
    unit VARCHAR(40) NOT NULL,
    currency TEXT,
    direction VARCHAR(40) DEFAULT 'higher' NOT NULL,
    source TEXT DEFAULT '' NOT NULL,
    CONSTRAINT pk_metrics PRIMARY KEY (id),
    CONSTRAINT ck_metrics_money_has_currency CHECK ((unit = 'money') = (currency IS NOT NULL)),
    CONSTRAINT ck_metrics_direction_known CHECK (direction IN ('higher', 'lower')),
    CONSTRAINT uq_metrics_slug UNIQUE (slug)
);

-- next
CREATE TABLE company_values (
    id INTEGER NOT NULL,
    slug TEXT NOT NULL,
    name TEXT NOT NULL,
    sentence TEXT NOT NULL,
    icon TEXT NOT NULL,
    hue INTEGER NOT NULL,
    position INTEGER NOT NULL,
    retired_at DATETIME,
    created_at DATETIME NOT NULL,
    CONSTRAINT pk_company_values PRIMARY KEY (id),
    CONSTRAINT ck_company_values_hue_in_range CHECK (hue BETWEEN 0 AND 359),
    CONSTRAINT ck_company_values_hue_whole CHECK (typeof(hue) IN ('integer', 'null')),
    CONSTRAINT ck_company_values_position_in_range CHECK (position BETWEEN 0 AND 10000),
    CONSTRAINT ck_company_values_position_whole CHECK (typeof(position) IN ('integer', 'null')),
    CONSTRAINT ck_company_values_named CHECK (name <> '' AND slug <> ''),
    CONSTRAINT uq_company_values_slug UNIQUE (slug)
);

-- next
CREATE TABLE approval_pools (
    slug TEXT NOT NULL,
    name TEXT NOT NULL,
    ended_at DATETIME,
    CONSTRAINT pk_approval_pools PRIMARY KEY (slug)
);

-- next
CREATE TABLE approval_mail_rule (
    id INTEGER NOT NULL,
    is_on BOOLEAN NOT NULL,
    most_points INTEGER,
    most_minor INTEGER,
    currency TEXT,
    days INTEGER NOT NULL,
    CONSTRAINT pk_approval_mail_rule PRIMARY KEY (id),
    CONSTRAINT ck_approval_mail_rule_one_row CHECK (id = 1),
    CONSTRAINT ck_approval_mail_rule_money_has_currency CHECK ((most_minor IS NULL) = (currency IS NULL)),
    CONSTRAINT ck_approval_mail_rule_most_points_in_range CHECK (most_points BETWEEN 1 AND 1000000000000),
    CONSTRAINT ck_approval_mail_rule_most_points_whole CHECK (typeof(most_points) IN ('integer', 'null')),
    CONSTRAINT ck_approval_mail_rule_most_minor_in_range CHECK (most_minor BETWEEN 1 AND 1000000000000),
    CONSTRAINT ck_approval_mail_rule_most_minor_whole CHECK (typeof(most_minor) IN ('integer', 'null')),
    CONSTRAINT ck_approval_mail_rule_days_in_range CHECK (days BETWEEN 1 AND 30),
    CONSTRAINT ck_approval_mail_rule_days_whole CHECK (typeof(days) IN ('integer', 'null'))
);

-- next
CREATE TABLE signing_keys (
    id INTEGER NOT NULL,
    thumbprint TEXT NOT NULL,
    public JSON NOT NULL,
    sealed BLOB,
    state VARCHAR(40) NOT NULL,
    made_at DATETIME NOT NULL,
    retired_at DATETIME,
    CONSTRAINT pk_signing_keys PRIMARY KEY (id),
    CONSTRAINT ck_signing_keys_only_the_active_signs CHECK ((state = 'active') = (sealed IS NOT NULL)),
    CONSTRAINT ck_signing_keys_the_others_have_a_time CHECK ((state = 'active') = (retired_at IS NULL)),
    CONSTRAINT uq_signing_keys_thumbprint UNIQUE (thumbprint)
);

-- next
CREATE UNIQUE INDEX uq_signing_keys_active ON signing_keys (state) WHERE state = 'active';

-- next
CREATE TABLE lookup_counts (
    address TEXT NOT NULL,
    since DATETIME NOT NULL,
    lookups INTEGER NOT NULL,
    CONSTRAINT pk_lookup_counts PRIMARY KEY (address, since),
    CONSTRAINT ck_lookup_counts_lookups_in_range CHECK (lookups BETWEEN 1 AND 1000000000000),
    CONSTRAINT ck_lookup_counts_lookups_whole CHECK (typeof(lookups) IN ('integer', 'null'))
);

-- next
CREATE TABLE voucher_keys (
    id INTEGER NOT NULL,
    name TEXT NOT NULL,
    public TEXT NOT NULL,
    sealed BLOB,
    state VARCHAR(40) NOT NULL,
    made_at DATETIME NOT NULL,
    retired_at DATETIME,
    CONSTRAINT pk_voucher_keys PRIMARY KEY (id),
    CONSTRAINT ck_voucher_keys_only_the_active_signs CHECK ((state = 'active') = (sealed IS NOT NULL)),
    CONSTRAINT ck_voucher_keys_the_others_have_a_time CHECK ((state = 'active') = (retired_at IS NULL)),
    CONSTRAINT uq_voucher_keys_name UNIQUE (name)
);

-- next
CREATE UNIQUE INDEX uq_voucher_keys_active ON voucher_keys (state) WHERE state = 'active';

-- next
CREATE TABLE employees (
    id INTEGER NOT NULL,
    external_id TEXT NOT NULL,
    name TEXT NOT NULL,
    email TEXT,
    title TEXT DEFAULT '' NOT NULL,
    department_id INTEGER,
    manager_id INTEGER,
    site TEXT DEFAULT '' NOT NULL,
    country TEXT,
    hired_on DATE,
    birth_month INTEGER,
    birth_day INTEGER,
    status VARCHAR(40) NOT NULL,
    left_on DATE,
    source TEXT DEFAULT '' NOT NULL,
    CONSTRAINT pk_employees PRIMARY KEY (id),
    CONSTRAINT ck_employees_email_lower_case CHECK (email IS NULL OR email = lower(email)),
    CONSTRAINT ck_employees_not_own_manager CHECK (manager_id IS NULL OR manager_id <> id),
    CONSTRAINT ck_employees_named CHECK (name <> '' AND external_id <> ''),
    CONSTRAINT ck_employees_country_of_two_letters CHECK (country IS NULL OR length(country) = 2),
    CONSTRAINT ck_employees_leaver_has_a_day CHECK (status = 'active' OR left_on IS NOT NULL),
    CONSTRAINT ck_employees_birthday_is_whole CHECK ((birth_month IS NULL) = (birth_day IS NULL)),
    CONSTRAINT ck_employees_birth_month_in_range CHECK (birth_month BETWEEN 1 AND 12),
    CONSTRAINT ck_employees_birth_month_whole CHECK (typeof(birth_month) IN ('integer', 'null')),
    CONSTRAINT ck_employees_birth_day_in_range CHECK (birth_day BETWEEN 1 AND 31),
    CONSTRAINT ck_employees_birth_day_whole CHECK (typeof(birth_day) IN ('integer', 'null')),
    CONSTRAINT uq_employees_external_id UNIQUE (external_id),
    CONSTRAINT uq_employees_email UNIQUE (email),
    CONSTRAINT fk_employees_department_id FOREIGN KEY(department_id) REFERENCES departments (id),
    CONSTRAINT fk_employees_manager_id FOREIGN KEY(manager_id) REFERENCES employees (id)
);

-- next
CREATE INDEX ix_employees_department_id ON employees (department_id);

-- next
CREATE INDEX ix_employees_manager_id ON employees (manager_id);

-- next
CREATE TABLE account_balances (
    account_id INTEGER NOT NULL,
    posted INTEGER DEFAULT '0' NOT NULL,
    held INTEGER DEFAULT '0' NOT NULL,
    floor INTEGER DEFAULT '0' NOT NULL,
    CONSTRAINT pk_account_balances PRIMARY KEY (account_id),
    CONSTRAINT ck_account_balances_posted_in_range CHECK (posted BETWEEN -1000000000000 AND 1000000000000),
    CONSTRAINT ck_account_balances_posted_whole CHECK (typeof(posted) IN ('integer', 'null')),
    CONSTRAINT ck_account_balances_held_in_range CHECK (held BETWEEN 0 AND 1000000000000),
    CONSTRAINT ck_account_balances_held_whole CHECK (typeof(held) IN ('integer', 'null')),
    CONSTRAINT ck_account_balances_floor_in_range CHECK (floor BETWEEN -1000000000000 AND 0),
    CONSTRAINT ck_account_balances_floor_whole CHECK (typeof(floor) IN ('integer', 'null')),
    CONSTRAINT ck_account_balances_covered CHECK (posted - held >= floor),
    CONSTRAINT fk_account_balances_account_id FOREIGN KEY(account_id) REFERENCES accounts (id)
);

-- next
CREATE TABLE transfers (
    id INTEGER NOT NULL,
    kind VARCHAR(40) NOT NULL,
    debit_id INTEGER NOT NULL,
    credit_id INTEGER NOT NULL,
    amount INTEGER NOT NULL,
    pending_id INTEGER,
    reverses_id INTEGER,
    source_key TEXT,
    journal TEXT NOT NULL,
    reference TEXT NOT NULL,
    reason TEXT NOT NULL,
    actor_id INTEGER,
    occurred_at DATETIME NOT NULL,
    posted_at DATETIME NOT NULL,
    CONSTRAINT pk_transfers PRIMARY KEY (id),
    CONSTRAINT ck_transfers_amount_in_range CHECK (amount BETWEEN 1 AND 1000000000000),
    CONSTRAINT ck_transfers_amount_whole CHECK (typeof(amount) IN ('integer', 'null')),
    CONSTRAINT ck_transfers_kind_known CHECK (kind IN ('fund', 'grant', 'claw_back', 'hold', 'capture', 'release', 'lapse', 'refund', 'expiry', 'grace')),
    CONSTRAINT ck_transfers_between_two_accounts CHECK (debit_id <> credit_id),
    CONSTRAINT ck_transfers_resolves_a_hold CHECK ((kind IN ('capture', 'release', 'lapse')) = (pending_id IS NOT NULL)),
    CONSTRAINT ck_transfers_reverses_a_transfer CHECK ((kind IN ('refund', 'grace')) = (reverses_id IS NOT NULL)),
    CONSTRAINT fk_transfers_debit_id FOREIGN KEY(debit_id) REFERENCES accounts (id),
    CONSTRAINT fk_transfers_credit_id FOREIGN KEY(credit_id) REFERENCES accounts (id),
    CONSTRAINT fk_transfers_pending_id FOREIGN KEY(pending_id) REFERENCES transfers (id),
    CONSTRAINT fk_transfers_reverses_id FOREIGN KEY(reverses_id) REFERENCES transfers (id)
);

-- next
CREATE INDEX ix_transfers_credit_id_id ON transfers (credit_id, id);

-- next
CREATE INDEX ix_transfers_debit_id_id ON transfers (debit_id, id);

-- next
CREATE INDEX ix_transfers_reverses_id ON transfers (reverses_id);

-- next
CREATE UNIQUE INDEX uq_transfers_graced ON transfers (reverses_id) WHERE kind = 'grace';

-- next
CREATE UNIQUE INDEX uq_transfers_kind_source_key ON transfers (kind, source_key);

-- next
CREATE UNIQUE INDEX uq_transfers_pending_id ON transfers (pending_id);

-- next
CREATE TRIGGER transfers_refuses_UPDATE BEFORE UPDATE ON transfers
BEGIN SELECT RAISE(ABORT, 'transfers is append-only; a correction is a new row'); END;

-- next
CREATE TRIGGER transfers_refuses_DELETE BEFORE DELETE ON transfers
BEGIN SELECT RAISE(ABORT, 'transfers is append-only; a correction is a new row'); END;

-- next
CREATE TRIGGER transfers_fit_together BEFORE INSERT ON transfers
WHEN NEW.pending_id IS NOT NULL OR NEW.reverses_id IS NOT NULL
BEGIN SELECT RAISE(ABORT, 'this transfer does not fit the one it resolves or reverses') WHERE (NEW.pending_id IS NOT NULL AND NOT EXISTS (SELECT 1 FROM transfers AS held WHERE held.id = NEW.pending_id AND held.kind = 'hold'
AND held.debit_id = NEW.debit_id AND held.credit_id = NEW.credit_id AND held.amount = NEW.amount))
OR (NEW.reverses_id IS NOT NULL AND NOT EXISTS (SELECT 1 FROM transfers AS first WHERE first.id = NEW.reverses_id
AND first.kind = CASE NEW.kind WHEN 'refund' THEN 'capture' ELSE 'expiry' END
AND first.debit_id = NEW.credit_id AND first.credit_id = NEW.debit_id
AND first.amount >= NEW.amount + CASE NEW.kind WHEN 'refund' THEN (
SELECT COALESCE(SUM(other.amount), 0) FROM transfers AS other
WHERE other.reverses_id = NEW.reverses_id) ELSE 0 END
AND (NEW.kind = 'refund' OR first.amount = NEW.amount))); END;

-- next
CREATE TABLE payment_differences (
    id INTEGER NOT NULL,
    reconciliation_id INTEGER NOT NULL,
    kind VARCHAR(40) NOT NULL,
    reference TEXT NOT NULL,
    checkout_id TEXT NOT NULL,
    here TEXT NOT NULL,
    there TEXT NOT NULL,
    CONSTRAINT pk_payment_differences PRIMARY KEY (id),
    CONSTRAINT fk_payment_differences_reconciliation_id FOREIGN KEY(reconciliation_id) REFERENCES payment_reconciliations (id)
);

-- next
CREATE INDEX ix_payment_differences_reconciliation_id ON payment_differences (reconciliation_id);

-- next
CREATE TRIGGER payment_differences_refuses_UPDATE BEFORE UPDATE ON payment_differences
BEGIN SELECT RAISE(ABORT, 'payment_differences is append-only; a correction is a new row'); END;

-- next
CREATE TRIGGER payment_differences_refuses_DELETE BEFORE DELETE ON payment_differences
BEGIN SELECT RAISE(ABORT, 'payment_differences is append-only; a correction is a new row'); END;

-- next
CREATE TABLE tiers (
    id INTEGER NOT NULL,
    slug TEXT NOT NULL,
    name TEXT NOT NULL,
    hue INTEGER NOT NULL,
    icon TEXT NOT NULL,
    position INTEGER NOT NULL,
    audience_id INTEGER,
    note TEXT DEFAULT '' NOT NULL,
    CONSTRAINT pk_tiers PRIMARY KEY (id),
    CONSTRAINT ck_tiers_hue_in_range CHECK (hue BETWEEN 0 AND 359),
    CONSTRAINT ck_tiers_hue_whole CHECK (typeof(hue) IN ('integer', 'null')),
    CONSTRAINT ck_tiers_position_in_range CHECK (position BETWEEN 0 AND 1000),
    CONSTRAINT ck_tiers_position_whole CHECK (typeof(position) IN ('integer', 'null')),
    CONSTRAINT uq_tiers_slug UNIQUE (slug),
    CONSTRAINT uq_tiers_position UNIQUE (position),
    CONSTRAINT fk_tiers_audience_id FOREIGN KEY(audience_id) REFERENCES audiences (id)
);

-- next
CREATE INDEX ix_tiers_audience_id ON tiers (audience_id);

-- next
CREATE TABLE audience_clauses (
    id INTEGER NOT NULL,
    audience_id INTEGER NOT NULL,
    position INTEGER NOT NULL,
    is_shown_locked BOOLEAN NOT NULL,
    CONSTRAINT pk_audience_clauses PRIMARY KEY (id),
    CONSTRAINT uq_audience_clauses_audience_id_position UNIQUE (audience_id, position),
    CONSTRAINT ck_audience_clauses_position_in_range CHECK (position BETWEEN 0 AND 1000),
    CONSTRAINT ck_audience_clauses_position_whole CHECK (typeof(position) IN ('integer', 'null')),
    CONSTRAINT fk_audience_clauses_audience_id FOREIGN KEY(audience_id) REFERENCES audiences (id)
);

-- next
CREATE TABLE courses (
    id INTEGER NOT NULL,
    slug TEXT NOT NULL,
    name TEXT NOT NULL,
    made_for_id INTEGER,
    about_id INTEGER,
    link TEXT DEFAULT '' NOT NULL,
    minutes INTEGER NOT NULL,
    created_at DATETIME NOT NULL,
    CONSTRAINT pk_courses PRIMARY KEY (id),
    CONSTRAINT ck_courses_minutes_in_range CHECK (minutes BETWEEN 1 AND 100000),
    CONSTRAINT ck_courses_minutes_whole CHECK (typeof(minutes) IN ('integer', 'null')),
    CONSTRAINT uq_courses_slug UNIQUE (slug),
    CONSTRAINT uq_courses_name UNIQUE (name),
    CONSTRAINT fk_courses_made_for_id FOREIGN KEY(made_for_id) REFERENCES departments (id),
    CONSTRAINT fk_courses_about_id FOREIGN KEY(about_id) REFERENCES departments (id)
);

-- next
CREATE TABLE import_profiles (
    id INTEGER NOT NULL,
    kind TEXT NOT NULL,
    name TEXT NOT NULL,
    toml TEXT NOT NULL,
    saved_by_id INTEGER,
    saved_at DATETIME NOT NULL,
    CONSTRAINT pk_import_profiles PRIMARY KEY (id),
    CONSTRAINT uq_import_profiles_kind_name UNIQUE (kind, name),
    CONSTRAINT fk_import_profiles_saved_by_id FOREIGN KEY(saved_by_id) REFERENCES employees (id)
);

-- next
CREATE TABLE import_runs (
    id INTEGER NOT NULL,
    kind TEXT NOT NULL,
    profile_name TEXT NOT NULL,
    profile_toml TEXT NOT NULL,
    options JSON NOT NULL,
    file_name TEXT NOT NULL,
    file_sha256 TEXT NOT NULL,
    file_bytes INTEGER NOT NULL,
    state VARCHAR(40) NOT NULL,
    rows_read INTEGER NOT NULL,
    counts JSON NOT NULL,
    failure TEXT DEFAULT '' NOT NULL,
    started_by_id INTEGER,
    approved_by_id INTEGER,
    held_from_id INTEGER,
    held_for_id INTEGER,
    uploaded_at DATETIME NOT NULL,
    checked_at DATETIME,
    finished_at DATETIME,
    file_gone_at DATETIME,
    CONSTRAINT pk_import_runs PRIMARY KEY (id),
    CONSTRAINT ck_import_runs_rows_read_in_range CHECK (rows_read BETWEEN 0 AND 1000000000000),
    CONSTRAINT ck_import_runs_rows_read_whole CHECK (typeof(rows_read) IN ('integer', 'null')),
    CONSTRAINT ck_import_runs_file_bytes_in_range CHECK (file_bytes BETWEEN 0 AND 1000000000000),
    CONSTRAINT ck_import_runs_file_bytes_whole CHECK (typeof(file_bytes) IN ('integer', 'null')),
    CONSTRAINT ck_import_runs_not_by_whom_it_is_about CHECK (approved_by_id <> held_for_id),
    CONSTRAINT fk_import_runs_started_by_id FOREIGN KEY(started_by_id) REFERENCES employees (id),
    CONSTRAINT fk_import_runs_approved_by_id FOREIGN KEY(approved_by_id) REFERENCES employees (id),
    CONSTRAINT fk_import_runs_held_from_id FOREIGN KEY(held_from_id) REFERENCES import_runs (id),
    CONSTRAINT fk_import_runs_held_for_id FOREIGN KEY(held_for_id) REFERENCES employees (id)
);

-- next
CREATE INDEX ix_import_runs_kind ON import_runs (kind);

-- next
CREATE INDEX ix_import_runs_state ON import_runs (state);

-- next
CREATE TABLE employee_keys (
    source TEXT NOT NULL,
    "key" TEXT NOT NULL,
    employee_id INTEGER NOT NULL,
    CONSTRAINT pk_employee_keys PRIMARY KEY (source, "key"),
    CONSTRAINT fk_employee_keys_employee_id FOREIGN KEY(employee_id) REFERENCES employees (id)
);

-- next
CREATE INDEX ix_employee_keys_employee_id ON employee_keys (employee_id);

-- next
CREATE TABLE employee_roles (
    employee_id INTEGER NOT NULL,
    role VARCHAR(40) NOT NULL,
    granted_by_id INTEGER,
    granted_at DATETIME NOT NULL,
    CONSTRAINT pk_employee_roles PRIMARY KEY (employee_id, role),
    CONSTRAINT fk_employee_roles_employee_id FOREIGN KEY(employee_id) REFERENCES employees (id),
    CONSTRAINT fk_employee_roles_granted_by_id FOREIGN KEY(granted_by_id) REFERENCES employees (id)
);

-- next
CREATE INDEX ix_employee_roles_role ON employee_roles (role);

-- next
CREATE TABLE credentials (
    employee_id INTEGER NOT NULL,
    password_hash TEXT NOT NULL,
    changed_at DATETIME NOT NULL,
    CONSTRAINT pk_credentials PRIMARY KEY (employee_id),
    CONSTRAINT fk_credentials_employee_id FOREIGN KEY(employee_id) REFERENCES employees (id)
);

-- next
CREATE TABLE sign_in_sessions (
    id INTEGER NOT NULL,
    token_hash TEXT NOT NULL,
    employee_id INTEGER NOT NULL,
    address TEXT NOT NULL,
    device TEXT NOT NULL,
    started_at DATETIME NOT NULL,
    expires_at DATETIME NOT NULL,
    ended_at DATETIME,
    ended_because VARCHAR(40),
    CONSTRAINT pk_sign_in_sessions PRIMARY KEY (id),
    CONSTRAINT ck_sign_in_sessions_end_has_a_reason CHECK ((ended_at IS NULL) = (ended_because IS NULL)),
    CONSTRAINT uq_sign_in_sessions_token_hash UNIQUE (token_hash),
    CONSTRAINT fk_sign_in_sessions_employee_id FOREIGN KEY(employee_id) REFERENCES employees (id)
);

-- next
CREATE INDEX ix_sign_in_sessions_employee_id ON sign_in_sessions (employee_id);

-- next
CREATE INDEX ix_sign_in_sessions_expires_at ON sign_in_sessions (expires_at);

-- next
CREATE TABLE lots (
    id INTEGER NOT NULL,
    account_id INTEGER NOT NULL,
    transfer_id INTEGER NOT NULL,
    grant_id INTEGER NOT NULL,
    country TEXT,
    granted INTEGER NOT NULL,
    remaining INTEGER NOT NULL,
    held INTEGER DEFAULT '0' NOT NULL,
    expires_at DATETIME,
    closed_at DATETIME,
    CONSTRAINT pk_lots PRIMARY KEY (id),
    CONSTRAINT ck_lots_granted_in_range CHECK (granted BETWEEN 1 AND 1000000000000),
    CONSTRAINT ck_lots_granted_whole CHECK (typeof(granted) IN ('integer', 'null')),
    CONSTRAINT ck_lots_remaining_in_range CHECK (remaining BETWEEN 0 AND 1000000000000),
    CONSTRAINT ck_lots_remaining_whole CHECK (typeof(remaining) IN ('integer', 'null')),
    CONSTRAINT ck_lots_held_in_range CHECK (held BETWEEN 0 AND 1000000000000),
    CONSTRAINT ck_lots_held_whole CHECK (typeof(held) IN ('integer', 'null')),
    CONSTRAINT ck_lots_within_grant CHECK (held <= remaining AND remaining <= granted),
    CONSTRAINT ck_lots_country_of_two_letters CHECK (country IS NULL OR length(country) = 2),
    CONSTRAINT fk_lots_account_id FOREIGN KEY(account_id) REFERENCES accounts (id),
    CONSTRAINT uq_lots_transfer_id UNIQUE (transfer_id),
    CONSTRAINT fk_lots_transfer_id FOREIGN KEY(transfer_id) REFERENCES transfers (id),
    CONSTRAINT fk_lots_grant_id FOREIGN KEY(grant_id) REFERENCES transfers (id)
);

-- next
CREATE INDEX ix_lots_due ON lots (expires_at) WHERE closed_at IS NULL AND expires_at IS NOT NULL;

-- next
CREATE INDEX ix_lots_grant_id ON lots (grant_id);

-- next
CREATE INDEX ix_lots_open ON lots (account_id, expires_at) WHERE closed_at IS NULL;

-- next
CREATE TABLE holds (
    id INTEGER NOT NULL,
    account_id INTEGER NOT NULL,
    transfer_id INTEGER NOT NULL,
    reference TEXT NOT NULL,
    amount INTEGER NOT NULL,
    refunded INTEGER DEFAULT '0' NOT NULL,
    state VARCHAR(40) NOT NULL,
    expires_at DATETIME NOT NULL,
    resolved_at DATETIME,
    CONSTRAINT pk_holds PRIMARY KEY (id),
    CONSTRAINT ck_holds_amount_in_range CHECK (amount BETWEEN 1 AND 1000000000000),
    CONSTRAINT ck_holds_amount_whole CHECK (typeof(amount) IN ('integer', 'null')),
    CONSTRAINT ck_holds_refunded_in_range CHECK (refunded BETWEEN 0 AND 1000000000000),
    CONSTRAINT ck_holds_refunded_whole CHECK (typeof(refunded) IN ('integer', 'null')),
    CONSTRAINT ck_holds_state_known CHECK (state IN ('open', 'captured', 'released', 'lapsed', 'refunded')),
    CONSTRAINT ck_holds_refunded_within CHECK (refunded <= amount AND (state = 'refunded') = (refunded = amount) AND (refunded = 0 OR state IN ('captured', 'refunded'))),
    CONSTRAINT ck_holds_resolved_has_a_time CHECK ((state = 'open') = (resolved_at IS NULL)),
    CONSTRAINT fk_holds_account_id FOREIGN KEY(account_id) REFERENCES accounts (id),
    CONSTRAINT uq_holds_transfer_id UNIQUE (transfer_id),
    CONSTRAINT fk_holds_transfer_id FOREIGN KEY(transfer_id) REFERENCES transfers (id),
    CONSTRAINT uq_holds_reference UNIQUE (reference)
);

-- next
CREATE INDEX ix_holds_account_id ON holds (account_id);

-- next
CREATE INDEX ix_holds_open ON holds (expires_at) WHERE state = 'open';

-- next
CREATE TABLE ledger_periods (
    id INTEGER NOT NULL,
    ends_at DATETIME NOT NULL,
    transfers INTEGER NOT NULL,
    last_transfer_id INTEGER,
    seal TEXT NOT NULL,
    closed_by_id INTEGER,
    closed_at DATETIME NOT NULL,
    CONSTRAINT pk_ledger_periods PRIMARY KEY (id),
    CONSTRAINT ck_ledger_periods_transfers_in_range CHECK (transfers BETWEEN 0 AND 1000000000000),
    CONSTRAINT ck_ledger_periods_transfers_whole CHECK (typeof(transfers) IN ('integer', 'null')),
    CONSTRAINT ck_ledger_periods_closed_when_over CHECK (closed_at > ends_at),
    CONSTRAINT ck_ledger_periods_sealed CHECK (length(seal) = 64),
    CONSTRAINT uq_ledger_periods_ends_at UNIQUE (ends_at),
    CONSTRAINT fk_ledger_periods_last_transfer_id FOREIGN KEY(last_transfer_id) REFERENCES transfers (id),
    CONSTRAINT fk_ledger_periods_closed_by_id FOREIGN KEY(closed_by_id) REFERENCES employees (id)
);

-- next
CREATE TRIGGER ledger_periods_refuses_UPDATE BEFORE UPDATE ON ledger_periods
BEGIN SELECT RAISE(ABORT, 'ledger_periods is append-only; a correction is a new row'); END;

-- next
CREATE TRIGGER ledger_periods_refuses_DELETE BEFORE DELETE ON ledger_periods
BEGIN SELECT RAISE(ABORT, 'ledger_periods is append-only; a correction is a new row'); END;

-- next
CREATE TRIGGER transfers_keep_closed BEFORE INSERT ON transfers
BEGIN SELECT RAISE(ABORT, 'the books of that time are closed') WHERE EXISTS (SELECT 1 FROM ledger_periods WHERE ends_at > NEW.posted_at); END;

-- next
CREATE TABLE payments (
    id INTEGER NOT NULL,
    purpose VARCHAR(40) NOT NULL,
    reference TEXT NOT NULL,
    payer_id INTEGER NOT NULL,
    words TEXT NOT NULL,
    minor INTEGER NOT NULL,
    currency TEXT NOT NULL,
    mode TEXT NOT NULL,
    state VARCHAR(40) NOT NULL,
    reason TEXT DEFAULT '' NOT NULL,
    idempotency_key TEXT NOT NULL,
    attempt INTEGER NOT NULL,
    tries INTEGER NOT NULL,
    next_at DATETIME,
    checkout_id TEXT,
    checkout_url TEXT DEFAULT '' NOT NULL,
    intent_id TEXT,
    receipt_url TEXT DEFAULT '' NOT NULL,
    captured_minor INTEGER NOT NULL,
    refunded_minor INTEGER NOT NULL,
    expires_at DATETIME NOT NULL,
    created_at DATETIME NOT NULL,
    paid_at DATETIME,
    version INTEGER NOT NULL,
    CONSTRAINT pk_payments PRIMARY KEY (id),
    CONSTRAINT uq_payments_purpose_reference UNIQUE (purpose, reference),
    CONSTRAINT ck_payments_purpose_known CHECK (purpose IN ('top_up')),
    CONSTRAINT ck_payments_minor_in_range CHECK (minor BETWEEN 1 AND 1000000000000),
    CONSTRAINT ck_payments_minor_whole CHECK (typeof(minor) IN ('integer', 'null')),
    CONSTRAINT ck_payments_captured_minor_in_range CHECK (captured_minor BETWEEN 0 AND 1000000000000),
    CONSTRAINT ck_payments_captured_minor_whole CHECK (typeof(captured_minor) IN ('integer', 'null')),
    CONSTRAINT ck_payments_refunded_minor_in_range CHECK (refunded_minor BETWEEN 0 AND 1000000000000),
    CONSTRAINT ck_payments_refunded_minor_whole CHECK (typeof(refunded_minor) IN ('integer', 'null')),
    CONSTRAINT ck_payments_attempt_in_range CHECK (attempt BETWEEN 1 AND 1000),
    CONSTRAINT ck_payments_attempt_whole CHECK (typeof(attempt) IN ('integer', 'null')),
    CONSTRAINT ck_payments_tries_in_range CHECK (tries BETWEEN 0 AND 1000000),
    CONSTRAINT ck_payments_tries_whole CHECK (typeof(tries) IN ('integer', 'null')),
    CONSTRAINT ck_payments_never_refunded_twice CHECK (refunded_minor <= captured_minor),
    CONSTRAINT ck_payments_captured_when_paid CHECK ((state IN ('paid', 'late')) = (captured_minor > 0)),
    CONSTRAINT ck_payments_captured_as_asked CHECK (captured_minor IN (0, minor)),
    CONSTRAINT ck_payments_open_has_a_page CHECK (state <> 'open' OR checkout_url <> ''),
    CONSTRAINT ck_payments_says_why CHECK (state NOT IN ('held', 'failed') OR reason <> ''),
    CONSTRAINT uq_payments_reference UNIQUE (reference),
    CONSTRAINT fk_payments_payer_id FOREIGN KEY(payer_id) REFERENCES employees (id),
    CONSTRAINT uq_payments_idempotency_key UNIQUE (idempotency_key),
    CONSTRAINT uq_payments_checkout_id UNIQUE (checkout_id),
    CONSTRAINT uq_payments_intent_id UNIQUE (intent_id)
);

-- next
CREATE INDEX ix_payments_created_at ON payments (created_at);

-- next
CREATE INDEX ix_payments_due ON payments (state, next_at);

-- next
CREATE INDEX ix_payments_payer_id ON payments (payer_id);

-- next
CREATE TABLE budgets (
    id INTEGER NOT NULL,
    slug TEXT NOT NULL,
    name TEXT NOT NULL,
    purpose VARCHAR(40) NOT NULL,
    owner_id INTEGER,
    department_id INTEGER,
    parent_id INTEGER,
    cost_center TEXT DEFAULT '' NOT NULL,
    starts_on DATE NOT NULL,
    ends_on DATE NOT NULL,
    CONSTRAINT pk_budgets PRIMARY KEY (id),
    CONSTRAINT ck_budgets_purpose_known CHECK (purpose IN ('awards', 'rewards')),
    CONSTRAINT ck_budgets_starts_before_it_ends CHECK (starts_on <= ends_on),
    CONSTRAINT ck_budgets_named CHECK (name <> '' AND slug <> ''),
    CONSTRAINT ck_budgets_not_under_itself CHECK (parent_id IS NULL OR parent_id <> id),
    CONSTRAINT uq_budgets_slug UNIQUE (slug),
    CONSTRAINT fk_budgets_owner_id FOREIGN KEY(owner_id) REFERENCES employees (id),
    CONSTRAINT fk_budgets_department_id FOREIGN KEY(department_id) REFERENCES departments (id),
    CONSTRAINT fk_budgets_parent_id FOREIGN KEY(parent_id) REFERENCES budgets (id)
);

-- next
CREATE INDEX ix_budgets_department_id ON budgets (department_id);

-- next
CREATE INDEX ix_budgets_parent_id ON budgets (parent_id);

-- next
CREATE TABLE rewards (
    id INTEGER NOT NULL,
    slug TEXT NOT NULL,
    kind VARCHAR(40) NOT NULL,
    name TEXT NOT NULL,
    note TEXT DEFAULT '' NOT NULL,
    summary TEXT DEFAULT '' NOT NULL,
    story TEXT DEFAULT '' NOT NULL,
    brand TEXT DEFAULT '' NOT NULL,
    tier_id INTEGER NOT NULL,
    audience_id INTEGER,
    state VARCHAR(40) NOT NULL,
    is_featured BOOLEAN DEFAULT 0 NOT NULL,
    no_gifts BOOLEAN DEFAULT 0 NOT NULL,
    shows_no_markup BOOLEAN DEFAULT 0 NOT NULL,
    visible_from DATETIME,
    visible_until DATETIME,
    art JSON NOT NULL,
    photo JSON NOT NULL,
    included JSON NOT NULL,
    terms TEXT DEFAULT '' NOT NULL,
    next_steps TEXT DEFAULT '' NOT NULL,
    approver_note TEXT DEFAULT '' NOT NULL,
    details JSON DEFAULT '[]' NOT NULL,
    lead_days INTEGER DEFAULT '0' NOT NULL,
    cancel_until VARCHAR(40),
    return_days INTEGER,
    return_percent INTEGER,
    return_condition TEXT DEFAULT '' NOT NULL,
    returns_decided_by VARCHAR(40),
    late_return TEXT DEFAULT '' NOT NULL,
    limit_per_person INTEGER,
    limit_period VARCHAR(40),
    created_at DATETIME NOT NULL,
    published_at DATETIME,
    version INTEGER DEFAULT '1' NOT NULL,
    lowest_cash_minor INTEGER,
    highest_cash_minor INTEGER,
    currency TEXT,
    CONSTRAINT pk_rewards PRIMARY KEY (id),
    CONSTRAINT ck_rewards_named CHECK (slug <> '' AND name <> ''),
    CONSTRAINT ck_rewards_visible_forward CHECK (visible_until IS NULL OR visible_from IS NULL OR visible_from < visible_until),
    CONSTRAINT ck_rewards_limit_has_a_period CHECK ((limit_per_person IS NULL) = (limit_period IS NULL)),
    CONSTRAINT ck_rewards_published_has_a_moment CHECK (state <> 'published' OR published_at IS NOT NULL),
    CONSTRAINT ck_rewards_version_in_range CHECK (version BETWEEN 1 AND 1000000000000),
    CONSTRAINT ck_rewards_version_whole CHECK (typeof(version) IN ('integer', 'null')),
    CONSTRAINT ck_rewards_lead_days_in_range CHECK (lead_days BETWEEN 0 AND 3650),
    CONSTRAINT ck_rewards_lead_days_whole CHECK (typeof(lead_days) IN ('integer', 'null')),
    CONSTRAINT ck_rewards_return_days_in_range CHECK (return_days BETWEEN 0 AND 365),
    CONSTRAINT ck_rewards_return_days_whole CHECK (typeof(return_days) IN ('integer', 'null')),
    CONSTRAINT ck_rewards_return_percent_in_range CHECK (return_percent BETWEEN 0 AND 100),
    CONSTRAINT ck_rewards_return_percent_whole CHECK (typeof(return_percent) IN ('integer', 'null')),
    CONSTRAINT ck_rewards_limit_per_person_in_range CHECK (limit_per_person BETWEEN 1 AND 10000),
    CONSTRAINT ck_rewards_limit_per_person_whole CHECK (typeof(limit_per_person) IN ('integer', 'null')),
    CONSTRAINT uq_rewards_slug UNIQUE (slug),
    CONSTRAINT fk_rewards_tier_id FOREIGN KEY(tier_id) REFERENCES tiers (id),
    CONSTRAINT fk_rewards_audience_id FOREIGN KEY(audience_id) REFERENCES audiences (id)
);

-- next
CREATE INDEX ix_rewards_audience_id ON rewards (audience_id);

-- next
CREATE INDEX ix_rewards_tier_id ON rewards (tier_id);

-- next
CREATE TABLE audience_rules (
    clause_id INTEGER NOT NULL,
    attribute VARCHAR(40) NOT NULL,
    value TEXT NOT NULL,
    CONSTRAINT pk_audience_rules PRIMARY KEY (clause_id, attribute, value),
    CONSTRAINT ck_audience_rules_attribute_known CHECK (attribute IN ('department', 'site', 'country', 'outside_country', 'role', 'tenure_months', 'points_earned', 'program', 'entitlement', 'invitation')),
    CONSTRAINT fk_audience_rules_clause_id FOREIGN KEY(clause_id) REFERENCES audience_clauses (id)
);

-- next
CREATE INDEX ix_audience_rules_value ON audience_rules (attribute, value, clause_id);

-- next
CREATE TABLE tier_invitations (
    tier_id INTEGER NOT NULL,
    employee_id INTEGER NOT NULL,
    invited_by_id INTEGER,
    invited_at DATETIME NOT NULL,
    reason TEXT DEFAULT '' NOT NULL,
    CONSTRAINT pk_tier_invitations PRIMARY KEY (tier_id, employee_id),
    CONSTRAINT fk_tier_invitations_tier_id FOREIGN KEY(tier_id) REFERENCES tiers (id),
    CONSTRAINT fk_tier_invitations_employee_id FOREIGN KEY(employee_id) REFERENCES employees (id),
    CONSTRAINT fk_tier_invitations_invited_by_id FOREIGN KEY(invited_by_id) REFERENCES employees (id)
);

-- next
CREATE INDEX ix_tier_invitations_employee_id ON tier_invitations (employee_id);

-- next
CREATE TABLE wish_choices (
    employee_id INTEGER NOT NULL,
    goal_notes BOOLEAN DEFAULT 1 NOT NULL,
    price_notes BOOLEAN DEFAULT 1 NOT NULL,
    stock_notes BOOLEAN DEFAULT 1 NOT NULL,
    CONSTRAINT pk_wish_choices PRIMARY KEY (employee_id),
    CONSTRAINT fk_wish_choices_employee_id FOREIGN KEY(employee_id) REFERENCES employees (id)
);

-- next
CREATE TABLE providers (
    id INTEGER NOT NULL,
    slug TEXT NOT NULL,
    name TEXT NOT NULL,
    adapter TEXT NOT NULL,
    address TEXT DEFAULT '' NOT NULL,
    time_zone TEXT DEFAULT 'UTC' NOT NULL,
    is_active BOOLEAN DEFAULT 1 NOT NULL,
    new_brands VARCHAR(40) NOT NULL,
    tier_id INTEGER NOT NULL,
    price_country TEXT NOT NULL,
    markup_percent INTEGER NOT NULL,
    round_to INTEGER NOT NULL,
    most_taken_percent INTEGER NOT NULL,
    rates JSON NOT NULL,
    asked_again_at DATETIME,
    created_at DATETIME NOT NULL,
    CONSTRAINT pk_providers PRIMARY KEY (id),
    CONSTRAINT ck_providers_named CHECK (slug <> '' AND name <> ''),
    CONSTRAINT ck_providers_markup_percent_in_range CHECK (markup_percent BETWEEN 0 AND 1000),
    CONSTRAINT ck_providers_markup_percent_whole CHECK (typeof(markup_percent) IN ('integer', 'null')),
    CONSTRAINT ck_providers_round_to_in_range CHECK (round_to BETWEEN 1 AND 1000000),
    CONSTRAINT ck_providers_round_to_whole CHECK (typeof(round_to) IN ('integer', 'null')),
    CONSTRAINT ck_providers_most_taken_percent_in_range CHECK (most_taken_percent BETWEEN 0 AND 100),
    CONSTRAINT ck_providers_most_taken_percent_whole CHECK (typeof(most_taken_percent) IN ('integer', 'null')),
    CONSTRAINT uq_providers_slug UNIQUE (slug),
    CONSTRAINT fk_providers_tier_id FOREIGN KEY(tier_id) REFERENCES tiers (id)
);

-- next
CREATE TABLE saved_views (
    id INTEGER NOT NULL,
    employee_id INTEGER,
    place INTEGER NOT NULL,
    name TEXT NOT NULL,
    name_key TEXT NOT NULL,
    "query" TEXT NOT NULL,
    saved_by_id INTEGER NOT NULL,
    saved_at DATETIME NOT NULL,
    CONSTRAINT pk_saved_views PRIMARY KEY (id),
    CONSTRAINT ck_saved_views_named CHECK (name <> '' AND query <> ''),
    CONSTRAINT ck_saved_views_place_in_range CHECK (place BETWEEN 1 AND 20),
    CONSTRAINT ck_saved_views_place_whole CHECK (typeof(place) IN ('integer', 'null')),
    CONSTRAINT uq_saved_views_employee_id_place UNIQUE (employee_id, place),
    CONSTRAINT uq_saved_views_employee_id_name_key UNIQUE (employee_id, name_key),
    CONSTRAINT uq_saved_views_employee_id_query UNIQUE (employee_id, "query"),
    CONSTRAINT fk_saved_views_employee_id FOREIGN KEY(employee_id) REFERENCES employees (id),
    CONSTRAINT fk_saved_views_saved_by_id FOREIGN KEY(saved_by_id) REFERENCES employees (id)
);

-- next
CREATE UNIQUE INDEX uq_saved_views_company_name_key ON saved_views (name_key) WHERE employee_id IS NULL;

-- next
CREATE UNIQUE INDEX uq_saved_views_company_place ON saved_views (place) WHERE employee_id IS NULL;

-- next
CREATE UNIQUE INDEX uq_saved_views_company_query ON saved_views ("query") WHERE employee_id IS NULL;

-- next
CREATE TABLE targets (
    id INTEGER NOT NULL,
    metric_id INTEGER NOT NULL,
    employee_id INTEGER NOT NULL,
    starts_on DATE NOT NULL,
    ends_on DATE NOT NULL,
    amount INTEGER NOT NULL,
    reported_at DATETIME NOT NULL,
    CONSTRAINT pk_targets PRIMARY KEY (id),
    CONSTRAINT uq_targets_metric_id_employee_id_starts_on_ends_on UNIQUE (metric_id, employee_id, starts_on, ends_on),
    CONSTRAINT ck_targets_starts_before_it_ends CHECK (starts_on <= ends_on),
    CONSTRAINT ck_targets_amount_in_range CHECK (amount BETWEEN 0 AND 1000000000000),
    CONSTRAINT ck_targets_amount_whole CHECK (typeof(amount) IN ('integer', 'null')),
    CONSTRAINT fk_targets_metric_id FOREIGN KEY(metric_id) REFERENCES metrics (id),
    CONSTRAINT fk_targets_employee_id FOREIGN KEY(employee_id) REFERENCES employees (id)
);

-- next
CREATE INDEX ix_targets_employee_id ON targets (employee_id);

-- next
CREATE TABLE target_changes (
    id INTEGER NOT NULL,
    metric_id INTEGER NOT NULL,
    employee_id INTEGER NOT NULL,
    starts_on DATE NOT NULL,
    ends_on DATE NOT NULL,
    "before" INTEGER NOT NULL,
    "after" INTEGER,
    reason TEXT NOT NULL,
    actor_id INTEGER,
    at DATETIME NOT NULL,
    CONSTRAINT pk_target_changes PRIMARY KEY (id),
    CONSTRAINT fk_target_changes_metric_id FOREIGN KEY(metric_id) REFERENCES metrics (id),
    CONSTRAINT fk_target_changes_employee_id FOREIGN KEY(employee_id) REFERENCES employees (id)
);

-- next
CREATE INDEX ix_target_changes_target ON target_changes (metric_id, employee_id);

-- next
CREATE TRIGGER target_changes_refuses_UPDATE BEFORE UPDATE ON target_changes
BEGIN SELECT RAISE(ABORT, 'target_changes is append-only; a correction is a new row'); END;

-- next
CREATE TRIGGER target_changes_refuses_DELETE BEFORE DELETE ON target_changes
BEGIN SELECT RAISE(ABORT, 'target_changes is append-only; a correction is a new row'); END;

-- next
CREATE TABLE results (
    id INTEGER NOT NULL,
    metric_id INTEGER NOT NULL,
    employee_id INTEGER NOT NULL,
    on_day DATE NOT NULL,
    amount INTEGER NOT NULL,
    group_ref TEXT NOT NULL,
    external_ref TEXT NOT NULL,
    dimensions JSON NOT NULL,
    reported_at DATETIME NOT NULL,
    CONSTRAINT pk_results PRIMARY KEY (id),
    CONSTRAINT uq_results_metric_id_external_ref UNIQUE (metric_id, external_ref),
    CONSTRAINT ck_results_amount_in_range CHECK (amount BETWEEN -1000000000000 AND 1000000000000),
    CONSTRAINT ck_results_amount_whole CHECK (typeof(amount) IN ('integer', 'null')),
    CONSTRAINT fk_results_metric_id FOREIGN KEY(metric_id) REFERENCES metrics (id),
    CONSTRAINT fk_results_employee_id FOREIGN KEY(employee_id) REFERENCES employees (id)
);

-- next
CREATE INDEX ix_results_employee_metric ON results (employee_id, metric_id, on_day);

-- next
CREATE INDEX ix_results_metric_day ON results (metric_id, on_day);

-- next
CREATE INDEX ix_results_metric_group ON results (metric_id, group_ref);

-- next
CREATE TABLE evidence_files (
    id INTEGER NOT NULL,
    subject TEXT NOT NULL,
    employee_id INTEGER NOT NULL,
    name TEXT NOT NULL,
    media_type TEXT NOT NULL,
    sha256 TEXT NOT NULL,
    size INTEGER NOT NULL,
    content BLOB NOT NULL,
    added_at DATETIME NOT NULL,
    CONSTRAINT pk_evidence_files PRIMARY KEY (id),
    CONSTRAINT fk_evidence_files_employee_id FOREIGN KEY(employee_id) REFERENCES employees (id)
);

-- next
CREATE INDEX ix_evidence_files_subject ON evidence_files (subject);

-- next
CREATE TRIGGER evidence_files_refuses_UPDATE BEFORE UPDATE ON evidence_files
BEGIN SELECT RAISE(ABORT, 'evidence_files is append-only; a correction is a new row'); END;

-- next
CREATE TRIGGER evidence_files_refuses_DELETE BEFORE DELETE ON evidence_files
BEGIN SELECT RAISE(ABORT, 'evidence_files is append-only; a correction is a new row'); END;

-- next
CREATE TABLE recognition_choices (
    employee_id INTEGER NOT NULL,
    choice VARCHAR(40) NOT NULL,
    chosen_at DATETIME NOT NULL,
    CONSTRAINT pk_recognition_choices PRIMARY KEY (employee_id),
    CONSTRAINT ck_recognition_choices_choice_known CHECK (choice IN ('public', 'private', 'ask')),
    CONSTRAINT fk_recognition_choices_employee_id FOREIGN KEY(employee_id) REFERENCES employees (id)
);

-- next
CREATE TABLE completions (
    id INTEGER NOT NULL,
    external_ref TEXT NOT NULL,
    course_id INTEGER NOT NULL,
    employee_id INTEGER NOT NULL,
    on_day DATE NOT NULL,
    stands BOOLEAN NOT NULL,
    reported_at DATETIME NOT NULL,
    CONSTRAINT pk_completions PRIMARY KEY (id),
    CONSTRAINT uq_completions_external_ref UNIQUE (external_ref),
    CONSTRAINT fk_completions_course_id FOREIGN KEY(course_id) REFERENCES courses (id),
    CONSTRAINT fk_completions_employee_id FOREIGN KEY(employee_id) REFERENCES employees (id)
);

-- next
CREATE INDEX ix_completions_course_person ON completions (course_id, employee_id);

-- next
CREATE INDEX ix_completions_employee_id ON completions (employee_id);

-- next
CREATE TABLE celebration_choices (
    employee_id INTEGER NOT NULL,
    service BOOLEAN NOT NULL,
    birthday BOOLEAN NOT NULL,
    say_name TEXT DEFAULT '' NOT NULL,
    chosen_at DATETIME NOT NULL,
    CONSTRAINT pk_celebration_choices PRIMARY KEY (employee_id),
    CONSTRAINT ck_celebration_choices_saying_length CHECK (length(say_name) <= 80),
    CONSTRAINT fk_celebration_choices_employee_id FOREIGN KEY(employee_id) REFERENCES employees (id)
);

-- next
CREATE TABLE redemptions (
    id INTEGER NOT NULL,
    employee_id INTEGER NOT NULL,
    reference TEXT NOT NULL,
    request_key TEXT NOT NULL,
    total_points INTEGER NOT NULL,
    submitted_at DATETIME NOT NULL,
    CONSTRAINT pk_redemptions PRIMARY KEY (id),
    CONSTRAINT uq_redemptions_employee_id_request_key UNIQUE (employee_id, request_key),
    CONSTRAINT uq_redemptions_id_employee_id UNIQUE (id, employee_id),
    CONSTRAINT ck_redemptions_total_points_in_range CHECK (total_points BETWEEN 0 AND 1000000000000),
    CONSTRAINT ck_redemptions_total_points_whole CHECK (typeof(total_points) IN ('integer', 'null')),
    CONSTRAINT fk_redemptions_employee_id FOREIGN KEY(employee_id) REFERENCES employees (id),
    CONSTRAINT uq_redemptions_reference UNIQUE (reference)
);

-- next
CREATE INDEX ix_redemptions_employee_id ON redemptions (employee_id);

-- next
CREATE TABLE approval_absences (
    id INTEGER NOT NULL,
    employee_id INTEGER NOT NULL,
    stand_in_id INTEGER,
    first_day DATE NOT NULL,
    last_day DATE NOT NULL,
    begins_at DATETIME NOT NULL,
    ends_at DATETIME NOT NULL,
    kinds JSON NOT NULL,
    most_points INTEGER,
    most_minor INTEGER,
    currency TEXT,
    note TEXT DEFAULT '' NOT NULL,
    reason TEXT DEFAULT '' NOT NULL,
    set_by_id INTEGER,
    set_at DATETIME NOT NULL,
    ended_at DATETIME,
    ended_by_id INTEGER,
    ended_because TEXT DEFAULT '' NOT NULL,
    CONSTRAINT pk_approval_absences PRIMARY KEY (id),
    CONSTRAINT uq_approval_absences_id_employee_id_stand_in_id UNIQUE (id, employee_id, stand_in_id),
    CONSTRAINT ck_approval_absences_not_oneself CHECK (stand_in_id IS NULL OR stand_in_id <> employee_id),
    CONSTRAINT ck_approval_absences_begins_before_it_ends CHECK (first_day <= last_day),
    CONSTRAINT ck_approval_absences_lasts CHECK (begins_at < ends_at),
    CONSTRAINT ck_approval_absences_money_has_currency CHECK ((most_minor IS NULL) = (currency IS NULL)),
    CONSTRAINT ck_approval_absences_limits_are_a_stand_ins CHECK (stand_in_id IS NOT NULL OR (most_points IS NULL AND most_minor IS NULL AND CAST(kinds AS TEXT) = '[]')),
    CONSTRAINT ck_approval_absences_others_say_why CHECK (set_by_id = employee_id OR reason <> ''),
    CONSTRAINT ck_approval_absences_nobody_names_oneself CHECK (set_by_id IS NULL OR stand_in_id IS NULL OR set_by_id = employee_id OR set_by_id <> stand_in_id),
    CONSTRAINT ck_approval_absences_most_points_in_range CHECK (most_points BETWEEN 1 AND 1000000000000),
    CONSTRAINT ck_approval_absences_most_points_whole CHECK (typeof(most_points) IN ('integer', 'null')),
    CONSTRAINT ck_approval_absences_most_minor_in_range CHECK (most_minor BETWEEN 1 AND 1000000000000),
    CONSTRAINT ck_approval_absences_most_minor_whole CHECK (typeof(most_minor) IN ('integer', 'null')),
    CONSTRAINT fk_approval_absences_employee_id FOREIGN KEY(employee_id) REFERENCES employees (id),
    CONSTRAINT fk_approval_absences_stand_in_id FOREIGN KEY(stand_in_id) REFERENCES employees (id),
    CONSTRAINT fk_approval_absences_set_by_id FOREIGN KEY(set_by_id) REFERENCES employees (id),
    CONSTRAINT fk_approval_absences_ended_by_id FOREIGN KEY(ended_by_id) REFERENCES employees (id)
);

-- next
CREATE INDEX ix_approval_absences_employee_id_ends_at ON approval_absences (employee_id, ends_at);

-- next
CREATE INDEX ix_approval_absences_stand_in_id_ends_at ON approval_absences (stand_in_id, ends_at);

-- next
CREATE TABLE approval_policies (
    id INTEGER NOT NULL,
    slug TEXT NOT NULL,
    version INTEGER NOT NULL,
    position INTEGER NOT NULL,
    name TEXT NOT NULL,
    kinds JSON NOT NULL,
    tiers JSON NOT NULL,
    minimum_points INTEGER NOT NULL,
    for_own BOOLEAN DEFAULT 0 NOT NULL,
    minimum_cash_minor INTEGER,
    cash_currency TEXT,
    window_days INTEGER,
    minimum_requests INTEGER,
    budget_percent INTEGER,
    departments JSON DEFAULT '[]' NOT NULL,
    months_under INTEGER,
    countries JSON DEFAULT '[]' NOT NULL,
    gates JSON NOT NULL,
    notice_days INTEGER,
    trips_per_year INTEGER,
    passes_after_hours INTEGER,
    valid_from DATETIME NOT NULL,
    valid_until DATETIME,
    made_by_id INTEGER,
    CONSTRAINT pk_approval_policies PRIMARY KEY (id),
    CONSTRAINT uq_approval_policies_slug_version UNIQUE (slug, version),
    CONSTRAINT ck_approval_policies_minimum_points_in_range CHECK (minimum_points BETWEEN 0 AND 1000000000000),
    CONSTRAINT ck_approval_policies_minimum_points_whole CHECK (typeof(minimum_points) IN ('integer', 'null')),
    CONSTRAINT ck_approval_policies_version_in_range CHECK (version BETWEEN 1 AND 1000000000000),
    CONSTRAINT ck_approval_policies_version_whole CHECK (typeof(version) IN ('integer', 'null')),
    CONSTRAINT ck_approval_policies_minimum_cash_minor_in_range CHECK (minimum_cash_minor BETWEEN 1 AND 1000000000000),
    CONSTRAINT ck_approval_policies_minimum_cash_minor_whole CHECK (typeof(minimum_cash_minor) IN ('integer', 'null')),
    CONSTRAINT ck_approval_policies_window_days_in_range CHECK (window_days BETWEEN 1 AND 3660),
    CONSTRAINT ck_approval_policies_window_days_whole CHECK (typeof(window_days) IN ('integer', 'null')),
    CONSTRAINT ck_approval_policies_minimum_requests_in_range CHECK (minimum_requests BETWEEN 2 AND 1000),
    CONSTRAINT ck_approval_policies_minimum_requests_whole CHECK (typeof(minimum_requests) IN ('integer', 'null')),
    CONSTRAINT ck_approval_policies_budget_percent_in_range CHECK (budget_percent BETWEEN 1 AND 100),
    CONSTRAINT ck_approval_policies_budget_percent_whole CHECK (typeof(budget_percent) IN ('integer', 'null')),
    CONSTRAINT ck_approval_policies_months_under_in_range CHECK (months_under BETWEEN 1 AND 1200),
    CONSTRAINT ck_approval_policies_months_under_whole CHECK (typeof(months_under) IN ('integer', 'null')),
    CONSTRAINT ck_approval_policies_passes_after_hours_in_range CHECK (passes_after_hours BETWEEN 1 AND 40),
    CONSTRAINT ck_approval_policies_passes_after_hours_whole CHECK (typeof(passes_after_hours) IN ('integer', 'null')),
    CONSTRAINT ck_approval_policies_worth_has_currency CHECK ((minimum_cash_minor IS NULL) = (cash_currency IS NULL)),
    CONSTRAINT ck_approval_policies_counts_within_days CHECK (minimum_requests IS NULL OR window_days IS NOT NULL),
    CONSTRAINT ck_approval_policies_only_small_things_pass CHECK (passes_after_hours IS NULL OR (NOT for_own AND CAST(kinds AS TEXT) <> '[]' AND CAST(kinds AS TEXT) NOT LIKE '%individual_travel%' AND CAST(kinds AS TEXT) NOT LIKE '%group_trip%')),
    CONSTRAINT fk_approval_policies_made_by_id FOREIGN KEY(made_by_id) REFERENCES employees (id)
);

-- next
CREATE TABLE approval_pool_members (
    pool TEXT NOT NULL,
    employee_id INTEGER NOT NULL,
    CONSTRAINT pk_approval_pool_members PRIMARY KEY (pool, employee_id),
    CONSTRAINT fk_approval_pool_members_pool FOREIGN KEY(pool) REFERENCES approval_pools (slug),
    CONSTRAINT fk_approval_pool_members_employee_id FOREIGN KEY(employee_id) REFERENCES employees (id)
);

-- next
CREATE INDEX ix_approval_pool_members_employee_id ON approval_pool_members (employee_id);

-- next
CREATE TABLE baskets (
    employee_id INTEGER NOT NULL,
    items INTEGER NOT NULL,
    CONSTRAINT pk_baskets PRIMARY KEY (employee_id),
    CONSTRAINT ck_baskets_items_in_range CHECK (items BETWEEN 0 AND 12),
    CONSTRAINT ck_baskets_items_whole CHECK (typeof(items) IN ('integer', 'null')),
    CONSTRAINT fk_baskets_employee_id FOREIGN KEY(employee_id) REFERENCES employees (id)
);

-- next
CREATE TABLE approval_views (
    id INTEGER NOT NULL,
    employee_id INTEGER NOT NULL,
    place INTEGER NOT NULL,
    name TEXT NOT NULL,
    name_key TEXT NOT NULL,
    "query" TEXT NOT NULL,
    saved_at DATETIME NOT NULL,
    CONSTRAINT pk_approval_views PRIMARY KEY (id),
    CONSTRAINT ck_approval_views_named CHECK (name <> '' AND query <> ''),
    CONSTRAINT ck_approval_views_place_in_range CHECK (place BETWEEN 1 AND 12),
    CONSTRAINT ck_approval_views_place_whole CHECK (typeof(place) IN ('integer', 'null')),
    CONSTRAINT uq_approval_views_employee_id_place UNIQUE (employee_id, place),
    CONSTRAINT uq_approval_views_employee_id_name_key UNIQUE (employee_id, name_key),
    CONSTRAINT uq_approval_views_employee_id_query UNIQUE (employee_id, "query"),
    CONSTRAINT fk_approval_views_employee_id FOREIGN KEY(employee_id) REFERENCES employees (id)
);

-- next
CREATE TABLE vault_subjects (
    id INTEGER NOT NULL,
    handle TEXT NOT NULL,
    employee_id INTEGER,
    key_id TEXT,
    wrapped_key BLOB,
    made_at DATETIME NOT NULL,
    erased_at DATETIME,
    CONSTRAINT pk_vault_subjects PRIMARY KEY (id),
    CONSTRAINT ck_vault_subjects_erased_has_no_key CHECK ((erased_at IS NULL) = (wrapped_key IS NOT NULL)),
    CONSTRAINT ck_vault_subjects_key_is_named CHECK ((wrapped_key IS NULL) = (key_id IS NULL)),
    CONSTRAINT uq_vault_subjects_handle UNIQUE (handle),
    CONSTRAINT fk_vault_subjects_employee_id FOREIGN KEY(employee_id) REFERENCES employees (id)
);

-- next
CREATE INDEX ix_vault_subjects_employee_id ON vault_subjects (employee_id);

-- next
CREATE UNIQUE INDEX uq_vault_subjects_one_open ON vault_subjects (employee_id) WHERE erased_at IS NULL;

-- next
CREATE TABLE import_chunks (
    run_id INTEGER NOT NULL,
    part TEXT NOT NULL,
    position INTEGER NOT NULL,
    content BLOB NOT NULL,
    CONSTRAINT pk_import_chunks PRIMARY KEY (run_id, part, position),
    CONSTRAINT fk_import_chunks_run_id FOREIGN KEY(run_id) REFERENCES import_runs (id)
);

-- next
CREATE TABLE import_problems (
    id INTEGER NOT NULL,
    run_id INTEGER NOT NULL,
    line INTEGER NOT NULL,
    field TEXT NOT NULL,
    value TEXT NOT NULL,
    problem TEXT NOT NULL,
    enter TEXT NOT NULL,
    stops_row BOOLEAN NOT NULL,
    CONSTRAINT pk_import_problems PRIMARY KEY (id),
    CONSTRAINT fk_import_problems_run_id FOREIGN KEY(run_id) REFERENCES import_runs (id)
);

-- next
CREATE INDEX ix_import_problems_run_id ON import_problems (run_id);

-- next
CREATE TABLE staged_people (
    run_id INTEGER NOT NULL,
    line INTEGER NOT NULL,
    is_current BOOLEAN NOT NULL,
    external_id TEXT NOT NULL,
    row_key TEXT,
    name TEXT NOT NULL,
    email TEXT,
    title TEXT NOT NULL,
    department TEXT NOT NULL,
    department_key TEXT,
    site TEXT NOT NULL,
    country TEXT,
    hired_on DATE,
    left_on DATE,
    birth_month INTEGER,
    birth_day INTEGER,
    manager TEXT,
    employee_id INTEGER,
    manager_line INTEGER,
    manager_id INTEGER,
    verdict VARCHAR(40) NOT NULL,
    CONSTRAINT pk_staged_people PRIMARY KEY (run_id, line),
    CONSTRAINT fk_staged_people_run_id FOREIGN KEY(run_id) REFERENCES import_runs (id)
);

-- next
CREATE INDEX ix_staged_people_run_id_external_id ON staged_people (run_id, external_id);

-- next
CREATE TABLE lot_moves (
    id INTEGER NOT NULL,
    lot_id INTEGER NOT NULL,
    transfer_id INTEGER NOT NULL,
    kind VARCHAR(40) NOT NULL,
    delta INTEGER NOT NULL,
    CONSTRAINT pk_lot_moves PRIMARY KEY (id),
    CONSTRAINT uq_lot_moves_lot_id_transfer_id_kind UNIQUE (lot_id, transfer_id, kind),
    CONSTRAINT ck_lot_moves_kind_known CHECK (kind IN ('spend', 'refund', 'claw_back', 'debt', 'expiry')),
    CONSTRAINT ck_lot_moves_delta_in_range CHECK (delta BETWEEN -1000000000000 AND 1000000000000),
    CONSTRAINT ck_lot_moves_delta_whole CHECK (typeof(delta) IN ('integer', 'null')),
    CONSTRAINT ck_lot_moves_direction CHECK (delta <> 0 AND (delta > 0) = (kind = 'refund')),
    CONSTRAINT fk_lot_moves_lot_id FOREIGN KEY(lot_id) REFERENCES lots (id),
    CONSTRAINT fk_lot_moves_transfer_id FOREIGN KEY(transfer_id) REFERENCES transfers (id)
);

-- next
CREATE INDEX ix_lot_moves_transfer_id ON lot_moves (transfer_id);

-- next
CREATE TRIGGER lot_moves_refuses_UPDATE BEFORE UPDATE ON lot_moves
BEGIN SELECT RAISE(ABORT, 'lot_moves is append-only; a correction is a new row'); END;

-- next
CREATE TRIGGER lot_moves_refuses_DELETE BEFORE DELETE ON lot_moves
BEGIN SELECT RAISE(ABORT, 'lot_moves is append-only; a correction is a new row'); END;

-- next
CREATE TABLE hold_lots (
    hold_id INTEGER NOT NULL,
    lot_id INTEGER NOT NULL,
    amount INTEGER NOT NULL,
    CONSTRAINT pk_hold_lots PRIMARY KEY (hold_id, lot_id),
    CONSTRAINT ck_hold_lots_amount_in_range CHECK (amount BETWEEN 1 AND 1000000000000),
    CONSTRAINT ck_hold_lots_amount_whole CHECK (typeof(amount) IN ('integer', 'null')),
    CONSTRAINT fk_hold_lots_hold_id FOREIGN KEY(hold_id) REFERENCES holds (id),
    CONSTRAINT fk_hold_lots_lot_id FOREIGN KEY(lot_id) REFERENCES lots (id)
);

-- next
CREATE INDEX ix_hold_lots_lot_id ON hold_lots (lot_id);

-- next
CREATE TRIGGER hold_lots_refuses_UPDATE BEFORE UPDATE ON hold_lots
BEGIN SELECT RAISE(ABORT, 'hold_lots is append-only; a correction is a new row'); END;

-- next
CREATE TRIGGER hold_lots_refuses_DELETE BEFORE DELETE ON hold_lots
BEGIN SELECT RAISE(ABORT, 'hold_lots is append-only; a correction is a new row'); END;

-- next
CREATE TABLE payment_events (
    id INTEGER NOT NULL,
    payment_id INTEGER NOT NULL,
    seq INTEGER NOT NULL,
    from_state VARCHAR(40),
    to_state VARCHAR(40) NOT NULL,
    actor_id INTEGER,
    note TEXT NOT NULL,
    at DATETIME NOT NULL,
    CONSTRAINT pk_payment_events PRIMARY KEY (id),
    CONSTRAINT uq_payment_events_payment_id_seq UNIQUE (payment_id, seq),
    CONSTRAINT fk_payment_events_payment_id FOREIGN KEY(payment_id) REFERENCES payments (id),
    CONSTRAINT fk_payment_events_actor_id FOREIGN KEY(actor_id) REFERENCES employees (id)
);

-- next
CREATE TRIGGER payment_events_refuses_UPDATE BEFORE UPDATE ON payment_events
BEGIN SELECT RAISE(ABORT, 'payment_events is append-only; a correction is a new row'); END;

-- next
CREATE TRIGGER payment_events_refuses_DELETE BEFORE DELETE ON payment_events
BEGIN SELECT RAISE(ABORT, 'payment_events is append-only; a correction is a new row'); END;

-- next
CREATE TABLE payment_refunds (
    id INTEGER NOT NULL,
    payment_id INTEGER NOT NULL,
    reference TEXT NOT NULL,
    minor INTEGER NOT NULL,
    state VARCHAR(40) NOT NULL,
    reason TEXT NOT NULL,
    actor_id INTEGER,
    idempotency_key TEXT NOT NULL,
    attempt INTEGER NOT NULL,
    tries INTEGER NOT NULL,
    next_at DATETIME,
    refund_ref TEXT,
    created_at DATETIME NOT NULL,
    version INTEGER NOT NULL,
    CONSTRAINT pk_payment_refunds PRIMARY KEY (id),
    CONSTRAINT ck_payment_refunds_minor_in_range CHECK (minor BETWEEN 1 AND 1000000000000),
    CONSTRAINT ck_payment_refunds_minor_whole CHECK (typeof(minor) IN ('integer', 'null')),
    CONSTRAINT ck_payment_refunds_attempt_in_range CHECK (attempt BETWEEN 1 AND 1000),
    CONSTRAINT ck_payment_refunds_attempt_whole CHECK (typeof(attempt) IN ('integer', 'null')),
    CONSTRAINT ck_payment_refunds_tries_in_range CHECK (tries BETWEEN 0 AND 1000000),
    CONSTRAINT ck_payment_refunds_tries_whole CHECK (typeof(tries) IN ('integer', 'null')),
    CONSTRAINT ck_payment_refunds_says_why CHECK (reason <> ''),
    CONSTRAINT ck_payment_refunds_done_is_known CHECK (state <> 'done' OR refund_ref IS NOT NULL),
    CONSTRAINT fk_payment_refunds_payment_id FOREIGN KEY(payment_id) REFERENCES payments (id),
    CONSTRAINT uq_payment_refunds_reference UNIQUE (reference),
    CONSTRAINT fk_payment_refunds_actor_id FOREIGN KEY(actor_id) REFERENCES employees (id),
    CONSTRAINT uq_payment_refunds_idempotency_key UNIQUE (idempotency_key),
    CONSTRAINT uq_payment_refunds_refund_ref UNIQUE (refund_ref)
);

-- next
CREATE INDEX ix_payment_refunds_due ON payment_refunds (state, next_at);

-- next
CREATE INDEX ix_payment_refunds_payment_id ON payment_refunds (payment_id);

-- next
CREATE TABLE payment_disputes (
    id INTEGER NOT NULL,
    payment_id INTEGER NOT NULL,
    dispute_ref TEXT NOT NULL,
    minor INTEGER NOT NULL,
    currency TEXT NOT NULL,
    reason TEXT NOT NULL,
    status TEXT NOT NULL,
    at DATETIME NOT NULL,
    CONSTRAINT pk_payment_disputes PRIMARY KEY (id),
    CONSTRAINT uq_payment_disputes_dispute_ref_status UNIQUE (dispute_ref, status),
    CONSTRAINT ck_payment_disputes_minor_in_range CHECK (minor BETWEEN 0 AND 1000000000000),
    CONSTRAINT ck_payment_disputes_minor_whole CHECK (typeof(minor) IN ('integer', 'null')),
    CONSTRAINT fk_payment_disputes_payment_id FOREIGN KEY(payment_id) REFERENCES payments (id)
);

-- next
CREATE INDEX ix_payment_disputes_payment_id ON payment_disputes (payment_id);

-- next
CREATE TRIGGER payment_disputes_refuses_UPDATE BEFORE UPDATE ON payment_disputes
BEGIN SELECT RAISE(ABORT, 'payment_disputes is append-only; a correction is a new row'); END;

-- next
CREATE TRIGGER payment_disputes_refuses_DELETE BEFORE DELETE ON payment_disputes
BEGIN SELECT RAISE(ABORT, 'payment_disputes is append-only; a correction is a new row'); END;

-- next
CREATE TABLE stripe_events (
    id INTEGER NOT NULL,
    event_id TEXT NOT NULL,
    kind TEXT NOT NULL,
    made_at DATETIME NOT NULL,
    is_live BOOLEAN NOT NULL,
    about TEXT NOT NULL,
    payment_id INTEGER,
    verdict VARCHAR(40) NOT NULL,
    digest TEXT NOT NULL,
    received_at DATETIME NOT NULL,
    CONSTRAINT pk_stripe_events PRIMARY KEY (id),
    CONSTRAINT uq_stripe_events_event_id UNIQUE (event_id),
    CONSTRAINT fk_stripe_events_payment_id FOREIGN KEY(payment_id) REFERENCES payments (id)
);

-- next
CREATE INDEX ix_stripe_events_payment_id ON stripe_events (payment_id);

-- next
CREATE TRIGGER stripe_events_refuses_UPDATE BEFORE UPDATE ON stripe_events
BEGIN SELECT RAISE(ABORT, 'stripe_events is append-only; a correction is a new row'); END;

-- next
CREATE TRIGGER stripe_events_refuses_DELETE BEFORE DELETE ON stripe_events
BEGIN SELECT RAISE(ABORT, 'stripe_events is append-only; a correction is a new row'); END;

-- next
CREATE TABLE fund_entries (
    id INTEGER NOT NULL,
    currency TEXT NOT NULL,
    kind VARCHAR(40) NOT NULL,
    minor INTEGER NOT NULL,
    reference TEXT NOT NULL,
    payment_id INTEGER NOT NULL,
    reason TEXT DEFAULT '' NOT NULL,
    actor_id INTEGER,
    at DATETIME NOT NULL,
    CONSTRAINT pk_fund_entries PRIMARY KEY (id),
    CONSTRAINT uq_fund_entries_kind_reference UNIQUE (kind, reference),
    CONSTRAINT ck_fund_entries_kind_known CHECK (kind IN ('top_up', 'given_back', 'stayed')),
    CONSTRAINT ck_fund_entries_minor_in_range CHECK (minor BETWEEN -1000000000000 AND 1000000000000),
    CONSTRAINT ck_fund_entries_minor_whole CHECK (typeof(minor) IN ('integer', 'null')),
    CONSTRAINT ck_fund_entries_direction CHECK ((kind = 'given_back') = (minor < 0) AND minor <> 0),
    CONSTRAINT fk_fund_entries_currency FOREIGN KEY(currency) REFERENCES funds (currency),
    CONSTRAINT fk_fund_entries_payment_id FOREIGN KEY(payment_id) REFERENCES payments (id),
    CONSTRAINT fk_fund_entries_actor_id FOREIGN KEY(actor_id) REFERENCES employees (id)
);

-- next
CREATE INDEX ix_fund_entries_currency ON fund_entries (currency);

-- next
CREATE INDEX ix_fund_entries_payment_id ON fund_entries (payment_id);

-- next
CREATE TRIGGER fund_entries_refuses_UPDATE BEFORE UPDATE ON fund_entries
BEGIN SELECT RAISE(ABORT, 'fund_entries is append-only; a correction is a new row'); END;

-- next
CREATE TRIGGER fund_entries_refuses_DELETE BEFORE DELETE ON fund_entries
BEGIN SELECT RAISE(ABORT, 'fund_entries is append-only; a correction is a new row'); END;

-- next
CREATE TABLE budget_balances (
    budget_id INTEGER NOT NULL,
    amount INTEGER DEFAULT '0' NOT NULL,
    reserved INTEGER DEFAULT '0' NOT NULL,
    spent INTEGER DEFAULT '0' NOT NULL,
    CONSTRAINT pk_budget_balances PRIMARY KEY (budget_id),
    CONSTRAINT ck_budget_balances_amount_in_range CHECK (amount BETWEEN 0 AND 1000000000000),
    CONSTRAINT ck_budget_balances_amount_whole CHECK (typeof(amount) IN ('integer', 'null')),
    CONSTRAINT ck_budget_balances_reserved_in_range CHECK (reserved BETWEEN 0 AND 1000000000000),
    CONSTRAINT ck_budget_balances_reserved_whole CHECK (typeof(reserved) IN ('integer', 'null')),
    CONSTRAINT ck_budget_balances_spent_in_range CHECK (spent BETWEEN 0 AND 1000000000000),
    CONSTRAINT ck_budget_balances_spent_whole CHECK (typeof(spent) IN ('integer', 'null')),
    CONSTRAINT ck_budget_balances_never_overspent CHECK (reserved + spent <= amount),
    CONSTRAINT fk_budget_balances_budget_id FOREIGN KEY(budget_id) REFERENCES budgets (id)
);

-- next
CREATE TABLE budget_entries (
    id INTEGER NOT NULL,
    budget_id INTEGER NOT NULL,
    kind VARCHAR(40) NOT NULL,
    points INTEGER NOT NULL,
    reference TEXT NOT NULL,
    reason TEXT DEFAULT '' NOT NULL,
    actor_id INTEGER,
    at DATETIME NOT NULL,
    CONSTRAINT pk_budget_entries PRIMARY KEY (id),
    CONSTRAINT uq_budget_entries_budget_id_kind_reference UNIQUE (budget_id, kind, reference),
    CONSTRAINT ck_budget_entries_kind_known CHECK (kind IN ('fund', 'reserve', 'release', 'spend_reserved', 'spend', 'give_back')),
    CONSTRAINT ck_budget_entries_points_in_range CHECK (points BETWEEN -1000000000000 AND 1000000000000),
    CONSTRAINT ck_budget_entries_points_whole CHECK (typeof(points) IN ('integer', 'null')),
    CONSTRAINT ck_budget_entries_direction CHECK (points > 0 OR (kind = 'fund' AND points < 0)),
    CONSTRAINT fk_budget_entries_budget_id FOREIGN KEY(budget_id) REFERENCES budgets (id)
);

-- next
CREATE TRIGGER budget_entries_refuses_UPDATE BEFORE UPDATE ON budget_entries
BEGIN SELECT RAISE(ABORT, 'budget_entries is append-only; a correction is a new row'); END;

-- next
CREATE TRIGGER budget_entries_refuses_DELETE BEFORE DELETE ON budget_entries
BEGIN SELECT RAISE(ABORT, 'budget_entries is append-only; a correction is a new row'); END;

-- next
CREATE TABLE budget_refills (
    budget_id INTEGER NOT NULL,
    every VARCHAR(40) NOT NULL,
    points INTEGER NOT NULL,
    per_head BOOLEAN NOT NULL,
    leftover VARCHAR(40) NOT NULL,
    starts_on DATE NOT NULL,
    done_until DATE,
    set_by_id INTEGER,
    set_at DATETIME NOT NULL,
    CONSTRAINT pk_budget_refills PRIMARY KEY (budget_id),
    CONSTRAINT ck_budget_refills_every_known CHECK (every IN ('month', 'quarter', 'year')),
    CONSTRAINT ck_budget_refills_leftover_known CHECK (leftover IN ('kept', 'lapses')),
    CONSTRAINT ck_budget_refills_points_in_range CHECK (points BETWEEN 1 AND 1000000000000),
    CONSTRAINT ck_budget_refills_points_whole CHECK (typeof(points) IN ('integer', 'null')),
    CONSTRAINT fk_budget_refills_budget_id FOREIGN KEY(budget_id) REFERENCES budgets (id)
);

-- next
CREATE TABLE budget_transfers (
    id INTEGER NOT NULL,
    from_id INTEGER NOT NULL,
    to_id INTEGER NOT NULL,
    points INTEGER NOT NULL,
    reason TEXT NOT NULL,
    state VARCHAR(40) NOT NULL,
    asked_by_id INTEGER NOT NULL,
    asked_at DATETIME NOT NULL,
    decided_by_id INTEGER,
    decided_at DATETIME,
    note TEXT DEFAULT '' NOT NULL,
    CONSTRAINT pk_budget_transfers PRIMARY KEY (id),
    CONSTRAINT ck_budget_transfers_state_known CHECK (state IN ('asked', 'approved', 'declined', 'withdrawn')),
    CONSTRAINT ck_budget_transfers_points_in_range CHECK (points BETWEEN 1 AND 1000000000000),
    CONSTRAINT ck_budget_transfers_points_whole CHECK (typeof(points) IN ('integer', 'null')),
    CONSTRAINT ck_budget_transfers_between_two_budgets CHECK (from_id <> to_id),
    CONSTRAINT ck_budget_transfers_decided_by_another CHECK (state IN ('asked', 'withdrawn') OR (decided_by_id IS NOT NULL AND decided_by_id <> asked_by_id)),
    CONSTRAINT ck_budget_transfers_decided_at_some_time CHECK ((state = 'asked') = (decided_at IS NULL)),
    CONSTRAINT fk_budget_transfers_from_id FOREIGN KEY(from_id) REFERENCES budgets (id),
    CONSTRAINT fk_budget_transfers_to_id FOREIGN KEY(to_id) REFERENCES budgets (id),
    CONSTRAINT fk_budget_transfers_asked_by_id FOREIGN KEY(asked_by_id) REFERENCES employees (id),
    CONSTRAINT fk_budget_transfers_decided_by_id FOREIGN KEY(decided_by_id) REFERENCES employees (id)
);

-- next
CREATE INDEX ix_budget_transfers_from_id ON budget_transfers (from_id);

-- next
CREATE INDEX ix_budget_transfers_state ON budget_transfers (state);

-- next
CREATE INDEX ix_budget_transfers_to_id ON budget_transfers (to_id);

-- next
CREATE TABLE reward_moves (
    id INTEGER NOT NULL,
    reward_id INTEGER NOT NULL,
    from_state VARCHAR(40),
    to_state VARCHAR(40) NOT NULL,
    actor_id INTEGER,
    at DATETIME NOT NULL,
    reason TEXT DEFAULT '' NOT NULL,
    CONSTRAINT pk_reward_moves PRIMARY KEY (id),
    CONSTRAINT fk_reward_moves_reward_id FOREIGN KEY(reward_id) REFERENCES rewards (id),
    CONSTRAINT fk_reward_moves_actor_id FOREIGN KEY(actor_id) REFERENCES employees (id)
);

-- next
CREATE INDEX ix_reward_moves_reward_id ON reward_moves (reward_id);

-- next
CREATE TRIGGER reward_moves_refuses_UPDATE BEFORE UPDATE ON reward_moves
BEGIN SELECT RAISE(ABORT, 'reward_moves is append-only; a correction is a new row'); END;

-- next
CREATE TRIGGER reward_moves_refuses_DELETE BEFORE DELETE ON reward_moves
BEGIN SELECT RAISE(ABORT, 'reward_moves is append-only; a correction is a new row'); END;

-- next
CREATE TABLE variants (
    id INTEGER NOT NULL,
    reward_id INTEGER NOT NULL,
    sku TEXT NOT NULL,
    label TEXT NOT NULL,
    position INTEGER NOT NULL,
    state VARCHAR(40) NOT NULL,
    cash_minor INTEGER,
    currency TEXT,
    range_to_minor INTEGER,
    step_minor INTEGER,
    attributes JSON NOT NULL,
    CONSTRAINT pk_variants PRIMARY KEY (id),
    CONSTRAINT ck_variants_cash_has_a_currency CHECK ((cash_minor IS NULL) = (currency IS NULL)),
    CONSTRAINT ck_variants_range_has_steps CHECK ((range_to_minor IS NULL) = (step_minor IS NULL)),
    CONSTRAINT ck_variants_range_reaches_its_end CHECK (range_to_minor IS NULL OR (cash_minor >= 1 AND range_to_minor > cash_minor AND (range_to_minor - cash_minor) % step_minor = 0)),
    CONSTRAINT ck_variants_cash_minor_in_range CHECK (cash_minor BETWEEN 0 AND 1000000000000),
    CONSTRAINT ck_variants_cash_minor_whole CHECK (typeof(cash_minor) IN ('integer', 'null')),
    CONSTRAINT ck_variants_range_to_minor_in_range CHECK (range_to_minor BETWEEN 1 AND 1000000000000),
    CONSTRAINT ck_variants_range_to_minor_whole CHECK (typeof(range_to_minor) IN ('integer', 'null')),
    CONSTRAINT ck_variants_step_minor_in_range CHECK (step_minor BETWEEN 1 AND 1000000000000),
    CONSTRAINT ck_variants_step_minor_whole CHECK (typeof(step_minor) IN ('integer', 'null')),
    CONSTRAINT ck_variants_position_in_range CHECK (position BETWEEN 0 AND 10000),
    CONSTRAINT ck_variants_position_whole CHECK (typeof(position) IN ('integer', 'null')),
    CONSTRAINT fk_variants_reward_id FOREIGN KEY(reward_id) REFERENCES rewards (id),
    CONSTRAINT uq_variants_sku UNIQUE (sku)
);

-- next
CREATE INDEX ix_variants_reward_id ON variants (reward_id);

-- next
CREATE TABLE member_usage (
    reward_id INTEGER NOT NULL,
    employee_id INTEGER NOT NULL,
    period TEXT NOT NULL,
    used INTEGER NOT NULL,
    allowed INTEGER,
    CONSTRAINT pk_member_usage PRIMARY KEY (reward_id, employee_id, period),
    CONSTRAINT ck_member_usage_within_limit CHECK (used >= 0 AND used <= allowed),
    CONSTRAINT ck_member_usage_used_in_range CHECK (used BETWEEN 0 AND 1000000000000),
    CONSTRAINT ck_member_usage_used_whole CHECK (typeof(used) IN ('integer', 'null')),
    CONSTRAINT ck_member_usage_allowed_in_range CHECK (allowed BETWEEN 1 AND 1000000000000),
    CONSTRAINT ck_member_usage_allowed_whole CHECK (typeof(allowed) IN ('integer', 'null')),
    CONSTRAINT fk_member_usage_reward_id FOREIGN KEY(reward_id) REFERENCES rewards (id),
    CONSTRAINT fk_member_usage_employee_id FOREIGN KEY(employee_id) REFERENCES employees (id)
);

-- next
CREATE TABLE shelf_entries (
    id INTEGER NOT NULL,
    reward_id INTEGER NOT NULL,
    audience_id INTEGER NOT NULL,
    tier_id INTEGER NOT NULL,
    kind VARCHAR(40) NOT NULL,
    country TEXT,
    points INTEGER NOT NULL,
    begins_at DATETIME,
    ends_at DATETIME,
    is_featured BOOLEAN NOT NULL,
    newest INTEGER NOT NULL,
    sort_name TEXT NOT NULL,
    CONSTRAINT pk_shelf_entries PRIMARY KEY (id),
    CONSTRAINT ck_shelf_entries_points_in_range CHECK (points BETWEEN 1 AND 1000000000000),
    CONSTRAINT ck_shelf_entries_points_whole CHECK (typeof(points) IN ('integer', 'null')),
    CONSTRAINT ck_shelf_entries_kind_known CHECK (kind IN ('badge', 'certificate', 'gift_card', 'merchandise', 'experience', 'learning', 'time_off', 'donation', 'individual_travel', 'group_trip')),
    CONSTRAINT ck_shelf_entries_forward CHECK (begins_at IS NULL OR ends_at IS NULL OR begins_at < ends_at),
    CONSTRAINT fk_shelf_entries_reward_id FOREIGN KEY(reward_id) REFERENCES rewards (id)
);

-- next
CREATE INDEX ix_shelf_entries_featured ON shelf_entries (kind, points, reward_id) WHERE is_featured = 1;

-- next
CREATE INDEX ix_shelf_entries_kind ON shelf_entries (kind, points, reward_id);

-- next
CREATE INDEX ix_shelf_entries_name ON shelf_entries (sort_name, reward_id);

-- next
CREATE INDEX ix_shelf_entries_newest ON shelf_entries (newest, reward_id);

-- next
CREATE INDEX ix_shelf_entries_points ON shelf_entries (points, reward_id);

-- next
CREATE INDEX ix_shelf_entries_reward_id ON shelf_entries (reward_id);

-- next
CREATE INDEX ix_shelf_entries_tier ON shelf_entries (tier_id, points, reward_id);

-- next
CREATE TABLE recent_views (
    employee_id INTEGER NOT NULL,
    reward_id INTEGER NOT NULL,
    seen_at DATETIME NOT NULL,
    CONSTRAINT pk_recent_views PRIMARY KEY (employee_id, reward_id),
    CONSTRAINT fk_recent_views_employee_id FOREIGN KEY(employee_id) REFERENCES employees (id),
    CONSTRAINT fk_recent_views_reward_id FOREIGN KEY(reward_id) REFERENCES rewards (id)
);

-- next
CREATE INDEX ix_recent_views_latest ON recent_views (employee_id, seen_at);

-- next
CREATE TABLE popular_choices (
    id INTEGER NOT NULL,
    circle VARCHAR(40) NOT NULL,
    place TEXT NOT NULL,
    reward_id INTEGER NOT NULL,
    at_least INTEGER NOT NULL,
    counted_until DATE NOT NULL,
    CONSTRAINT pk_popular_choices PRIMARY KEY (id),
    CONSTRAINT ck_popular_choices_circle_known CHECK (circle IN ('department', 'country', 'company')),
    CONSTRAINT uq_popular_choices_circle_place_reward_id UNIQUE (circle, place, reward_id),
    CONSTRAINT ck_popular_choices_rounded_down CHECK (at_least IN (5, 10, 25, 50, 100)),
    CONSTRAINT fk_popular_choices_reward_id FOREIGN KEY(reward_id) REFERENCES rewards (id)
);

-- next
CREATE INDEX ix_popular_choices_reward_id ON popular_choices (reward_id);

-- next
CREATE TABLE provider_brands (
    id INTEGER NOT NULL,
    provider_id INTEGER NOT NULL,
    "key" TEXT NOT NULL,
    name TEXT NOT NULL,
    is_chosen BOOLEAN DEFAULT 0 NOT NULL,
    first_seen_at DATETIME NOT NULL,
    CONSTRAINT pk_provider_brands PRIMARY KEY (id),
    CONSTRAINT uq_provider_brands_provider_id_key UNIQUE (provider_id, "key"),
    CONSTRAINT fk_provider_brands_provider_id FOREIGN KEY(provider_id) REFERENCES providers (id)
);

-- next
CREATE TABLE provider_syncs (
    id INTEGER NOT NULL,
    provider_id INTEGER NOT NULL,
    day DATE NOT NULL,
    slot INTEGER,
    state VARCHAR(40) NOT NULL,
    source TEXT NOT NULL,
    begun_by_id INTEGER,
    begun_at DATETIME NOT NULL,
    fetching_since DATETIME,
    finished_at DATETIME,
    answer BLOB,
    brands INTEGER DEFAULT '0' NOT NULL,
    items INTEGER DEFAULT '0' NOT NULL,
    live INTEGER DEFAULT '0' NOT NULL,
    taken INTEGER DEFAULT '0' NOT NULL,
    problem TEXT DEFAULT '' NOT NULL,
    CONSTRAINT pk_provider_syncs PRIMARY KEY (id),
    CONSTRAINT ck_provider_syncs_slots_of_a_day CHECK (slot BETWEEN 1 AND 2),
    CONSTRAINT fk_provider_syncs_provider_id FOREIGN KEY(provider_id) REFERENCES providers (id),
    CONSTRAINT fk_provider_syncs_begun_by_id FOREIGN KEY(begun_by_id) REFERENCES employees (id)
);

-- next
CREATE INDEX ix_provider_syncs_newest ON provider_syncs (provider_id, id);

-- next
CREATE UNIQUE INDEX uq_provider_syncs_running ON provider_syncs (provider_id) WHERE state IN ('waiting', 'fetching', 'applying');

-- next
CREATE UNIQUE INDEX uq_provider_syncs_slot ON provider_syncs (provider_id, day, slot);

-- next
CREATE VIRTUAL TABLE reward_index USING fts5(names, facts, texts, stories, tokenize='ascii', detail='column', columnsize=0, prefix='1 2 3');

-- next
CREATE TABLE travel_packages (
    reward_id INTEGER NOT NULL,
    place TEXT NOT NULL,
    country TEXT,
    nights_from INTEGER NOT NULL,
    nights_to INTEGER NOT NULL,
    travelers_most INTEGER NOT NULL,
    notice_days INTEGER NOT NULL,
    ahead_days INTEGER NOT NULL,
    guarantee_days INTEGER NOT NULL,
    blackouts JSON NOT NULL,
    version INTEGER NOT NULL,
    CONSTRAINT pk_travel_packages PRIMARY KEY (reward_id),
    CONSTRAINT ck_travel_packages_country_of_two_letters CHECK (country IS NULL OR length(country) = 2),
    CONSTRAINT ck_travel_packages_has_a_place CHECK (place <> ''),
    CONSTRAINT ck_travel_packages_nights_in_order CHECK (nights_from <= nights_to),
    CONSTRAINT ck_travel_packages_opens_before_it_closes CHECK (notice_days < ahead_days),
    CONSTRAINT ck_travel_packages_nights_from_in_range CHECK (nights_from BETWEEN 1 AND 60),
    CONSTRAINT ck_travel_packages_nights_from_whole CHECK (typeof(nights_from) IN ('integer', 'null')),
    CONSTRAINT ck_travel_packages_nights_to_in_range CHECK (nights_to BETWEEN 1 AND 60),
    CONSTRAINT ck_travel_packages_nights_to_whole CHECK (typeof(nights_to) IN ('integer', 'null')),
    CONSTRAINT ck_travel_packages_travelers_most_in_range CHECK (travelers_most BETWEEN 1 AND 8),
    CONSTRAINT ck_travel_packages_travelers_most_whole CHECK (typeof(travelers_most) IN ('integer', 'null')),
    CONSTRAINT ck_travel_packages_notice_days_in_range CHECK (notice_days BETWEEN 0 AND 365),
    CONSTRAINT ck_travel_packages_notice_days_whole CHECK (typeof(notice_days) IN ('integer', 'null')),
    CONSTRAINT ck_travel_packages_ahead_days_in_range CHECK (ahead_days BETWEEN 1 AND 1095),
    CONSTRAINT ck_travel_packages_ahead_days_whole CHECK (typeof(ahead_days) IN ('integer', 'null')),
    CONSTRAINT ck_travel_packages_guarantee_days_in_range CHECK (guarantee_days BETWEEN 1 AND 365),
    CONSTRAINT ck_travel_packages_guarantee_days_whole CHECK (typeof(guarantee_days) IN ('integer', 'null')),
    CONSTRAINT ck_travel_packages_version_in_range CHECK (version BETWEEN 1 AND 1000000000000),
    CONSTRAINT ck_travel_packages_version_whole CHECK (typeof(version) IN ('integer', 'null')),
    CONSTRAINT fk_travel_packages_reward_id FOREIGN KEY(reward_id) REFERENCES rewards (id)
);

-- next
CREATE TABLE reward_photo_files (
    reward_id INTEGER NOT NULL,
    digest TEXT NOT NULL,
    name TEXT NOT NULL,
    media_type TEXT NOT NULL,
    content BLOB,
    CONSTRAINT pk_reward_photo_files PRIMARY KEY (reward_id, digest, name),
    CONSTRAINT fk_reward_photo_files_reward_id FOREIGN KEY(reward_id) REFERENCES rewards (id)
);

-- next
CREATE TABLE staged_variants (
    run_id INTEGER NOT NULL,
    line INTEGER NOT NULL,
    "values" JSON NOT NULL,
    CONSTRAINT pk_staged_variants PRIMARY KEY (run_id, line),
    CONSTRAINT fk_staged_variants_run_id FOREIGN KEY(run_id) REFERENCES import_runs (id)
);

-- next
CREATE TABLE reward_reach (
    reward_id INTEGER NOT NULL,
    points INTEGER,
    sees INTEGER NOT NULL,
    opens INTEGER NOT NULL,
    affords INTEGER NOT NULL,
    taken INTEGER NOT NULL,
    last_taken_at DATETIME,
    dead TEXT DEFAULT '' NOT NULL,
    CONSTRAINT pk_reward_reach PRIMARY KEY (reward_id),
    CONSTRAINT ck_reward_reach_sees_in_range CHECK (sees BETWEEN 0 AND 1000000000000),
    CONSTRAINT ck_reward_reach_sees_whole CHECK (typeof(sees) IN ('integer', 'null')),
    CONSTRAINT ck_reward_reach_opens_in_range CHECK (opens BETWEEN 0 AND 1000000000000),
    CONSTRAINT ck_reward_reach_opens_whole CHECK (typeof(opens) IN ('integer', 'null')),
    CONSTRAINT ck_reward_reach_affords_in_range CHECK (affords BETWEEN 0 AND 1000000000000),
    CONSTRAINT ck_reward_reach_affords_whole CHECK (typeof(affords) IN ('integer', 'null')),
    CONSTRAINT ck_reward_reach_taken_in_range CHECK (taken BETWEEN 0 AND 1000000000000),
    CONSTRAINT ck_reward_reach_taken_whole CHECK (typeof(taken) IN ('integer', 'null')),
    CONSTRAINT fk_reward_reach_reward_id FOREIGN KEY(reward_id) REFERENCES rewards (id)
);

-- next
CREATE TABLE staged_itinerary_items (
    run_id INTEGER NOT NULL,
    line INTEGER NOT NULL,
    "values" JSON NOT NULL,
    CONSTRAINT pk_staged_itinerary_items PRIMARY KEY (run_id, line),
    CONSTRAINT fk_staged_itinerary_items_run_id FOREIGN KEY(run_id) REFERENCES import_runs (id)
);

-- next
CREATE TABLE awards (
    id INTEGER NOT NULL,
    program_id INTEGER NOT NULL,
    rule_version INTEGER NOT NULL,
    employee_id INTEGER NOT NULL,
    subject TEXT NOT NULL,
    revision INTEGER NOT NULL,
    points INTEGER NOT NULL,
    reason TEXT NOT NULL,
    explanation JSON NOT NULL,
    budget_id INTEGER NOT NULL,
    transfer_id INTEGER NOT NULL,
    occurred_on DATE NOT NULL,
    granted_at DATETIME NOT NULL,
    kept_from DATETIME,
    CONSTRAINT pk_awards PRIMARY KEY (id),
    CONSTRAINT uq_awards_program_id_subject_employee_id_revision UNIQUE (program_id, subject, employee_id, revision),
    CONSTRAINT ck_awards_points_in_range CHECK (points BETWEEN -1000000000000 AND 1000000000000),
    CONSTRAINT ck_awards_points_whole CHECK (typeof(points) IN ('integer', 'null')),
    CONSTRAINT ck_awards_revision_in_range CHECK (revision BETWEEN 1 AND 1000000000000),
    CONSTRAINT ck_awards_revision_whole CHECK (typeof(revision) IN ('integer', 'null')),
    CONSTRAINT ck_awards_points_not_zero CHECK (points <> 0),
    CONSTRAINT fk_awards_employee_id FOREIGN KEY(employee_id) REFERENCES employees (id),
    CONSTRAINT fk_awards_budget_id FOREIGN KEY(budget_id) REFERENCES budgets (id),
    CONSTRAINT uq_awards_transfer_id UNIQUE (transfer_id),
    CONSTRAINT fk_awards_transfer_id FOREIGN KEY(transfer_id) REFERENCES transfers (id)
);

-- next
CREATE INDEX ix_awards_budget_id ON awards (budget_id);

-- next
CREATE INDEX ix_awards_employee_id_program_id ON awards (employee_id, program_id);

-- next
CREATE INDEX ix_awards_program_id_occurred_on ON awards (program_id, occurred_on);

-- next
CREATE TRIGGER awards_refuses_UPDATE BEFORE UPDATE ON awards
BEGIN SELECT RAISE(ABORT, 'awards is append-only; a correction is a new row'); END;

-- next
CREATE TRIGGER awards_refuses_DELETE BEFORE DELETE ON awards
BEGIN SELECT RAISE(ABORT, 'awards is append-only; a correction is a new row'); END;

-- next
CREATE TABLE waiting_settlements (
    program_id INTEGER NOT NULL,
    budget_id INTEGER NOT NULL,
    needed INTEGER NOT NULL,
    left_then INTEGER NOT NULL,
    is_final BOOLEAN NOT NULL,
    seal TEXT NOT NULL,
    since DATETIME NOT NULL,
    tried_at DATETIME NOT NULL,
    CONSTRAINT pk_waiting_settlements PRIMARY KEY (program_id),
    CONSTRAINT ck_waiting_settlements_needed_in_range CHECK (needed BETWEEN 1 AND 1000000000000),
    CONSTRAINT ck_waiting_settlements_needed_whole CHECK (typeof(needed) IN ('integer', 'null')),
    CONSTRAINT ck_waiting_settlements_left_then_in_range CHECK (left_then BETWEEN 0 AND 1000000000000),
    CONSTRAINT ck_waiting_settlements_left_then_whole CHECK (typeof(left_then) IN ('integer', 'null')),
    CONSTRAINT fk_waiting_settlements_budget_id FOREIGN KEY(budget_id) REFERENCES budgets (id)
);

-- next
CREATE INDEX ix_waiting_settlements_budget_id ON waiting_settlements (budget_id);

-- next
CREATE TABLE staged_targets (
    run_id INTEGER NOT NULL,
    line INTEGER NOT NULL,
    part INTEGER NOT NULL,
    employee_id INTEGER NOT NULL,
    starts_on DATE NOT NULL,
    ends_on DATE NOT NULL,
    amount INTEGER NOT NULL,
    CONSTRAINT pk_staged_targets PRIMARY KEY (run_id, line, part),
    CONSTRAINT fk_staged_targets_run_id FOREIGN KEY(run_id) REFERENCES import_runs (id),
    CONSTRAINT fk_staged_targets_employee_id FOREIGN KEY(employee_id) REFERENCES employees (id)
);

-- next
CREATE TABLE staged_results (
    run_id INTEGER NOT NULL,
    line INTEGER NOT NULL,
    part INTEGER NOT NULL,
    employee_id INTEGER NOT NULL,
    on_day DATE NOT NULL,
    amount INTEGER NOT NULL,
    group_ref TEXT NOT NULL,
    external_ref TEXT NOT NULL,
    dimensions JSON NOT NULL,
    CONSTRAINT pk_staged_results PRIMARY KEY (run_id, line, part),
    CONSTRAINT fk_staged_results_run_id FOREIGN KEY(run_id) REFERENCES import_runs (id),
    CONSTRAINT fk_staged_results_employee_id FOREIGN KEY(employee_id) REFERENCES employees (id)
);

-- next
CREATE TABLE result_changes (
    id INTEGER NOT NULL,
    result_id INTEGER NOT NULL,
    "before" JSON NOT NULL,
    "after" JSON NOT NULL,
    reason TEXT NOT NULL,
    actor_id INTEGER,
    at DATETIME NOT NULL,
    CONSTRAINT pk_result_changes PRIMARY KEY (id),
    CONSTRAINT fk_result_changes_result_id FOREIGN KEY(result_id) REFERENCES results (id)
);

-- next
CREATE INDEX ix_result_changes_result_id ON result_changes (result_id);

-- next
CREATE TRIGGER result_changes_refuses_UPDATE BEFORE UPDATE ON result_changes
BEGIN SELECT RAISE(ABORT, 'result_changes is append-only; a correction is a new row'); END;

-- next
CREATE TRIGGER result_changes_refuses_DELETE BEFORE DELETE ON result_changes
BEGIN SELECT RAISE(ABORT, 'result_changes is append-only; a correction is a new row'); END;

-- next
CREATE TABLE programs (
    id INTEGER NOT NULL,
    slug TEXT NOT NULL,
    name TEXT NOT NULL,
    kind VARCHAR(40) NOT NULL,
    state VARCHAR(40) NOT NULL,
    summary TEXT NOT NULL,
    starts_on DATE NOT NULL,
    ends_on DATE NOT NULL,
    budget_id INTEGER NOT NULL,
    owner_id INTEGER NOT NULL,
    created_at DATETIME NOT NULL,
    evaluated_at DATETIME,
    CONSTRAINT pk_programs PRIMARY KEY (id),
    CONSTRAINT ck_programs_starts_before_it_ends CHECK (starts_on <= ends_on),
    CONSTRAINT uq_programs_slug UNIQUE (slug),
    CONSTRAINT fk_programs_budget_id FOREIGN KEY(budget_id) REFERENCES budgets (id),
    CONSTRAINT fk_programs_owner_id FOREIGN KEY(owner_id) REFERENCES employees (id)
);

-- next
CREATE TABLE completion_changes (
    id INTEGER NOT NULL,
    completion_id INTEGER NOT NULL,
    "before" JSON NOT NULL,
    "after" JSON NOT NULL,
    reason TEXT NOT NULL,
    actor_id INTEGER,
    at DATETIME NOT NULL,
    CONSTRAINT pk_completion_changes PRIMARY KEY (id),
    CONSTRAINT fk_completion_changes_completion_id FOREIGN KEY(completion_id) REFERENCES completions (id)
);

-- next
CREATE INDEX ix_completion_changes_completion_id ON completion_changes (completion_id);

-- next
CREATE TRIGGER completion_changes_refuses_UPDATE BEFORE UPDATE ON completion_changes
BEGIN SELECT RAISE(ABORT, 'completion_changes is append-only; a correction is a new row'); END;

-- next
CREATE TRIGGER completion_changes_refuses_DELETE BEFORE DELETE ON completion_changes
BEGIN SELECT RAISE(ABORT, 'completion_changes is append-only; a correction is a new row'); END;

-- next
CREATE TABLE staged_completions (
    run_id INTEGER NOT NULL,
    line INTEGER NOT NULL,
    employee_id INTEGER NOT NULL,
    course_id INTEGER NOT NULL,
    on_day DATE NOT NULL,
    external_ref TEXT NOT NULL,
    CONSTRAINT pk_staged_completions PRIMARY KEY (run_id, line),
    CONSTRAINT fk_staged_completions_run_id FOREIGN KEY(run_id) REFERENCES import_runs (id),
    CONSTRAINT fk_staged_completions_employee_id FOREIGN KEY(employee_id) REFERENCES employees (id),
    CONSTRAINT fk_staged_completions_course_id FOREIGN KEY(course_id) REFERENCES courses (id)
);

-- next
CREATE TABLE provider_accounts (
    provider_id INTEGER NOT NULL,
    adapter TEXT NOT NULL,
    address TEXT NOT NULL,
    account TEXT NOT NULL,
    customer TEXT NOT NULL,
    currency TEXT NOT NULL,
    low_minor INTEGER NOT NULL,
    balance_minor INTEGER,
    balance_at DATETIME,
    low_since DATETIME,
    failures INTEGER NOT NULL,
    open_until DATETIME,
    refused_hooks INTEGER NOT NULL,
    a_minute INTEGER,
    free_at DATETIME,
    CONSTRAINT pk_provider_accounts PRIMARY KEY (provider_id),
    CONSTRAINT ck_provider_accounts_low_minor_in_range CHECK (low_minor BETWEEN 0 AND 1000000000000),
    CONSTRAINT ck_provider_accounts_low_minor_whole CHECK (typeof(low_minor) IN ('integer', 'null')),
    CONSTRAINT ck_provider_accounts_balance_minor_in_range CHECK (balance_minor BETWEEN -1000000000000 AND 1000000000000),
    CONSTRAINT ck_provider_accounts_balance_minor_whole CHECK (typeof(balance_minor) IN ('integer', 'null')),
    CONSTRAINT ck_provider_accounts_failures_in_range CHECK (failures BETWEEN 0 AND 1000000),
    CONSTRAINT ck_provider_accounts_failures_whole CHECK (typeof(failures) IN ('integer', 'null')),
    CONSTRAINT ck_provider_accounts_refused_hooks_in_range CHECK (refused_hooks BETWEEN 0 AND 1000000000000),
    CONSTRAINT ck_provider_accounts_refused_hooks_whole CHECK (typeof(refused_hooks) IN ('integer', 'null')),
    CONSTRAINT ck_provider_accounts_a_minute_in_range CHECK (a_minute BETWEEN 1 AND 60000),
    CONSTRAINT ck_provider_accounts_a_minute_whole CHECK (typeof(a_minute) IN ('integer', 'null')),
    CONSTRAINT fk_provider_accounts_provider_id FOREIGN KEY(provider_id) REFERENCES providers (id)
);

-- next
CREATE TABLE provider_hooks (
    id INTEGER NOT NULL,
    provider_id INTEGER NOT NULL,
    event_id TEXT NOT NULL,
    kind TEXT NOT NULL,
    client_ref TEXT NOT NULL,
    revision INTEGER NOT NULL,
    verdict VARCHAR(40) NOT NULL,
    body BLOB NOT NULL,
    received_at DATETIME NOT NULL,
    CONSTRAINT pk_provider_hooks PRIMARY KEY (id),
    CONSTRAINT uq_provider_hooks_provider_id_event_id UNIQUE (provider_id, event_id),
    CONSTRAINT ck_provider_hooks_revision_in_range CHECK (revision BETWEEN 0 AND 1000000000000),
    CONSTRAINT ck_provider_hooks_revision_whole CHECK (typeof(revision) IN ('integer', 'null')),
    CONSTRAINT fk_provider_hooks_provider_id FOREIGN KEY(provider_id) REFERENCES providers (id)
);

-- next
CREATE INDEX ix_provider_hooks_client_ref ON provider_hooks (client_ref);

-- next
CREATE TRIGGER provider_hooks_refuses_UPDATE BEFORE UPDATE ON provider_hooks
BEGIN SELECT RAISE(ABORT, 'provider_hooks is append-only; a correction is a new row'); END;

-- next
CREATE TRIGGER provider_hooks_refuses_DELETE BEFORE DELETE ON provider_hooks
BEGIN SELECT RAISE(ABORT, 'provider_hooks is append-only; a correction is a new row'); END;

-- next
CREATE TABLE reconciliations (
    id INTEGER NOT NULL,
    provider_id INTEGER NOT NULL,
    since DATETIME NOT NULL,
    ran_at DATETIME NOT NULL,
    ours INTEGER NOT NULL,
    theirs INTEGER NOT NULL,
    problem TEXT DEFAULT '' NOT NULL,
    CONSTRAINT pk_reconciliations PRIMARY KEY (id),
    CONSTRAINT ck_reconciliations_ours_in_range CHECK (ours BETWEEN 0 AND 1000000000000),
    CONSTRAINT ck_reconciliations_ours_whole CHECK (typeof(ours) IN ('integer', 'null')),
    CONSTRAINT ck_reconciliations_theirs_in_range CHECK (theirs BETWEEN 0 AND 1000000000000),
    CONSTRAINT ck_reconciliations_theirs_whole CHECK (typeof(theirs) IN ('integer', 'null')),
    CONSTRAINT fk_reconciliations_provider_id FOREIGN KEY(provider_id) REFERENCES providers (id)
);

-- next
CREATE INDEX ix_reconciliations_newest ON reconciliations (provider_id, id);

-- next
CREATE TABLE staged_tickets (
    run_id INTEGER NOT NULL,
    line INTEGER NOT NULL,
    "values" JSON NOT NULL,
    CONSTRAINT pk_staged_tickets PRIMARY KEY (run_id, line),
    CONSTRAINT fk_staged_tickets_run_id FOREIGN KEY(run_id) REFERENCES import_runs (id)
);

-- next
CREATE TABLE staged_confirmations (
    run_id INTEGER NOT NULL,
    line INTEGER NOT NULL,
    booking TEXT NOT NULL,
    number TEXT NOT NULL,
    CONSTRAINT pk_staged_confirmations PRIMARY KEY (run_id, line),
    CONSTRAINT fk_staged_confirmations_run_id FOREIGN KEY(run_id) REFERENCES import_runs (id)
);

-- next
CREATE TABLE vault_entries (
    subject_id INTEGER NOT NULL,
    field VARCHAR(40) NOT NULL,
    purpose VARCHAR(40) NOT NULL,
    cipher BLOB NOT NULL,
    delete_on DATE NOT NULL,
    changed_at DATETIME NOT NULL,
    version INTEGER NOT NULL,
    CONSTRAINT pk_vault_entries PRIMARY KEY (subject_id, field),
    CONSTRAINT ck_vault_entries_field_known CHECK (field IN ('family_name', 'given_names', 'passport_number', 'nationality', 'birth_date', 'sex', 'issued_on', 'expires_on', 'issuing_country', 'diet', 'access_needs', 'contact_name', 'contact_phone')),
    CONSTRAINT ck_vault_entries_purpose_known CHECK (purpose IN ('identity', 'needs')),
    CONSTRAINT ck_vault_entries_kept_for_its_purpose CHECK ((field IN ('access_needs', 'contact_name', 'contact_phone', 'diet')) = (purpose = 'needs')),
    CONSTRAINT ck_vault_entries_version_in_range CHECK (version BETWEEN 1 AND 1000000000000),
    CONSTRAINT ck_vault_entries_version_whole CHECK (typeof(version) IN ('integer', 'null')),
    CONSTRAINT fk_vault_entries_subject_id FOREIGN KEY(subject_id) REFERENCES vault_subjects (id)
);

-- next
CREATE INDEX ix_vault_entries_delete_on ON vault_entries (delete_on);

-- next
CREATE TABLE vault_keepings (
    id INTEGER NOT NULL,
    subject_id INTEGER NOT NULL,
    what TEXT NOT NULL,
    identity_until DATE NOT NULL,
    needs_until DATE NOT NULL,
    CONSTRAINT pk_vault_keepings PRIMARY KEY (id),
    CONSTRAINT uq_vault_keepings_subject_id_what UNIQUE (subject_id, what),
    CONSTRAINT fk_vault_keepings_subject_id FOREIGN KEY(subject_id) REFERENCES vault_subjects (id)
);

-- next
CREATE TABLE vault_consents (
    id INTEGER NOT NULL,
    subject_id INTEGER NOT NULL,
    purpose VARCHAR(40) NOT NULL,
    text_version TEXT NOT NULL,
    given_at DATETIME NOT NULL,
    withdrawn_at DATETIME,
    CONSTRAINT pk_vault_consents PRIMARY KEY (id),
    CONSTRAINT ck_vault_consents_purpose_known CHECK (purpose IN ('identity', 'needs')),
    CONSTRAINT ck_vault_consents_taken_back_after_it CHECK (withdrawn_at IS NULL OR withdrawn_at >= given_at),
    CONSTRAINT fk_vault_consents_subject_id FOREIGN KEY(subject_id) REFERENCES vault_subjects (id)
);

-- next
CREATE INDEX ix_vault_consents_subject_id ON vault_consents (subject_id);

-- next
CREATE UNIQUE INDEX uq_vault_consents_one_given ON vault_consents (subject_id, purpose) WHERE withdrawn_at IS NULL;

-- next
CREATE TABLE vault_readings (
    id INTEGER NOT NULL,
    subject_id INTEGER NOT NULL,
    reader_id INTEGER,
    fields JSON NOT NULL,
    reason TEXT NOT NULL,
    at DATETIME NOT NULL,
    CONSTRAINT pk_vault_readings PRIMARY KEY (id),
    CONSTRAINT fk_vault_readings_subject_id FOREIGN KEY(subject_id) REFERENCES vault_subjects (id),
    CONSTRAINT fk_vault_readings_reader_id FOREIGN KEY(reader_id) REFERENCES employees (id)
);

-- next
CREATE INDEX ix_vault_readings_subject_id ON vault_readings (subject_id);

-- next
CREATE TRIGGER vault_readings_refuses_UPDATE BEFORE UPDATE ON vault_readings
BEGIN SELECT RAISE(ABORT, 'vault_readings is append-only; a correction is a new row'); END;

-- next
CREATE TRIGGER vault_readings_refuses_DELETE BEFORE DELETE ON vault_readings
BEGIN SELECT RAISE(ABORT, 'vault_readings is append-only; a correction is a new row'); END;

-- next
CREATE TABLE vault_events (
    id INTEGER NOT NULL,
    subject_id INTEGER NOT NULL,
    deed VARCHAR(40) NOT NULL,
    fields JSON NOT NULL,
    actor_id INTEGER,
    at DATETIME NOT NULL,
    CONSTRAINT pk_vault_events PRIMARY KEY (id),
    CONSTRAINT ck_vault_events_deed_known CHECK (deed IN ('put', 'agreed', 'taken_back', 'deleted', 'erased')),
    CONSTRAINT fk_vault_events_subject_id FOREIGN KEY(subject_id) REFERENCES vault_subjects (id),
    CONSTRAINT fk_vault_events_actor_id FOREIGN KEY(actor_id) REFERENCES employees (id)
);

-- next
CREATE INDEX ix_vault_events_subject_id ON vault_events (subject_id);

-- next
CREATE TRIGGER vault_events_refuses_UPDATE BEFORE UPDATE ON vault_events
BEGIN SELECT RAISE(ABORT, 'vault_events is append-only; a correction is a new row'); END;

-- next
CREATE TRIGGER vault_events_refuses_DELETE BEFORE DELETE ON vault_events
BEGIN SELECT RAISE(ABORT, 'vault_events is append-only; a correction is a new row'); END;

-- next
CREATE TABLE payment_refund_events (
    id INTEGER NOT NULL,
    refund_id INTEGER NOT NULL,
    seq INTEGER NOT NULL,
    from_state VARCHAR(40),
    to_state VARCHAR(40) NOT NULL,
    note TEXT NOT NULL,
    at DATETIME NOT NULL,
    CONSTRAINT pk_payment_refund_events PRIMARY KEY (id),
    CONSTRAINT uq_payment_refund_events_refund_id_seq UNIQUE (refund_id, seq),
    CONSTRAINT fk_payment_refund_events_refund_id FOREIGN KEY(refund_id) REFERENCES payment_refunds (id)
);

-- next
CREATE TRIGGER payment_refund_events_refuses_UPDATE BEFORE UPDATE ON payment_refund_events
BEGIN SELECT RAISE(ABORT, 'payment_refund_events is append-only; a correction is a new row'); END;

-- next
CREATE TRIGGER payment_refund_events_refuses_DELETE BEFORE DELETE ON payment_refund_events
BEGIN SELECT RAISE(ABORT, 'payment_refund_events is append-only; a correction is a new row'); END;

-- next
CREATE TABLE variant_stock (
    variant_id INTEGER NOT NULL,
    capacity INTEGER,
    reserved INTEGER DEFAULT '0' NOT NULL,
    sold INTEGER DEFAULT '0' NOT NULL,
    awaited INTEGER DEFAULT '0' NOT NULL,
    last_taken_at DATETIME,
    CONSTRAINT pk_variant_stock PRIMARY KEY (variant_id),
    CONSTRAINT ck_variant_stock_never_oversold CHECK (reserved >= 0 AND sold >= 0 AND (capacity IS NULL OR reserved + sold <= capacity)),
    CONSTRAINT ck_variant_stock_capacity_in_range CHECK (capacity BETWEEN 0 AND 1000000000000),
    CONSTRAINT ck_variant_stock_capacity_whole CHECK (typeof(capacity) IN ('integer', 'null')),
    CONSTRAINT ck_variant_stock_reserved_in_range CHECK (reserved BETWEEN 0 AND 1000000000000),
    CONSTRAINT ck_variant_stock_reserved_whole CHECK (typeof(reserved) IN ('integer', 'null')),
    CONSTRAINT ck_variant_stock_sold_in_range CHECK (sold BETWEEN 0 AND 1000000000000),
    CONSTRAINT ck_variant_stock_sold_whole CHECK (typeof(sold) IN ('integer', 'null')),
    CONSTRAINT ck_variant_stock_awaited_in_range CHECK (awaited BETWEEN 0 AND 1000000000000),
    CONSTRAINT ck_variant_stock_awaited_whole CHECK (typeof(awaited) IN ('integer', 'null')),
    CONSTRAINT fk_variant_stock_variant_id FOREIGN KEY(variant_id) REFERENCES variants (id)
);

-- next
CREATE TABLE stock_movements (
    id INTEGER NOT NULL,
    variant_id INTEGER NOT NULL,
    "before" INTEGER,
    "after" INTEGER,
    taken INTEGER NOT NULL,
    reason TEXT DEFAULT '' NOT NULL,
    actor_id INTEGER,
    at DATETIME NOT NULL,
    CONSTRAINT pk_stock_movements PRIMARY KEY (id),
    CONSTRAINT ck_stock_movements_before_in_range CHECK (before BETWEEN 0 AND 1000000000000),
    CONSTRAINT ck_stock_movements_before_whole CHECK (typeof(before) IN ('integer', 'null')),
    CONSTRAINT ck_stock_movements_after_in_range CHECK (after BETWEEN 0 AND 1000000000000),
    CONSTRAINT ck_stock_movements_after_whole CHECK (typeof(after) IN ('integer', 'null')),
    CONSTRAINT ck_stock_movements_taken_in_range CHECK (taken BETWEEN 0 AND 1000000000000),
    CONSTRAINT ck_stock_movements_taken_whole CHECK (typeof(taken) IN ('integer', 'null')),
    CONSTRAINT fk_stock_movements_variant_id FOREIGN KEY(variant_id) REFERENCES variants (id),
    CONSTRAINT fk_stock_movements_actor_id FOREIGN KEY(actor_id) REFERENCES employees (id)
);

-- next
CREATE INDEX ix_stock_movements_variant ON stock_movements (variant_id, id);

-- next
CREATE TRIGGER stock_movements_refuses_UPDATE BEFORE UPDATE ON stock_movements
BEGIN SELECT RAISE(ABORT, 'stock_movements is append-only; a correction is a new row'); END;

-- next
CREATE TRIGGER stock_movements_refuses_DELETE BEFORE DELETE ON stock_movements
BEGIN SELECT RAISE(ABORT, 'stock_movements is append-only; a correction is a new row'); END;

-- next
CREATE TABLE price_versions (
    id INTEGER NOT NULL,
    variant_id INTEGER NOT NULL,
    country TEXT,
    points INTEGER,
    rate_points INTEGER,
    rate_minor INTEGER,
    valid_from DATETIME NOT NULL,
    valid_until DATETIME,
    set_by_id INTEGER,
    CONSTRAINT pk_price_versions PRIMARY KEY (id),
    CONSTRAINT ck_price_versions_points_in_range CHECK (points BETWEEN 1 AND 1000000000000),
    CONSTRAINT ck_price_versions_points_whole CHECK (typeof(points) IN ('integer', 'null')),
    CONSTRAINT ck_price_versions_rate_points_in_range CHECK (rate_points BETWEEN 1 AND 1000000000000),
    CONSTRAINT ck_price_versions_rate_points_whole CHECK (typeof(rate_points) IN ('integer', 'null')),
    CONSTRAINT ck_price_versions_rate_minor_in_range CHECK (rate_minor BETWEEN 1 AND 1000000000000),
    CONSTRAINT ck_price_versions_rate_minor_whole CHECK (typeof(rate_minor) IN ('integer', 'null')),
    CONSTRAINT ck_price_versions_priced CHECK (points IS NOT NULL OR country IS NOT NULL),
    CONSTRAINT ck_price_versions_rate_beside_a_price CHECK ((rate_points IS NULL) = (rate_minor IS NULL) AND (rate_points IS NULL OR points IS NOT NULL)),
    CONSTRAINT ck_price_versions_forward CHECK (valid_until IS NULL OR valid_from < valid_until),
    CONSTRAINT ck_price_versions_country_of_two_letters CHECK (country IS NULL OR length(country) = 2),
    CONSTRAINT fk_price_versions_variant_id FOREIGN KEY(variant_id) REFERENCES variants (id),
    CONSTRAINT fk_price_versions_set_by_id FOREIGN KEY(set_by_id) REFERENCES employees (id)
);

-- next
CREATE INDEX ix_price_versions_current ON price_versions (variant_id, country, valid_from, id);

-- next
CREATE TRIGGER price_versions_refuses_UPDATE BEFORE UPDATE ON price_versions
BEGIN SELECT RAISE(ABORT, 'price_versions is append-only; a correction is a new row'); END;

-- next
CREATE TRIGGER price_versions_refuses_DELETE BEFORE DELETE ON price_versions
BEGIN SELECT RAISE(ABORT, 'price_versions is append-only; a correction is a new row'); END;

-- next
CREATE TABLE departures (
    variant_id INTEGER NOT NULL,
    starts_on DATE NOT NULL,
    ends_on DATE NOT NULL,
    cutoff_on DATE NOT NULL,
    place TEXT NOT NULL,
    country TEXT,
    min_group INTEGER DEFAULT '1' NOT NULL,
    airport TEXT,
    time_zone TEXT,
    canceled_at DATETIME,
    CONSTRAINT pk_departures PRIMARY KEY (variant_id),
    CONSTRAINT ck_departures_country_of_two_letters CHECK (country IS NULL OR length(country) = 2),
    CONSTRAINT ck_departures_comes_back CHECK (starts_on <= ends_on),
    CONSTRAINT ck_departures_cutoff_before_start CHECK (cutoff_on <= starts_on),
    CONSTRAINT ck_departures_min_group_in_range CHECK (min_group BETWEEN 1 AND 10000),
    CONSTRAINT ck_departures_min_group_whole CHECK (typeof(min_group) IN ('integer', 'null')),
    CONSTRAINT fk_departures_variant_id FOREIGN KEY(variant_id) REFERENCES variants (id),
    CONSTRAINT fk_departures_airport FOREIGN KEY(airport) REFERENCES airports (iata)
);

-- next
CREATE TABLE wishes (
    id INTEGER NOT NULL,
    employee_id INTEGER NOT NULL,
    reward_id INTEGER NOT NULL,
    variant_id INTEGER,
    saved_at DATETIME NOT NULL,
    saved_points INTEGER NOT NULL,
    seen_points INTEGER NOT NULL,
    is_goal BOOLEAN DEFAULT 0 NOT NULL,
    goal_level INTEGER DEFAULT '0' NOT NULL,
    is_sold_out BOOLEAN DEFAULT 0 NOT NULL,
    asked_for_return BOOLEAN DEFAULT 0 NOT NULL,
    told_back_on DATE,
    version INTEGER DEFAULT '1' NOT NULL,
    CONSTRAINT pk_wishes PRIMARY KEY (id),
    CONSTRAINT uq_wishes_employee_id_reward_id UNIQUE (employee_id, reward_id),
    CONSTRAINT ck_wishes_goal_level_known CHECK (goal_level IN (0, 80, 100)),
    CONSTRAINT ck_wishes_saved_points_in_range CHECK (saved_points BETWEEN 0 AND 1000000000000),
    CONSTRAINT ck_wishes_saved_points_whole CHECK (typeof(saved_points) IN ('integer', 'null')),
    CONSTRAINT ck_wishes_seen_points_in_range CHECK (seen_points BETWEEN 0 AND 1000000000000),
    CONSTRAINT ck_wishes_seen_points_whole CHECK (typeof(seen_points) IN ('integer', 'null')),
    CONSTRAINT fk_wishes_employee_id FOREIGN KEY(employee_id) REFERENCES employees (id),
    CONSTRAINT fk_wishes_reward_id FOREIGN KEY(reward_id) REFERENCES rewards (id),
    CONSTRAINT fk_wishes_variant_id FOREIGN KEY(variant_id) REFERENCES variants (id)
);

-- next
CREATE INDEX ix_wishes_reward_id ON wishes (reward_id);

-- next
CREATE UNIQUE INDEX uq_wishes_one_goal ON wishes (employee_id) WHERE is_goal;

-- next
CREATE TABLE provider_rewards (
    id INTEGER NOT NULL,
    brand_id INTEGER NOT NULL,
    "key" TEXT NOT NULL,
    currency TEXT NOT NULL,
    countries JSON NOT NULL,
    reward_id INTEGER NOT NULL,
    given JSON NOT NULL,
    retired_at DATETIME,
    CONSTRAINT pk_provider_rewards PRIMARY KEY (id),
    CONSTRAINT uq_provider_rewards_brand_id_key UNIQUE (brand_id, "key"),
    CONSTRAINT fk_provider_rewards_brand_id FOREIGN KEY(brand_id) REFERENCES provider_brands (id),
    CONSTRAINT uq_provider_rewards_reward_id UNIQUE (reward_id),
    CONSTRAINT fk_provider_rewards_reward_id FOREIGN KEY(reward_id) REFERENCES rewards (id)
);

-- next
CREATE TABLE variant_costs (
    variant_id INTEGER NOT NULL,
    cost_minor INTEGER,
    reference_minor INTEGER,
    currency TEXT NOT NULL,
    CONSTRAINT pk_variant_costs PRIMARY KEY (variant_id),
    CONSTRAINT ck_variant_costs_cost_minor_in_range CHECK (cost_minor BETWEEN 0 AND 1000000000000),
    CONSTRAINT ck_variant_costs_cost_minor_whole CHECK (typeof(cost_minor) IN ('integer', 'null')),
    CONSTRAINT ck_variant_costs_reference_minor_in_range CHECK (reference_minor BETWEEN 0 AND 1000000000000),
    CONSTRAINT ck_variant_costs_reference_minor_whole CHECK (typeof(reference_minor) IN ('integer', 'null')),
    CONSTRAINT ck_variant_costs_currency_of_three_letters CHECK (length(currency) = 3),
    CONSTRAINT ck_variant_costs_says_something CHECK (cost_minor IS NOT NULL OR reference_minor IS NOT NULL),
    CONSTRAINT fk_variant_costs_variant_id FOREIGN KEY(variant_id) REFERENCES variants (id)
);

-- next
CREATE TABLE trips (
    reward_id INTEGER NOT NULL,
    guests_most INTEGER NOT NULL,
    guest_age INTEGER NOT NULL,
    accept_days INTEGER NOT NULL,
    tax_paid_by VARCHAR(40) NOT NULL,
    standing TEXT NOT NULL,
    standing_days INTEGER NOT NULL,
    trade_points INTEGER,
    trade_variant_id INTEGER,
    trade_budget_id INTEGER,
    may_go_later BOOLEAN NOT NULL,
    line_rule VARCHAR(40) NOT NULL,
    substitute_rule VARCHAR(40) NOT NULL,
    version INTEGER NOT NULL,
    CONSTRAINT pk_trips PRIMARY KEY (reward_id),
    CONSTRAINT ck_trips_tax_paid_by_known CHECK (tax_paid_by IN ('company', 'traveler')),
    CONSTRAINT ck_trips_line_rule_known CHECK (line_rule IN ('strict', 'skip_to_fit')),
    CONSTRAINT ck_trips_substitute_rule_known CHECK (substitute_rule IN ('nobody', 'planner', 'freely')),
    CONSTRAINT ck_trips_guests_most_in_range CHECK (guests_most BETWEEN 0 AND 4),
    CONSTRAINT ck_trips_guests_most_whole CHECK (typeof(guests_most) IN ('integer', 'null')),
    CONSTRAINT ck_trips_guest_age_in_range CHECK (guest_age BETWEEN 0 AND 99),
    CONSTRAINT ck_trips_guest_age_whole CHECK (typeof(guest_age) IN ('integer', 'null')),
    CONSTRAINT ck_trips_accept_days_in_range CHECK (accept_days BETWEEN 1 AND 90),
    CONSTRAINT ck_trips_accept_days_whole CHECK (typeof(accept_days) IN ('integer', 'null')),
    CONSTRAINT ck_trips_standing_days_in_range CHECK (standing_days BETWEEN 1 AND 180),
    CONSTRAINT ck_trips_standing_days_whole CHECK (typeof(standing_days) IN ('integer', 'null')),
    CONSTRAINT ck_trips_trade_points_in_range CHECK (trade_points BETWEEN 1 AND 1000000000000),
    CONSTRAINT ck_trips_trade_points_whole CHECK (typeof(trade_points) IN ('integer', 'null')),
    CONSTRAINT ck_trips_version_in_range CHECK (version BETWEEN 1 AND 1000000000000),
    CONSTRAINT ck_trips_version_whole CHECK (typeof(version) IN ('integer', 'null')),
    CONSTRAINT ck_trips_trade_paid_by_a_budget CHECK (trade_budget_id IS NOT NULL OR (trade_points IS NULL AND trade_variant_id IS NULL)),
    CONSTRAINT fk_trips_reward_id FOREIGN KEY(reward_id) REFERENCES rewards (id),
    CONSTRAINT fk_trips_trade_variant_id FOREIGN KEY(trade_variant_id) REFERENCES variants (id),
    CONSTRAINT fk_trips_trade_budget_id FOREIGN KEY(trade_budget_id) REFERENCES budgets (id)
);

-- next
CREATE INDEX ix_trips_trade_variant_id ON trips (trade_variant_id);

-- next
CREATE TABLE itinerary_items (
    id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    variant_id INTEGER NOT NULL,
    day INTEGER NOT NULL,
    starts_at TIME,
    ends_at TIME,
    kind VARCHAR(40) NOT NULL,
    name TEXT NOT NULL,
    text TEXT NOT NULL,
    place TEXT NOT NULL,
    is_choice BOOLEAN NOT NULL,
    seats INTEGER,
    CONSTRAINT ck_itinerary_items_kind_known CHECK (kind IN ('arrival', 'transfer', 'stay', 'meal', 'activity', 'meeting', 'free', 'departure')),
    CONSTRAINT ck_itinerary_items_day_in_range CHECK (day BETWEEN 1 AND 60),
    CONSTRAINT ck_itinerary_items_day_whole CHECK (typeof(day) IN ('integer', 'null')),
    CONSTRAINT ck_itinerary_items_seats_in_range CHECK (seats BETWEEN 1 AND 10000),
    CONSTRAINT ck_itinerary_items_seats_whole CHECK (typeof(seats) IN ('integer', 'null')),
    CONSTRAINT ck_itinerary_items_named CHECK (name <> ''),
    CONSTRAINT ck_itinerary_items_ends_after_it_begins CHECK (ends_at IS NULL OR (starts_at IS NOT NULL AND ends_at > starts_at)),
    CONSTRAINT ck_itinerary_items_seated CHECK (seats IS NULL OR kind IN ('transfer', 'activity')),
    CONSTRAINT fk_itinerary_items_variant_id FOREIGN KEY(variant_id) REFERENCES variants (id)
);

-- next
CREATE INDEX ix_itinerary_items_day ON itinerary_items (variant_id, day);

-- next
CREATE TABLE itinerary_changes (
    id INTEGER NOT NULL,
    variant_id INTEGER NOT NULL,
    item_id INTEGER,
    change VARCHAR(40) NOT NULL,
    was JSON NOT NULL,
    at DATETIME NOT NULL,
    CONSTRAINT pk_itinerary_changes PRIMARY KEY (id),
    CONSTRAINT ck_itinerary_changes_change_known CHECK (change IN ('added', 'changed', 'removed', 'zone')),
    CONSTRAINT ck_itinerary_changes_of_one_or_of_all CHECK ((item_id IS NULL) = (change = 'zone')),
    CONSTRAINT fk_itinerary_changes_variant_id FOREIGN KEY(variant_id) REFERENCES variants (id)
);

-- next
CREATE INDEX ix_itinerary_changes_variant_id ON itinerary_changes (variant_id);

-- next
CREATE TRIGGER itinerary_changes_refuses_UPDATE BEFORE UPDATE ON itinerary_changes
BEGIN SELECT RAISE(ABORT, 'itinerary_changes is append-only; a correction is a new row'); END;

-- next
CREATE TRIGGER itinerary_changes_refuses_DELETE BEFORE DELETE ON itinerary_changes
BEGIN SELECT RAISE(ABORT, 'itinerary_changes is append-only; a correction is a new row'); END;

-- next
CREATE TABLE room_types (
    id INTEGER NOT NULL,
    variant_id INTEGER NOT NULL,
    name TEXT NOT NULL,
    sleeps INTEGER NOT NULL,
    rooms INTEGER NOT NULL,
    note TEXT NOT NULL,
    CONSTRAINT pk_room_types PRIMARY KEY (id),
    CONSTRAINT uq_room_types_variant_id_name UNIQUE (variant_id, name),
    CONSTRAINT ck_room_types_named CHECK (name <> ''),
    CONSTRAINT ck_room_types_sleeps_in_range CHECK (sleeps BETWEEN 1 AND 12),
    CONSTRAINT ck_room_types_sleeps_whole CHECK (typeof(sleeps) IN ('integer', 'null')),
    CONSTRAINT ck_room_types_rooms_in_range CHECK (rooms BETWEEN 1 AND 5000),
    CONSTRAINT ck_room_types_rooms_whole CHECK (typeof(rooms) IN ('integer', 'null')),
    CONSTRAINT fk_room_types_variant_id FOREIGN KEY(variant_id) REFERENCES variants (id)
);

-- next
CREATE TABLE entitlements (
    id INTEGER NOT NULL,
    program_id INTEGER NOT NULL,
    rule_version INTEGER NOT NULL,
    employee_id INTEGER NOT NULL,
    subject TEXT NOT NULL,
    variant_id INTEGER,
    place INTEGER NOT NULL,
    line INTEGER,
    state VARCHAR(40) NOT NULL,
    reason TEXT NOT NULL,
    explanation JSON NOT NULL,
    from_id INTEGER,
    created_at DATETIME NOT NULL,
    CONSTRAINT pk_entitlements PRIMARY KEY (id),
    CONSTRAINT uq_entitlements_program_id_subject_employee_id UNIQUE (program_id, subject, employee_id),
    CONSTRAINT uq_entitlements_from_id UNIQUE (from_id),
    CONSTRAINT ck_entitlements_granted_is_of_a_reward CHECK (state NOT IN ('granted', 'used', 'passed_on') OR variant_id IS NOT NULL),
    CONSTRAINT ck_entitlements_alternate_has_a_line CHECK (state <> 'alternate' OR line IS NOT NULL),
    CONSTRAINT ck_entitlements_state_known CHECK (state IN ('alternate', 'granted', 'declined', 'lapsed', 'withdrawn', 'passed_on', 'used')),
    CONSTRAINT ck_entitlements_place_in_range CHECK (place BETWEEN 1 AND 1000000000000),
    CONSTRAINT ck_entitlements_place_whole CHECK (typeof(place) IN ('integer', 'null')),
    CONSTRAINT ck_entitlements_line_in_range CHECK (line BETWEEN 1 AND 1000000000000),
    CONSTRAINT ck_entitlements_line_whole CHECK (typeof(line) IN ('integer', 'null')),
    CONSTRAINT fk_entitlements_employee_id FOREIGN KEY(employee_id) REFERENCES employees (id),
    CONSTRAINT fk_entitlements_variant_id FOREIGN KEY(variant_id) REFERENCES variants (id),
    CONSTRAINT fk_entitlements_from_id FOREIGN KEY(from_id) REFERENCES entitlements (id)
);

-- next
CREATE INDEX ix_entitlements_employee_id ON entitlements (employee_id);

-- next
CREATE INDEX ix_entitlements_line ON entitlements (program_id, state, line);

-- next
CREATE INDEX ix_entitlements_variant_id ON entitlements (variant_id);

-- next
CREATE TABLE program_departments (
    program_id INTEGER NOT NULL,
    department_id INTEGER NOT NULL,
    CONSTRAINT pk_program_departments PRIMARY KEY (program_id, department_id),
    CONSTRAINT fk_program_departments_program_id FOREIGN KEY(program_id) REFERENCES programs (id),
    CONSTRAINT fk_program_departments_department_id FOREIGN KEY(department_id) REFERENCES departments (id)
);

-- next
CREATE TABLE program_rules (
    id INTEGER NOT NULL,
    program_id INTEGER NOT NULL,
    version INTEGER NOT NULL,
    terms JSON NOT NULL,
    claw_back_days INTEGER,
    valid_days INTEGER,
    reason TEXT DEFAULT '' NOT NULL,
    actor_id INTEGER,
    last_award_id INTEGER DEFAULT '0' NOT NULL,
    at DATETIME NOT NULL,
    CONSTRAINT pk_program_rules PRIMARY KEY (id),
    CONSTRAINT uq_program_rules_program_id_version UNIQUE (program_id, version),
    CONSTRAINT ck_program_rules_claw_back_days_in_range CHECK (claw_back_days BETWEEN 0 AND 3660),
    CONSTRAINT ck_program_rules_claw_back_days_whole CHECK (typeof(claw_back_days) IN ('integer', 'null')),
    CONSTRAINT ck_program_rules_valid_days_in_range CHECK (valid_days BETWEEN 1 AND 3660),
    CONSTRAINT ck_program_rules_valid_days_whole CHECK (typeof(valid_days) IN ('integer', 'null')),
    CONSTRAINT fk_program_rules_program_id FOREIGN KEY(program_id) REFERENCES programs (id)
);

-- next
CREATE TRIGGER program_rules_refuses_UPDATE BEFORE UPDATE ON program_rules
BEGIN SELECT RAISE(ABORT, 'program_rules is append-only; a correction is a new row'); END;

-- next
CREATE TRIGGER program_rules_refuses_DELETE BEFORE DELETE ON program_rules
BEGIN SELECT RAISE(ABORT, 'program_rules is append-only; a correction is a new row'); END;

-- next
CREATE TABLE program_progress (
    program_id INTEGER NOT NULL,
    employee_id INTEGER NOT NULL,
    done INTEGER NOT NULL,
    target INTEGER,
    sentence TEXT NOT NULL,
    CONSTRAINT pk_program_progress PRIMARY KEY (program_id, employee_id),
    CONSTRAINT fk_program_progress_program_id FOREIGN KEY(program_id) REFERENCES programs (id),
    CONSTRAINT fk_program_progress_employee_id FOREIGN KEY(employee_id) REFERENCES employees (id)
);

-- next
CREATE INDEX ix_program_progress_employee_id ON program_progress (employee_id);

-- next
CREATE TABLE program_events (
    id INTEGER NOT NULL,
    program_id INTEGER NOT NULL,
    from_state VARCHAR(40),
    to_state VARCHAR(40) NOT NULL,
    actor_id INTEGER,
    reason TEXT NOT NULL,
    last_award_id INTEGER DEFAULT '0' NOT NULL,
    at DATETIME NOT NULL,
    CONSTRAINT pk_program_events PRIMARY KEY (id),
    CONSTRAINT fk_program_events_program_id FOREIGN KEY(program_id) REFERENCES programs (id)
);

-- next
CREATE INDEX ix_program_events_program_id ON program_events (program_id);

-- next
CREATE TRIGGER program_events_refuses_UPDATE BEFORE UPDATE ON program_events
BEGIN SELECT RAISE(ABORT, 'program_events is append-only; a correction is a new row'); END;

-- next
CREATE TRIGGER program_events_refuses_DELETE BEFORE DELETE ON program_events
BEGIN SELECT RAISE(ABORT, 'program_events is append-only; a correction is a new row'); END;

-- next
CREATE TABLE bonuses (
    id INTEGER NOT NULL,
    program_id INTEGER NOT NULL,
    batch TEXT NOT NULL,
    line INTEGER NOT NULL,
    employee_id INTEGER NOT NULL,
    points INTEGER NOT NULL,
    reason TEXT NOT NULL,
    given_by_id INTEGER,
    given_at DATETIME NOT NULL,
    withdrawn_at DATETIME,
    withdrawn_because TEXT DEFAULT '' NOT NULL,
    CONSTRAINT pk_bonuses PRIMARY KEY (id),
    CONSTRAINT uq_bonuses_program_id_batch_line UNIQUE (program_id, batch, line),
    CONSTRAINT ck_bonuses_not_to_self CHECK (given_by_id IS NULL OR given_by_id <> employee_id),
    CONSTRAINT ck_bonuses_withdrawn_with_a_reason CHECK ((withdrawn_at IS NULL) = (withdrawn_because = '')),
    CONSTRAINT ck_bonuses_points_in_range CHECK (points BETWEEN 1 AND 1000000000000),
    CONSTRAINT ck_bonuses_points_whole CHECK (typeof(points) IN ('integer', 'null')),
    CONSTRAINT fk_bonuses_program_id FOREIGN KEY(program_id) REFERENCES programs (id),
    CONSTRAINT fk_bonuses_employee_id FOREIGN KEY(employee_id) REFERENCES employees (id),
    CONSTRAINT fk_bonuses_given_by_id FOREIGN KEY(given_by_id) REFERENCES employees (id)
);

-- next
CREATE INDEX ix_bonuses_employee_id ON bonuses (employee_id);

-- next
CREATE TABLE recognitions (
    id INTEGER NOT NULL,
    giver_id INTEGER,
    program_id INTEGER,
    value_id INTEGER,
    message TEXT NOT NULL,
    points INTEGER NOT NULL,
    period DATE,
    visibility VARCHAR(40) NOT NULL,
    source VARCHAR(40) NOT NULL,
    source_ref TEXT,
    state VARCHAR(40) NOT NULL,
    created_at DATETIME NOT NULL,
    effective_at DATETIME NOT NULL,
    took_effect_at DATETIME,
    CONSTRAINT pk_recognitions PRIMARY KEY (id),
    CONSTRAINT uq_recognitions_id_giver_id UNIQUE (id, giver_id),
    CONSTRAINT uq_recognitions_source_source_ref UNIQUE (source, source_ref),
    CONSTRAINT ck_recognitions_points_in_range CHECK (points BETWEEN 0 AND 1000000000000),
    CONSTRAINT ck_recognitions_points_whole CHECK (typeof(points) IN ('integer', 'null')),
    CONSTRAINT ck_recognitions_source_known CHECK (source IN ('page', 'meeting', 'anniversary', 'birthday')),
    CONSTRAINT ck_recognitions_visibility_known CHECK (visibility IN ('public', 'private')),
    CONSTRAINT ck_recognitions_state_known CHECK (state IN ('standing', 'withdrawn', 'removed')),
    CONSTRAINT ck_recognitions_points_have_a_program CHECK (points = 0 OR program_id IS NOT NULL),
    CONSTRAINT ck_recognitions_message_length CHECK (length(message) BETWEEN 1 AND 500),
    CONSTRAINT ck_recognitions_effective_after_created CHECK (effective_at >= created_at),
    CONSTRAINT fk_recognitions_giver_id FOREIGN KEY(giver_id) REFERENCES employees (id),
    CONSTRAINT fk_recognitions_program_id FOREIGN KEY(program_id) REFERENCES programs (id),
    CONSTRAINT fk_recognitions_value_id FOREIGN KEY(value_id) REFERENCES company_values (id)
);

-- next
CREATE INDEX ix_recognitions_giver ON recognitions (giver_id, created_at);

-- next
CREATE INDEX ix_recognitions_newest ON recognitions (created_at, id);

-- next
CREATE INDEX ix_recognitions_pending ON recognitions (effective_at) WHERE took_effect_at IS NULL;

-- next
CREATE INDEX ix_recognitions_program ON recognitions (program_id, created_at);

-- next
CREATE INDEX ix_recognitions_value_id ON recognitions (value_id);

-- next
CREATE TABLE giving_allowances (
    program_id INTEGER NOT NULL,
    employee_id INTEGER NOT NULL,
    period DATE NOT NULL,
    granted INTEGER NOT NULL,
    used INTEGER NOT NULL,
    CONSTRAINT pk_giving_allowances PRIMARY KEY (program_id, employee_id, period),
    CONSTRAINT ck_giving_allowances_granted_in_range CHECK (granted BETWEEN 0 AND 1000000000000),
    CONSTRAINT ck_giving_allowances_granted_whole CHECK (typeof(granted) IN ('integer', 'null')),
    CONSTRAINT ck_giving_allowances_used_in_range CHECK (used BETWEEN 0 AND 1000000000000),
    CONSTRAINT ck_giving_allowances_used_whole CHECK (typeof(used) IN ('integer', 'null')),
    CONSTRAINT ck_giving_allowances_within_the_allowance CHECK (used <= granted),
    CONSTRAINT fk_giving_allowances_program_id FOREIGN KEY(program_id) REFERENCES programs (id),
    CONSTRAINT fk_giving_allowances_employee_id FOREIGN KEY(employee_id) REFERENCES employees (id)
);

-- next
CREATE TABLE contest_boards (
    program_id INTEGER NOT NULL,
    board VARCHAR(40) NOT NULL,
    competitors INTEGER NOT NULL,
    ranked INTEGER NOT NULL,
    tickets INTEGER NOT NULL,
    updated_at DATETIME NOT NULL,
    CONSTRAINT pk_contest_boards PRIMARY KEY (program_id, board),
    CONSTRAINT fk_contest_boards_program_id FOREIGN KEY(program_id) REFERENCES programs (id)
);

-- next
CREATE TABLE contest_standings (
    program_id INTEGER NOT NULL,
    board VARCHAR(40) NOT NULL,
    position INTEGER NOT NULL,
    competitor TEXT NOT NULL,
    name TEXT NOT NULL,
    department_id INTEGER,
    members INTEGER NOT NULL,
    rank INTEGER,
    place INTEGER,
    figure INTEGER,
    amount INTEGER,
    base INTEGER,
    reached_on DATE,
    CONSTRAINT pk_contest_standings PRIMARY KEY (program_id, board, position),
    CONSTRAINT uq_contest_standings_program_id_board_competitor UNIQUE (program_id, board, competitor),
    CONSTRAINT ck_contest_standings_ranks_by_a_figure CHECK ((rank IS NULL) = (figure IS NULL)),
    CONSTRAINT ck_contest_standings_place_needs_a_rank CHECK (place IS NULL OR rank IS NOT NULL),
    CONSTRAINT ck_contest_standings_position_in_range CHECK (position BETWEEN 1 AND 1000000000000),
    CONSTRAINT ck_contest_standings_position_whole CHECK (typeof(position) IN ('integer', 'null')),
    CONSTRAINT ck_contest_standings_rank_in_range CHECK (rank BETWEEN 1 AND 1000000000000),
    CONSTRAINT ck_contest_standings_rank_whole CHECK (typeof(rank) IN ('integer', 'null')),
    CONSTRAINT ck_contest_standings_place_in_range CHECK (place BETWEEN 1 AND 1000000000000),
    CONSTRAINT ck_contest_standings_place_whole CHECK (typeof(place) IN ('integer', 'null')),
    CONSTRAINT ck_contest_standings_figure_in_range CHECK (figure BETWEEN -10000000000000000 AND 10000000000000000),
    CONSTRAINT ck_contest_standings_figure_whole CHECK (typeof(figure) IN ('integer', 'null')),
    CONSTRAINT fk_contest_standings_program_id FOREIGN KEY(program_id) REFERENCES programs (id)
);

-- next
CREATE INDEX ix_contest_standings_department ON contest_standings (program_id, board, department_id, position);

-- next
CREATE TABLE contest_members (
    program_id INTEGER NOT NULL,
    employee_id INTEGER NOT NULL,
    competitor TEXT NOT NULL,
    CONSTRAINT pk_contest_members PRIMARY KEY (program_id, employee_id, competitor),
    CONSTRAINT fk_contest_members_program_id FOREIGN KEY(program_id) REFERENCES programs (id),
    CONSTRAINT fk_contest_members_employee_id FOREIGN KEY(employee_id) REFERENCES employees (id)
);

-- next
CREATE TABLE contest_teams (
    id INTEGER NOT NULL,
    program_id INTEGER NOT NULL,
    name TEXT NOT NULL,
    CONSTRAINT pk_contest_teams PRIMARY KEY (id),
    CONSTRAINT uq_contest_teams_program_id_name UNIQUE (program_id, name),
    CONSTRAINT ck_contest_teams_named CHECK (name <> ''),
    CONSTRAINT fk_contest_teams_program_id FOREIGN KEY(program_id) REFERENCES programs (id)
);

-- next
CREATE TABLE raffle_seeds (
    program_id INTEGER NOT NULL,
    commitment TEXT NOT NULL,
    sealed BLOB NOT NULL,
    committed_at DATETIME NOT NULL,
    CONSTRAINT pk_raffle_seeds PRIMARY KEY (program_id),
    CONSTRAINT fk_raffle_seeds_program_id FOREIGN KEY(program_id) REFERENCES programs (id)
);

-- next
CREATE TRIGGER raffle_seeds_refuses_UPDATE BEFORE UPDATE ON raffle_seeds
BEGIN SELECT RAISE(ABORT, 'raffle_seeds is append-only; a correction is a new row'); END;

-- next
CREATE TRIGGER raffle_seeds_refuses_DELETE BEFORE DELETE ON raffle_seeds
BEGIN SELECT RAISE(ABORT, 'raffle_seeds is append-only; a correction is a new row'); END;

-- next
CREATE TABLE raffle_lists (
    id INTEGER NOT NULL,
    program_id INTEGER NOT NULL,
    version INTEGER NOT NULL,
    entries INTEGER NOT NULL,
    tickets INTEGER NOT NULL,
    sha256 TEXT NOT NULL,
    file BLOB NOT NULL,
    published_at DATETIME NOT NULL,
    CONSTRAINT pk_raffle_lists PRIMARY KEY (id),
    CONSTRAINT uq_raffle_lists_program_id_version UNIQUE (program_id, version),
    CONSTRAINT ck_raffle_lists_version_in_range CHECK (version BETWEEN 1 AND 1000000000000),
    CONSTRAINT ck_raffle_lists_version_whole CHECK (typeof(version) IN ('integer', 'null')),
    CONSTRAINT ck_raffle_lists_entries_in_range CHECK (entries BETWEEN 0 AND 1000000000000),
    CONSTRAINT ck_raffle_lists_entries_whole CHECK (typeof(entries) IN ('integer', 'null')),
    CONSTRAINT ck_raffle_lists_tickets_in_range CHECK (tickets BETWEEN 0 AND 1000000000000),
    CONSTRAINT ck_raffle_lists_tickets_whole CHECK (typeof(tickets) IN ('integer', 'null')),
    CONSTRAINT fk_raffle_lists_program_id FOREIGN KEY(program_id) REFERENCES programs (id)
);

-- next
CREATE TRIGGER raffle_lists_refuses_UPDATE BEFORE UPDATE ON raffle_lists
BEGIN SELECT RAISE(ABORT, 'raffle_lists is append-only; a correction is a new row'); END;

-- next
CREATE TRIGGER raffle_lists_refuses_DELETE BEFORE DELETE ON raffle_lists
BEGIN SELECT RAISE(ABORT, 'raffle_lists is append-only; a correction is a new row'); END;

-- next
CREATE TABLE goal_sharers (
    program_id INTEGER NOT NULL,
    subject TEXT NOT NULL,
    employee_id INTEGER NOT NULL,
    at DATETIME NOT NULL,
    CONSTRAINT pk_goal_sharers PRIMARY KEY (program_id, subject, employee_id),
    CONSTRAINT fk_goal_sharers_program_id FOREIGN KEY(program_id) REFERENCES programs (id),
    CONSTRAINT fk_goal_sharers_employee_id FOREIGN KEY(employee_id) REFERENCES employees (id)
);

-- next
CREATE INDEX ix_goal_sharers_employee_id ON goal_sharers (employee_id);

-- next
CREATE TRIGGER goal_sharers_refuses_UPDATE BEFORE UPDATE ON goal_sharers
BEGIN SELECT RAISE(ABORT, 'goal_sharers is append-only; a correction is a new row'); END;

-- next
CREATE TRIGGER goal_sharers_refuses_DELETE BEFORE DELETE ON goal_sharers
BEGIN SELECT RAISE(ABORT, 'goal_sharers is append-only; a correction is a new row'); END;

-- next
CREATE TABLE goal_standings (
    program_id INTEGER NOT NULL,
    standing JSON NOT NULL,
    at DATETIME NOT NULL,
    CONSTRAINT pk_goal_standings PRIMARY KEY (program_id),
    CONSTRAINT fk_goal_standings_program_id FOREIGN KEY(program_id) REFERENCES programs (id)
);

-- next
CREATE TABLE path_standings (
    program_id INTEGER NOT NULL,
    employee_id INTEGER NOT NULL,
    reached INTEGER NOT NULL,
    aims INTEGER NOT NULL,
    standing JSON NOT NULL,
    CONSTRAINT pk_path_standings PRIMARY KEY (program_id, employee_id),
    CONSTRAINT ck_path_standings_reached_in_range CHECK (reached BETWEEN 0 AND 1000000000000),
    CONSTRAINT ck_path_standings_reached_whole CHECK (typeof(reached) IN ('integer', 'null')),
    CONSTRAINT ck_path_standings_aims_in_range CHECK (aims BETWEEN 0 AND 1000000000000),
    CONSTRAINT ck_path_standings_aims_whole CHECK (typeof(aims) IN ('integer', 'null')),
    CONSTRAINT fk_path_standings_program_id FOREIGN KEY(program_id) REFERENCES programs (id),
    CONSTRAINT fk_path_standings_employee_id FOREIGN KEY(employee_id) REFERENCES employees (id)
);

-- next
CREATE INDEX ix_path_standings_employee_id ON path_standings (employee_id);

-- next
CREATE TABLE claims (
    id INTEGER NOT NULL,
    reference TEXT NOT NULL,
    program_id INTEGER NOT NULL,
    employee_id INTEGER NOT NULL,
    state VARCHAR(40) NOT NULL,
    claimed TEXT NOT NULL,
    on_day DATE NOT NULL,
    amount INTEGER,
    answers JSON NOT NULL,
    note TEXT DEFAULT '' NOT NULL,
    first_yes_id INTEGER,
    decided_by_id INTEGER,
    submitted_at DATETIME NOT NULL,
    decided_at DATETIME,
    version INTEGER NOT NULL,
    CONSTRAINT pk_claims PRIMARY KEY (id),
    CONSTRAINT ck_claims_state_known CHECK (state IN ('waiting', 'asked', 'second_look', 'approved', 'declined', 'withdrawn', 'taken_back')),
    CONSTRAINT ck_claims_amount_in_range CHECK (amount BETWEEN 1 AND 1000000000000),
    CONSTRAINT ck_claims_amount_whole CHECK (typeof(amount) IN ('integer', 'null')),
    CONSTRAINT ck_claims_version_in_range CHECK (version BETWEEN 1 AND 1000000000000),
    CONSTRAINT ck_claims_version_whole CHECK (typeof(version) IN ('integer', 'null')),
    CONSTRAINT ck_claims_not_by_claimant CHECK (decided_by_id <> employee_id),
    CONSTRAINT ck_claims_no_first_yes_by_claimant CHECK (first_yes_id <> employee_id),
    CONSTRAINT ck_claims_two_people CHECK (state <> 'approved' OR first_yes_id IS NULL OR first_yes_id <> decided_by_id),
    CONSTRAINT uq_claims_reference UNIQUE (reference),
    CONSTRAINT fk_claims_program_id FOREIGN KEY(program_id) REFERENCES programs (id),
    CONSTRAINT fk_claims_employee_id FOREIGN KEY(employee_id) REFERENCES employees (id),
    CONSTRAINT fk_claims_first_yes_id FOREIGN KEY(first_yes_id) REFERENCES employees (id),
    CONSTRAINT fk_claims_decided_by_id FOREIGN KEY(decided_by_id) REFERENCES employees (id)
);

-- next
CREATE INDEX ix_claims_employee_program ON claims (employee_id, program_id);

-- next
CREATE INDEX ix_claims_program_state ON claims (program_id, state, id);

-- next
CREATE TABLE course_claims (
    id INTEGER NOT NULL,
    reference TEXT NOT NULL,
    program_id INTEGER NOT NULL,
    course_id INTEGER NOT NULL,
    employee_id INTEGER NOT NULL,
    state VARCHAR(40) NOT NULL,
    on_day DATE NOT NULL,
    note TEXT DEFAULT '' NOT NULL,
    reason TEXT DEFAULT '' NOT NULL,
    decided_by_id INTEGER,
    submitted_at DATETIME NOT NULL,
    decided_at DATETIME,
    CONSTRAINT pk_course_claims PRIMARY KEY (id),
    CONSTRAINT ck_course_claims_state_known CHECK (state IN ('waiting', 'approved', 'declined', 'taken_back')),
    CONSTRAINT ck_course_claims_not_by_claimant CHECK (decided_by_id <> employee_id),
    CONSTRAINT uq_course_claims_reference UNIQUE (reference),
    CONSTRAINT fk_course_claims_program_id FOREIGN KEY(program_id) REFERENCES programs (id),
    CONSTRAINT fk_course_claims_course_id FOREIGN KEY(course_id) REFERENCES courses (id),
    CONSTRAINT fk_course_claims_employee_id FOREIGN KEY(employee_id) REFERENCES employees (id),
    CONSTRAINT fk_course_claims_decided_by_id FOREIGN KEY(decided_by_id) REFERENCES employees (id)
);

-- next
CREATE INDEX ix_course_claims_employee ON course_claims (employee_id, program_id);

-- next
CREATE INDEX ix_course_claims_program_state ON course_claims (program_id, state, id);

-- next
CREATE TABLE training_badges (
    program_id INTEGER NOT NULL,
    employee_id INTEGER NOT NULL,
    earned_on DATE NOT NULL,
    CONSTRAINT pk_training_badges PRIMARY KEY (program_id, employee_id),
    CONSTRAINT fk_training_badges_program_id FOREIGN KEY(program_id) REFERENCES programs (id),
    CONSTRAINT fk_training_badges_employee_id FOREIGN KEY(employee_id) REFERENCES employees (id)
);

-- next
CREATE INDEX ix_training_badges_employee_id ON training_badges (employee_id);

-- next
CREATE TABLE nomination_rounds (
    id INTEGER NOT NULL,
    program_id INTEGER NOT NULL,
    name TEXT NOT NULL,
    state VARCHAR(40) NOT NULL,
    month DATE,
    opens_on DATE NOT NULL,
    closes_on DATE NOT NULL,
    judged_by DATE NOT NULL,
    is_held_back BOOLEAN NOT NULL,
    created_at DATETIME NOT NULL,
    CONSTRAINT pk_nomination_rounds PRIMARY KEY (id),
    CONSTRAINT uq_nomination_rounds_program_id_name UNIQUE (program_id, name),
    CONSTRAINT uq_nomination_rounds_program_id_month UNIQUE (program_id, month),
    CONSTRAINT ck_nomination_rounds_opens_before_it_closes CHECK (opens_on <= closes_on),
    CONSTRAINT ck_nomination_rounds_closes_before_it_is_judged CHECK (closes_on < judged_by),
    CONSTRAINT ck_nomination_rounds_state_known CHECK (state IN ('draft', 'open', 'judging', 'decided', 'confirmed', 'called_off')),
    CONSTRAINT fk_nomination_rounds_program_id FOREIGN KEY(program_id) REFERENCES programs (id)
);

-- next
CREATE INDEX ix_nomination_rounds_state ON nomination_rounds (state);

-- next
CREATE TABLE moments (
    id INTEGER NOT NULL,
    slug TEXT NOT NULL,
    title TEXT NOT NULL,
    on_day DATE NOT NULL,
    department_id INTEGER NOT NULL,
    program_id INTEGER,
    owner_id INTEGER NOT NULL,
    created_at DATETIME NOT NULL,
    CONSTRAINT pk_moments PRIMARY KEY (id),
    CONSTRAINT ck_moments_title_length CHECK (length(title) BETWEEN 1 AND 80),
    CONSTRAINT uq_moments_slug UNIQUE (slug),
    CONSTRAINT fk_moments_department_id FOREIGN KEY(department_id) REFERENCES departments (id),
    CONSTRAINT fk_moments_program_id FOREIGN KEY(program_id) REFERENCES programs (id),
    CONSTRAINT fk_moments_owner_id FOREIGN KEY(owner_id) REFERENCES employees (id)
);

-- next
CREATE INDEX ix_moments_department_id ON moments (department_id);

-- next
CREATE INDEX ix_moments_on_day ON moments (on_day);

-- next
CREATE TABLE trip_waves (
    id INTEGER NOT NULL,
    variant_id INTEGER NOT NULL,
    name TEXT NOT NULL,
    made_by_id INTEGER NOT NULL,
    made_at DATETIME NOT NULL,
    CONSTRAINT pk_trip_waves PRIMARY KEY (id),
    CONSTRAINT ck_trip_waves_named CHECK (name <> ''),
    CONSTRAINT fk_trip_waves_variant_id FOREIGN KEY(variant_id) REFERENCES variants (id),
    CONSTRAINT fk_trip_waves_made_by_id FOREIGN KEY(made_by_id) REFERENCES employees (id)
);

-- next
CREATE INDEX ix_trip_waves_variant_id ON trip_waves (variant_id);

-- next
CREATE TABLE basket_items (
    id INTEGER NOT NULL,
    employee_id INTEGER NOT NULL,
    variant_id INTEGER NOT NULL,
    amount_minor INTEGER NOT NULL,
    quantity INTEGER NOT NULL,
    name TEXT NOT NULL,
    seen_points INTEGER NOT NULL,
    seen_promise TEXT NOT NULL,
    added_at DATETIME NOT NULL,
    CONSTRAINT pk_basket_items PRIMARY KEY (id),
    CONSTRAINT uq_basket_items_employee_id_variant_id_amount_minor UNIQUE (employee_id, variant_id, amount_minor),
    CONSTRAINT ck_basket_items_amount_minor_in_range CHECK (amount_minor BETWEEN 0 AND 1000000000000),
    CONSTRAINT ck_basket_items_amount_minor_whole CHECK (typeof(amount_minor) IN ('integer', 'null')),
    CONSTRAINT ck_basket_items_quantity_in_range CHECK (quantity BETWEEN 1 AND 10),
    CONSTRAINT ck_basket_items_quantity_whole CHECK (typeof(quantity) IN ('integer', 'null')),
    CONSTRAINT ck_basket_items_seen_points_in_range CHECK (seen_points BETWEEN 1 AND 1000000000000),
    CONSTRAINT ck_basket_items_seen_points_whole CHECK (typeof(seen_points) IN ('integer', 'null')),
    CONSTRAINT fk_basket_items_employee_id FOREIGN KEY(employee_id) REFERENCES employees (id),
    CONSTRAINT fk_basket_items_variant_id FOREIGN KEY(variant_id) REFERENCES variants (id)
);

-- next
CREATE INDEX ix_basket_items_variant_id ON basket_items (variant_id);

-- next
CREATE TABLE code_pools (
    id INTEGER NOT NULL,
    variant_id INTEGER NOT NULL,
    low_at INTEGER NOT NULL,
    guard_days INTEGER NOT NULL,
    how TEXT DEFAULT '' NOT NULL,
    owed INTEGER DEFAULT '0' NOT NULL,
    elsewhere INTEGER DEFAULT '0' NOT NULL,
    low_since DATETIME,
    opened_by_id INTEGER,
    opened_at DATETIME NOT NULL,
    CONSTRAINT pk_code_pools PRIMARY KEY (id),
    CONSTRAINT ck_code_pools_low_at_in_range CHECK (low_at BETWEEN 0 AND 100000),
    CONSTRAINT ck_code_pools_low_at_whole CHECK (typeof(low_at) IN ('integer', 'null')),
    CONSTRAINT ck_code_pools_guard_days_in_range CHECK (guard_days BETWEEN 0 AND 366),
    CONSTRAINT ck_code_pools_guard_days_whole CHECK (typeof(guard_days) IN ('integer', 'null')),
    CONSTRAINT ck_code_pools_owed_in_range CHECK (owed BETWEEN 0 AND 1000000000000),
    CONSTRAINT ck_code_pools_owed_whole CHECK (typeof(owed) IN ('integer', 'null')),
    CONSTRAINT ck_code_pools_elsewhere_in_range CHECK (elsewhere BETWEEN 0 AND 1000000000000),
    CONSTRAINT ck_code_pools_elsewhere_whole CHECK (typeof(elsewhere) IN ('integer', 'null')),
    CONSTRAINT uq_code_pools_variant_id UNIQUE (variant_id),
    CONSTRAINT fk_code_pools_variant_id FOREIGN KEY(variant_id) REFERENCES variants (id),
    CONSTRAINT fk_code_pools_opened_by_id FOREIGN KEY(opened_by_id) REFERENCES employees (id)
);

-- next
CREATE TABLE reconciled_differences (
    id INTEGER NOT NULL,
    reconciliation_id INTEGER NOT NULL,
    kind VARCHAR(40) NOT NULL,
    client_ref TEXT NOT NULL,
    provider_ref TEXT NOT NULL,
    here TEXT NOT NULL,
    there TEXT NOT NULL,
    CONSTRAINT pk_reconciled_differences PRIMARY KEY (id),
    CONSTRAINT fk_reconciled_differences_reconciliation_id FOREIGN KEY(reconciliation_id) REFERENCES reconciliations (id)
);

-- next
CREATE INDEX ix_reconciled_differences_reconciliation_id ON reconciled_differences (reconciliation_id);

-- next
CREATE TRIGGER reconciled_differences_refuses_UPDATE BEFORE UPDATE ON reconciled_differences
BEGIN SELECT RAISE(ABORT, 'reconciled_differences is append-only; a correction is a new row'); END;

-- next
CREATE TRIGGER reconciled_differences_refuses_DELETE BEFORE DELETE ON reconciled_differences
BEGIN SELECT RAISE(ABORT, 'reconciled_differences is append-only; a correction is a new row'); END;

-- next
CREATE TABLE trip_costs (
    id INTEGER NOT NULL,
    variant_id INTEGER NOT NULL,
    kind VARCHAR(40) NOT NULL,
    basis VARCHAR(40) NOT NULL,
    amount_minor INTEGER NOT NULL,
    units INTEGER,
    currency TEXT NOT NULL,
    note TEXT NOT NULL,
    CONSTRAINT pk_trip_costs PRIMARY KEY (id),
    CONSTRAINT ck_trip_costs_kind_known CHECK (kind IN ('hotel', 'flights', 'activities', 'other')),
    CONSTRAINT ck_trip_costs_basis_known CHECK (basis IN ('whole', 'person', 'room')),
    CONSTRAINT ck_trip_costs_amount_minor_in_range CHECK (amount_minor BETWEEN 1 AND 1000000000000),
    CONSTRAINT ck_trip_costs_amount_minor_whole CHECK (typeof(amount_minor) IN ('integer', 'null')),
    CONSTRAINT ck_trip_costs_units_in_range CHECK (units BETWEEN 1 AND 5000),
    CONSTRAINT ck_trip_costs_units_whole CHECK (typeof(units) IN ('integer', 'null')),
    CONSTRAINT ck_trip_costs_the_whole_is_once CHECK (basis <> 'whole' OR units = 1),
    CONSTRAINT ck_trip_costs_rooms_are_counted CHECK (basis <> 'room' OR units IS NOT NULL),
    CONSTRAINT fk_trip_costs_variant_id FOREIGN KEY(variant_id) REFERENCES variants (id)
);

-- next
CREATE INDEX ix_trip_costs_variant_id ON trip_costs (variant_id);

-- next
CREATE TABLE trip_galleries (
    variant_id INTEGER NOT NULL,
    address TEXT NOT NULL,
    CONSTRAINT pk_trip_galleries PRIMARY KEY (variant_id),
    CONSTRAINT fk_trip_galleries_variant_id FOREIGN KEY(variant_id) REFERENCES variants (id)
);

-- next
CREATE TABLE trip_surveys_taken (
    variant_id INTEGER NOT NULL,
    employee_id INTEGER NOT NULL,
    CONSTRAINT pk_trip_surveys_taken PRIMARY KEY (variant_id, employee_id),
    CONSTRAINT fk_trip_surveys_taken_variant_id FOREIGN KEY(variant_id) REFERENCES variants (id),
    CONSTRAINT fk_trip_surveys_taken_employee_id FOREIGN KEY(employee_id) REFERENCES employees (id)
);

-- next
CREATE INDEX ix_trip_surveys_taken_employee_id ON trip_surveys_taken (employee_id);

-- next
CREATE TRIGGER trip_surveys_taken_refuses_UPDATE BEFORE UPDATE ON trip_surveys_taken
BEGIN SELECT RAISE(ABORT, 'trip_surveys_taken is append-only; a correction is a new row'); END;

-- next
CREATE TRIGGER trip_surveys_taken_refuses_DELETE BEFORE DELETE ON trip_surveys_taken
BEGIN SELECT RAISE(ABORT, 'trip_surveys_taken is append-only; a correction is a new row'); END;

-- next
CREATE TABLE trip_survey_answers (
    "key" TEXT NOT NULL,
    variant_id INTEGER NOT NULL,
    said JSON NOT NULL,
    CONSTRAINT pk_trip_survey_answers PRIMARY KEY ("key"),
    CONSTRAINT fk_trip_survey_answers_variant_id FOREIGN KEY(variant_id) REFERENCES variants (id)
);

-- next
CREATE INDEX ix_trip_survey_answers_variant_id ON trip_survey_answers (variant_id);

-- next
CREATE TRIGGER trip_survey_answers_refuses_UPDATE BEFORE UPDATE ON trip_survey_answers
BEGIN SELECT RAISE(ABORT, 'trip_survey_answers is append-only; a correction is a new row'); END;

-- next
CREATE TRIGGER trip_survey_answers_refuses_DELETE BEFORE DELETE ON trip_survey_answers
BEGIN SELECT RAISE(ABORT, 'trip_survey_answers is append-only; a correction is a new row'); END;

-- next
CREATE TABLE trip_contacts (
    id INTEGER NOT NULL,
    variant_id INTEGER NOT NULL,
    name TEXT NOT NULL,
    role TEXT NOT NULL,
    phone TEXT NOT NULL,
    email TEXT NOT NULL,
    is_emergency BOOLEAN NOT NULL,
    CONSTRAINT pk_trip_contacts PRIMARY KEY (id),
    CONSTRAINT uq_trip_contacts_variant_id_name UNIQUE (variant_id, name),
    CONSTRAINT ck_trip_contacts_named CHECK (name <> ''),
    CONSTRAINT ck_trip_contacts_reachable CHECK (phone <> '' OR email <> ''),
    CONSTRAINT ck_trip_contacts_emergencies_by_telephone CHECK (NOT is_emergency OR phone <> ''),
    CONSTRAINT fk_trip_contacts_variant_id FOREIGN KEY(variant_id) REFERENCES variants (id)
);

-- next
CREATE TABLE activity_seeds (
    variant_id INTEGER NOT NULL,
    commitment TEXT NOT NULL,
    sealed BLOB NOT NULL,
    committed_at DATETIME NOT NULL,
    CONSTRAINT pk_activity_seeds PRIMARY KEY (variant_id),
    CONSTRAINT fk_activity_seeds_variant_id FOREIGN KEY(variant_id) REFERENCES variants (id)
);

-- next
CREATE TRIGGER activity_seeds_refuses_UPDATE BEFORE UPDATE ON activity_seeds
BEGIN SELECT RAISE(ABORT, 'activity_seeds is append-only; a correction is a new row'); END;

-- next
CREATE TRIGGER activity_seeds_refuses_DELETE BEFORE DELETE ON activity_seeds
BEGIN SELECT RAISE(ABORT, 'activity_seeds is append-only; a correction is a new row'); END;

-- next
CREATE TABLE activity_draws (
    id INTEGER NOT NULL,
    variant_id INTEGER NOT NULL,
    file BLOB NOT NULL,
    sha256 TEXT NOT NULL,
    seed TEXT NOT NULL,
    entries INTEGER NOT NULL,
    places INTEGER NOT NULL,
    drawn_by_id INTEGER,
    drawn_at DATETIME NOT NULL,
    CONSTRAINT pk_activity_draws PRIMARY KEY (id),
    CONSTRAINT ck_activity_draws_entries_in_range CHECK (entries BETWEEN 0 AND 1000000000000),
    CONSTRAINT ck_activity_draws_entries_whole CHECK (typeof(entries) IN ('integer', 'null')),
    CONSTRAINT ck_activity_draws_places_in_range CHECK (places BETWEEN 0 AND 1000000000000),
    CONSTRAINT ck_activity_draws_places_whole CHECK (typeof(places) IN ('integer', 'null')),
    CONSTRAINT uq_activity_draws_variant_id UNIQUE (variant_id),
    CONSTRAINT fk_activity_draws_variant_id FOREIGN KEY(variant_id) REFERENCES variants (id),
    CONSTRAINT fk_activity_draws_drawn_by_id FOREIGN KEY(drawn_by_id) REFERENCES employees (id)
);

-- next
CREATE TRIGGER activity_draws_refuses_UPDATE BEFORE UPDATE ON activity_draws
BEGIN SELECT RAISE(ABORT, 'activity_draws is append-only; a correction is a new row'); END;

-- next
CREATE TRIGGER activity_draws_refuses_DELETE BEFORE DELETE ON activity_draws
BEGIN SELECT RAISE(ABORT, 'activity_draws is append-only; a correction is a new row'); END;

-- next
CREATE TABLE rooming_deeds (
    id INTEGER NOT NULL,
    variant_id INTEGER NOT NULL,
    actor_id INTEGER,
    words TEXT NOT NULL,
    moves JSON NOT NULL,
    undoes_id INTEGER,
    at DATETIME NOT NULL,
    CONSTRAINT pk_rooming_deeds PRIMARY KEY (id),
    CONSTRAINT fk_rooming_deeds_variant_id FOREIGN KEY(variant_id) REFERENCES variants (id),
    CONSTRAINT fk_rooming_deeds_actor_id FOREIGN KEY(actor_id) REFERENCES employees (id),
    CONSTRAINT uq_rooming_deeds_undoes_id UNIQUE (undoes_id),
    CONSTRAINT fk_rooming_deeds_undoes_id FOREIGN KEY(undoes_id) REFERENCES rooming_deeds (id)
);

-- next
CREATE INDEX ix_rooming_deeds_variant_id ON rooming_deeds (variant_id);

-- next
CREATE TRIGGER rooming_deeds_refuses_UPDATE BEFORE UPDATE ON rooming_deeds
BEGIN SELECT RAISE(ABORT, 'rooming_deeds is append-only; a correction is a new row'); END;

-- next
CREATE TRIGGER rooming_deeds_refuses_DELETE BEFORE DELETE ON rooming_deeds
BEGIN SELECT RAISE(ABORT, 'rooming_deeds is append-only; a correction is a new row'); END;

-- next
CREATE TABLE registration_deadlines (
    variant_id INTEGER NOT NULL,
    section VARCHAR(40) NOT NULL,
    due_on DATE NOT NULL,
    CONSTRAINT pk_registration_deadlines PRIMARY KEY (variant_id, section),
    CONSTRAINT ck_registration_deadlines_section_known CHECK (section IN ('traveler', 'documents', 'travel', 'room', 'needs', 'activities')),
    CONSTRAINT fk_registration_deadlines_variant_id FOREIGN KEY(variant_id) REFERENCES variants (id)
);

-- next
CREATE TABLE canceled_departures (
    variant_id INTEGER NOT NULL,
    reason TEXT NOT NULL,
    trade VARCHAR(40) NOT NULL,
    trade_points INTEGER,
    budget_id INTEGER,
    later_variant_id INTEGER,
    people INTEGER NOT NULL,
    canceled_by_id INTEGER,
    canceled_at DATETIME NOT NULL,
    finished_at DATETIME,
    CONSTRAINT pk_canceled_departures PRIMARY KEY (variant_id),
    CONSTRAINT ck_canceled_departures_says_why CHECK (reason <> ''),
    CONSTRAINT ck_canceled_departures_trade_known CHECK (trade IN ('nothing', 'points', 'package', 'later')),
    CONSTRAINT ck_canceled_departures_no_package CHECK (trade <> 'package'),
    CONSTRAINT ck_canceled_departures_points_from_a_budget CHECK ((trade = 'points') = (trade_points IS NOT NULL AND budget_id IS NOT NULL)),
    CONSTRAINT ck_canceled_departures_later_on_a_departure CHECK ((trade = 'later') = (later_variant_id IS NOT NULL)),
    CONSTRAINT ck_canceled_departures_trade_points_in_range CHECK (trade_points BETWEEN 1 AND 1000000000000),
    CONSTRAINT ck_canceled_departures_trade_points_whole CHECK (typeof(trade_points) IN ('integer', 'null')),
    CONSTRAINT ck_canceled_departures_people_in_range CHECK (people BETWEEN 0 AND 1000000000000),
    CONSTRAINT ck_canceled_departures_people_whole CHECK (typeof(people) IN ('integer', 'null')),
    CONSTRAINT fk_canceled_departures_variant_id FOREIGN KEY(variant_id) REFERENCES variants (id),
    CONSTRAINT fk_canceled_departures_budget_id FOREIGN KEY(budget_id) REFERENCES budgets (id),
    CONSTRAINT fk_canceled_departures_later_variant_id FOREIGN KEY(later_variant_id) REFERENCES variants (id),
    CONSTRAINT fk_canceled_departures_canceled_by_id FOREIGN KEY(canceled_by_id) REFERENCES employees (id)
);

-- next
CREATE TABLE trip_handovers (
    id INTEGER NOT NULL,
    variant_id INTEGER NOT NULL,
    kind VARCHAR(40) NOT NULL,
    file_kind VARCHAR(40) NOT NULL,
    receiver TEXT NOT NULL,
    reason TEXT NOT NULL,
    fields JSON NOT NULL,
    rows INTEGER NOT NULL,
    people INTEGER NOT NULL,
    is_latin BOOLEAN NOT NULL,
    digest TEXT NOT NULL,
    actor_id INTEGER,
    at DATETIME NOT NULL,
    CONSTRAINT pk_trip_handovers PRIMARY KEY (id),
    CONSTRAINT ck_trip_handovers_kind_known CHECK (kind IN ('rooming', 'meals', 'flights', 'transfers', 'activities', 'run_sheet')),
    CONSTRAINT ck_trip_handovers_file_kind_known CHECK (file_kind IN ('xlsx', 'csv')),
    CONSTRAINT ck_trip_handovers_rows_in_range CHECK (rows BETWEEN 0 AND 1000000000000),
    CONSTRAINT ck_trip_handovers_rows_whole CHECK (typeof(rows) IN ('integer', 'null')),
    CONSTRAINT ck_trip_handovers_people_in_range CHECK (people BETWEEN 0 AND 1000000000000),
    CONSTRAINT ck_trip_handovers_people_whole CHECK (typeof(people) IN ('integer', 'null')),
    CONSTRAINT ck_trip_handovers_to_somebody CHECK (receiver <> ''),
    CONSTRAINT fk_trip_handovers_variant_id FOREIGN KEY(variant_id) REFERENCES variants (id),
    CONSTRAINT fk_trip_handovers_actor_id FOREIGN KEY(actor_id) REFERENCES employees (id)
);

-- next
CREATE INDEX ix_trip_handovers_departure ON trip_handovers (variant_id, kind);

-- next
CREATE TRIGGER trip_handovers_refuses_UPDATE BEFORE UPDATE ON trip_handovers
BEGIN SELECT RAISE(ABORT, 'trip_handovers is append-only; a correction is a new row'); END;

-- next
CREATE TRIGGER trip_handovers_refuses_DELETE BEFORE DELETE ON trip_handovers
BEGIN SELECT RAISE(ABORT, 'trip_handovers is append-only; a correction is a new row'); END;

-- next
CREATE TABLE trip_messages (
    id INTEGER NOT NULL,
    variant_id INTEGER NOT NULL,
    audience TEXT NOT NULL,
    subject TEXT NOT NULL,
    text TEXT NOT NULL,
    send_at DATETIME NOT NULL,
    state VARCHAR(40) NOT NULL,
    made_by_id INTEGER,
    made_at DATETIME NOT NULL,
    version INTEGER DEFAULT '1' NOT NULL,
    CONSTRAINT pk_trip_messages PRIMARY KEY (id),
    CONSTRAINT ck_trip_messages_state_known CHECK (state IN ('planned', 'sending', 'sent', 'cancelled')),
    CONSTRAINT ck_trip_messages_says_something CHECK (subject <> '' AND text <> ''),
    CONSTRAINT ck_trip_messages_version_in_range CHECK (version BETWEEN 1 AND 1000000000000),
    CONSTRAINT ck_trip_messages_version_whole CHECK (typeof(version) IN ('integer', 'null')),
    CONSTRAINT fk_trip_messages_variant_id FOREIGN KEY(variant_id) REFERENCES variants (id),
    CONSTRAINT fk_trip_messages_made_by_id FOREIGN KEY(made_by_id) REFERENCES employees (id)
);

-- next
CREATE INDEX ix_trip_messages_due ON trip_messages (state, send_at);

-- next
CREATE INDEX ix_trip_messages_variant_id ON trip_messages (variant_id);

-- next
CREATE TABLE provider_items (
    id INTEGER NOT NULL,
    provider_id INTEGER NOT NULL,
    brand_id INTEGER NOT NULL,
    synced_reward_id INTEGER NOT NULL,
    sku TEXT NOT NULL,
    name TEXT NOT NULL,
    is_donation BOOLEAN NOT NULL,
    currency TEXT NOT NULL,
    low_minor INTEGER NOT NULL,
    high_minor INTEGER NOT NULL,
    step_minor INTEGER,
    countries JSON NOT NULL,
    capabilities JSON NOT NULL,
    is_available BOOLEAN NOT NULL,
    is_readable BOOLEAN DEFAULT 1 NOT NULL,
    problem TEXT DEFAULT '' NOT NULL,
    gone_at DATETIME,
    first_seen_at DATETIME NOT NULL,
    variant_id INTEGER,
    given_points INTEGER,
    given_on_sale BOOLEAN DEFAULT 0 NOT NULL,
    CONSTRAINT pk_provider_items PRIMARY KEY (id),
    CONSTRAINT uq_provider_items_provider_id_sku UNIQUE (provider_id, sku),
    CONSTRAINT ck_provider_items_low_to_high CHECK (low_minor <= high_minor),
    CONSTRAINT ck_provider_items_low_minor_in_range CHECK (low_minor BETWEEN 1 AND 1000000000000),
    CONSTRAINT ck_provider_items_low_minor_whole CHECK (typeof(low_minor) IN ('integer', 'null')),
    CONSTRAINT ck_provider_items_high_minor_in_range CHECK (high_minor BETWEEN 1 AND 1000000000000),
    CONSTRAINT ck_provider_items_high_minor_whole CHECK (typeof(high_minor) IN ('integer', 'null')),
    CONSTRAINT ck_provider_items_given_points_in_range CHECK (given_points BETWEEN 1 AND 1000000000000),
    CONSTRAINT ck_provider_items_given_points_whole CHECK (typeof(given_points) IN ('integer', 'null')),
    CONSTRAINT fk_provider_items_provider_id FOREIGN KEY(provider_id) REFERENCES providers (id),
    CONSTRAINT fk_provider_items_brand_id FOREIGN KEY(brand_id) REFERENCES provider_brands (id),
    CONSTRAINT fk_provider_items_synced_reward_id FOREIGN KEY(synced_reward_id) REFERENCES provider_rewards (id),
    CONSTRAINT uq_provider_items_variant_id UNIQUE (variant_id),
    CONSTRAINT fk_provider_items_variant_id FOREIGN KEY(variant_id) REFERENCES variants (id)
);

-- next
CREATE INDEX ix_provider_items_brand ON provider_items (brand_id, id);

-- next
CREATE INDEX ix_provider_items_reward ON provider_items (synced_reward_id, id);

-- next
CREATE TABLE provider_changes (
    id INTEGER NOT NULL,
    sync_id INTEGER NOT NULL,
    kind VARCHAR(40) NOT NULL,
    sku TEXT NOT NULL,
    name TEXT NOT NULL,
    "before" TEXT DEFAULT '' NOT NULL,
    "after" TEXT DEFAULT '' NOT NULL,
    synced_reward_id INTEGER,
    at DATETIME NOT NULL,
    CONSTRAINT pk_provider_changes PRIMARY KEY (id),
    CONSTRAINT uq_provider_changes_sync_id_sku_kind UNIQUE (sync_id, sku, kind),
    CONSTRAINT fk_provider_changes_sync_id FOREIGN KEY(sync_id) REFERENCES provider_syncs (id),
    CONSTRAINT fk_provider_changes_synced_reward_id FOREIGN KEY(synced_reward_id) REFERENCES provider_rewards (id)
);

-- next
CREATE TRIGGER provider_changes_refuses_UPDATE BEFORE UPDATE ON provider_changes
BEGIN SELECT RAISE(ABORT, 'provider_changes is append-only; a correction is a new row'); END;

-- next
CREATE TRIGGER provider_changes_refuses_DELETE BEFORE DELETE ON provider_changes
BEGIN SELECT RAISE(ABORT, 'provider_changes is append-only; a correction is a new row'); END;

-- next
CREATE TABLE entitlement_events (
    id INTEGER NOT NULL,
    entitlement_id INTEGER NOT NULL,
    from_state VARCHAR(40),
    to_state VARCHAR(40) NOT NULL,
    actor_id INTEGER,
    reason TEXT NOT NULL,
    at DATETIME NOT NULL,
    CONSTRAINT pk_entitlement_events PRIMARY KEY (id),
    CONSTRAINT fk_entitlement_events_entitlement_id FOREIGN KEY(entitlement_id) REFERENCES entitlements (id),
    CONSTRAINT fk_entitlement_events_actor_id FOREIGN KEY(actor_id) REFERENCES employees (id)
);

-- next
CREATE INDEX ix_entitlement_events_entitlement_id ON entitlement_events (entitlement_id);

-- next
CREATE TRIGGER entitlement_events_refuses_UPDATE BEFORE UPDATE ON entitlement_events
BEGIN SELECT RAISE(ABORT, 'entitlement_events is append-only; a correction is a new row'); END;

-- next
CREATE TRIGGER entitlement_events_refuses_DELETE BEFORE DELETE ON entitlement_events
BEGIN SELECT RAISE(ABORT, 'entitlement_events is append-only; a correction is a new row'); END;

-- next
CREATE TABLE rule_metrics (
    rule_id INTEGER NOT NULL,
    metric_id INTEGER NOT NULL,
    CONSTRAINT pk_rule_metrics PRIMARY KEY (rule_id, metric_id),
    CONSTRAINT fk_rule_metrics_rule_id FOREIGN KEY(rule_id) REFERENCES program_rules (id),
    CONSTRAINT fk_rule_metrics_metric_id FOREIGN KEY(metric_id) REFERENCES metrics (id)
);

-- next
CREATE INDEX ix_rule_metrics_metric_id ON rule_metrics (metric_id);

-- next
CREATE TRIGGER rule_metrics_refuses_UPDATE BEFORE UPDATE ON rule_metrics
BEGIN SELECT RAISE(ABORT, 'rule_metrics is append-only; a correction is a new row'); END;

-- next
CREATE TRIGGER rule_metrics_refuses_DELETE BEFORE DELETE ON rule_metrics
BEGIN SELECT RAISE(ABORT, 'rule_metrics is append-only; a correction is a new row'); END;

-- next
CREATE TABLE recognition_recipients (
    recognition_id INTEGER NOT NULL,
    employee_id INTEGER NOT NULL,
    giver_id INTEGER,
    showing VARCHAR(40) NOT NULL,
    CONSTRAINT pk_recognition_recipients PRIMARY KEY (recognition_id, employee_id),
    CONSTRAINT fk_recognition_recipients_recognition_id_giver_id FOREIGN KEY(recognition_id, giver_id) REFERENCES recognitions (id, giver_id),
    CONSTRAINT ck_recognition_recipients_not_oneself CHECK (giver_id IS NULL OR giver_id <> employee_id),
    CONSTRAINT ck_recognition_recipients_showing_known CHECK (showing IN ('shown', 'hidden', 'asked')),
    CONSTRAINT fk_recognition_recipients_recognition_id FOREIGN KEY(recognition_id) REFERENCES recognitions (id),
    CONSTRAINT fk_recognition_recipients_employee_id FOREIGN KEY(employee_id) REFERENCES employees (id)
);

-- next
CREATE INDEX ix_recognition_recipients_employee ON recognition_recipients (employee_id, giver_id);

-- next
CREATE TABLE recognition_events (
    id INTEGER NOT NULL,
    recognition_id INTEGER NOT NULL,
    state VARCHAR(40) NOT NULL,
    actor_id INTEGER,
    reason TEXT NOT NULL,
    at DATETIME NOT NULL,
    CONSTRAINT pk_recognition_events PRIMARY KEY (id),
    CONSTRAINT fk_recognition_events_recognition_id FOREIGN KEY(recognition_id) REFERENCES recognitions (id),
    CONSTRAINT fk_recognition_events_actor_id FOREIGN KEY(actor_id) REFERENCES employees (id)
);

-- next
CREATE INDEX ix_recognition_events_recognition_id ON recognition_events (recognition_id);

-- next
CREATE TRIGGER recognition_events_refuses_UPDATE BEFORE UPDATE ON recognition_events
BEGIN SELECT RAISE(ABORT, 'recognition_events is append-only; a correction is a new row'); END;

-- next
CREATE TRIGGER recognition_events_refuses_DELETE BEFORE DELETE ON recognition_events
BEGIN SELECT RAISE(ABORT, 'recognition_events is append-only; a correction is a new row'); END;

-- next
CREATE TABLE recognition_applause (
    recognition_id INTEGER NOT NULL,
    employee_id INTEGER NOT NULL,
    at DATETIME NOT NULL,
    CONSTRAINT pk_recognition_applause PRIMARY KEY (recognition_id, employee_id),
    CONSTRAINT fk_recognition_applause_recognition_id FOREIGN KEY(recognition_id) REFERENCES recognitions (id),
    CONSTRAINT fk_recognition_applause_employee_id FOREIGN KEY(employee_id) REFERENCES employees (id)
);

-- next
CREATE TABLE giving_notes (
    id INTEGER NOT NULL,
    recognition_id INTEGER NOT NULL,
    recipient_id INTEGER NOT NULL,
    watched VARCHAR(40) NOT NULL,
    mode VARCHAR(40) NOT NULL,
    numbers JSON NOT NULL,
    reason TEXT NOT NULL,
    at DATETIME NOT NULL,
    CONSTRAINT pk_giving_notes PRIMARY KEY (id),
    CONSTRAINT ck_giving_notes_watched_known CHECK (watched IN ('reciprocity', 'repetition', 'distribution', 'cap')),
    CONSTRAINT ck_giving_notes_mode_known CHECK (mode IN ('observe', 'advise', 'restrict')),
    CONSTRAINT fk_giving_notes_recognition_id FOREIGN KEY(recognition_id) REFERENCES recognitions (id),
    CONSTRAINT fk_giving_notes_recipient_id FOREIGN KEY(recipient_id) REFERENCES employees (id)
);

-- next
CREATE INDEX ix_giving_notes_recognition_id ON giving_notes (recognition_id);

-- next
CREATE TRIGGER giving_notes_refuses_UPDATE BEFORE UPDATE ON giving_notes
BEGIN SELECT RAISE(ABORT, 'giving_notes is append-only; a correction is a new row'); END;

-- next
CREATE TRIGGER giving_notes_refuses_DELETE BEFORE DELETE ON giving_notes
BEGIN SELECT RAISE(ABORT, 'giving_notes is append-only; a correction is a new row'); END;

-- next
CREATE TABLE contest_team_members (
    program_id INTEGER NOT NULL,
    employee_id INTEGER NOT NULL,
    team_id INTEGER NOT NULL,
    CONSTRAINT pk_contest_team_members PRIMARY KEY (program_id, employee_id),
    CONSTRAINT fk_contest_team_members_program_id FOREIGN KEY(program_id) REFERENCES programs (id),
    CONSTRAINT fk_contest_team_members_employee_id FOREIGN KEY(employee_id) REFERENCES employees (id),
    CONSTRAINT fk_contest_team_members_team_id FOREIGN KEY(team_id) REFERENCES contest_teams (id)
);

-- next
CREATE INDEX ix_contest_team_members_employee_id ON contest_team_members (employee_id);

-- next
CREATE INDEX ix_contest_team_members_team_id ON contest_team_members (team_id);

-- next
CREATE TABLE raffle_entries (
    list_id INTEGER NOT NULL,
    entry INTEGER NOT NULL,
    competitor TEXT NOT NULL,
    name TEXT NOT NULL,
    tickets INTEGER NOT NULL,
    CONSTRAINT pk_raffle_entries PRIMARY KEY (list_id, entry),
    CONSTRAINT uq_raffle_entries_list_id_competitor UNIQUE (list_id, competitor),
    CONSTRAINT ck_raffle_entries_tickets_in_range CHECK (tickets BETWEEN 1 AND 1000000000000),
    CONSTRAINT ck_raffle_entries_tickets_whole CHECK (typeof(tickets) IN ('integer', 'null')),
    CONSTRAINT fk_raffle_entries_list_id FOREIGN KEY(list_id) REFERENCES raffle_lists (id)
);

-- next
CREATE TRIGGER raffle_entries_refuses_UPDATE BEFORE UPDATE ON raffle_entries
BEGIN SELECT RAISE(ABORT, 'raffle_entries is append-only; a correction is a new row'); END;

-- next
CREATE TRIGGER raffle_entries_refuses_DELETE BEFORE DELETE ON raffle_entries
BEGIN SELECT RAISE(ABORT, 'raffle_entries is append-only; a correction is a new row'); END;

-- next
CREATE TABLE raffle_draws (
    program_id INTEGER NOT NULL,
    list_id INTEGER NOT NULL,
    seed TEXT NOT NULL,
    drawn_at DATETIME NOT NULL,
    CONSTRAINT pk_raffle_draws PRIMARY KEY (program_id),
    CONSTRAINT fk_raffle_draws_program_id FOREIGN KEY(program_id) REFERENCES programs (id),
    CONSTRAINT fk_raffle_draws_list_id FOREIGN KEY(list_id) REFERENCES raffle_lists (id)
);

-- next
CREATE TRIGGER raffle_draws_refuses_UPDATE BEFORE UPDATE ON raffle_draws
BEGIN SELECT RAISE(ABORT, 'raffle_draws is append-only; a correction is a new row'); END;

-- next
CREATE TRIGGER raffle_draws_refuses_DELETE BEFORE DELETE ON raffle_draws
BEGIN SELECT RAISE(ABORT, 'raffle_draws is append-only; a correction is a new row'); END;

-- next
CREATE TABLE claimed_references (
    program_id INTEGER NOT NULL,
    normal TEXT NOT NULL,
    claim_id INTEGER NOT NULL,
    CONSTRAINT pk_claimed_references PRIMARY KEY (program_id, normal),
    CONSTRAINT fk_claimed_references_program_id FOREIGN KEY(program_id) REFERENCES programs (id),
    CONSTRAINT uq_claimed_references_claim_id UNIQUE (claim_id),
    CONSTRAINT fk_claimed_references_claim_id FOREIGN KEY(claim_id) REFERENCES claims (id)
);

-- next
CREATE TABLE claim_events (
    id INTEGER NOT NULL,
    claim_id INTEGER NOT NULL,
    kind VARCHAR(40) NOT NULL,
    actor_id INTEGER,
    text TEXT DEFAULT '' NOT NULL,
    at DATETIME NOT NULL,
    CONSTRAINT pk_claim_events PRIMARY KEY (id),
    CONSTRAINT ck_claim_events_kind_known CHECK (kind IN ('submitted', 'asked', 'answered', 'first_yes', 'approved', 'declined', 'withdrawn', 'taken_back')),
    CONSTRAINT fk_claim_events_claim_id FOREIGN KEY(claim_id) REFERENCES claims (id),
    CONSTRAINT fk_claim_events_actor_id FOREIGN KEY(actor_id) REFERENCES employees (id)
);

-- next
CREATE INDEX ix_claim_events_claim_id ON claim_events (claim_id);

-- next
CREATE TRIGGER claim_events_refuses_UPDATE BEFORE UPDATE ON claim_events
BEGIN SELECT RAISE(ABORT, 'claim_events is append-only; a correction is a new row'); END;

-- next
CREATE TRIGGER claim_events_refuses_DELETE BEFORE DELETE ON claim_events
BEGIN SELECT RAISE(ABORT, 'claim_events is append-only; a correction is a new row'); END;

-- next
CREATE TABLE nomination_round_moves (
    id INTEGER NOT NULL,
    round_id INTEGER NOT NULL,
    from_state VARCHAR(40),
    to_state VARCHAR(40) NOT NULL,
    actor_id INTEGER,
    reason TEXT NOT NULL,
    at DATETIME NOT NULL,
    CONSTRAINT pk_nomination_round_moves PRIMARY KEY (id),
    CONSTRAINT fk_nomination_round_moves_round_id FOREIGN KEY(round_id) REFERENCES nomination_rounds (id)
);

-- next
CREATE INDEX ix_nomination_round_moves_round_id ON nomination_round_moves (round_id);

-- next
CREATE TRIGGER nomination_round_moves_refuses_UPDATE BEFORE UPDATE ON nomination_round_moves
BEGIN SELECT RAISE(ABORT, 'nomination_round_moves is append-only; a correction is a new row'); END;

-- next
CREATE TRIGGER nomination_round_moves_refuses_DELETE BEFORE DELETE ON nomination_round_moves
BEGIN SELECT RAISE(ABORT, 'nomination_round_moves is append-only; a correction is a new row'); END;

-- next
CREATE TABLE nominations (
    id INTEGER NOT NULL,
    round_id INTEGER NOT NULL,
    nominator_id INTEGER NOT NULL,
    nominee_id INTEGER NOT NULL,
    nominator_department_id INTEGER,
    nominee_department_id INTEGER,
    questions JSON NOT NULL,
    answers JSON NOT NULL,
    state VARCHAR(40) NOT NULL,
    is_held_back BOOLEAN NOT NULL,
    confirmer_id INTEGER,
    sent_at DATETIME NOT NULL,
    changed_at DATETIME NOT NULL,
    CONSTRAINT pk_nominations PRIMARY KEY (id),
    CONSTRAINT uq_nominations_round_id_nominator_id_nominee_id UNIQUE (round_id, nominator_id, nominee_id),
    CONSTRAINT ck_nominations_nobody_nominates_himself CHECK (nominator_id <> nominee_id),
    CONSTRAINT ck_nominations_confirmed_by_somebody_else CHECK (confirmer_id IS NULL OR confirmer_id NOT IN (nominator_id, nominee_id)),
    CONSTRAINT ck_nominations_state_known CHECK (state IN ('sent', 'withdrawn')),
    CONSTRAINT fk_nominations_round_id FOREIGN KEY(round_id) REFERENCES nomination_rounds (id),
    CONSTRAINT fk_nominations_nominator_id FOREIGN KEY(nominator_id) REFERENCES employees (id),
    CONSTRAINT fk_nominations_nominee_id FOREIGN KEY(nominee_id) REFERENCES employees (id)
);

-- next
CREATE INDEX ix_nominations_nominator_id ON nominations (nominator_id);

-- next
CREATE INDEX ix_nominations_round_nominee ON nominations (round_id, nominee_id);

-- next
CREATE TABLE jury_scores (
    round_id INTEGER NOT NULL,
    juror_id INTEGER NOT NULL,
    nominee_id INTEGER NOT NULL,
    score INTEGER,
    at DATETIME NOT NULL,
    CONSTRAINT pk_jury_scores PRIMARY KEY (round_id, juror_id, nominee_id),
    CONSTRAINT ck_jury_scores_nobody_judges_himself CHECK (juror_id <> nominee_id),
    CONSTRAINT ck_jury_scores_score_in_range CHECK (score BETWEEN 1 AND 10),
    CONSTRAINT ck_jury_scores_score_whole CHECK (typeof(score) IN ('integer', 'null')),
    CONSTRAINT fk_jury_scores_round_id FOREIGN KEY(round_id) REFERENCES nomination_rounds (id),
    CONSTRAINT fk_jury_scores_juror_id FOREIGN KEY(juror_id) REFERENCES employees (id),
    CONSTRAINT fk_jury_scores_nominee_id FOREIGN KEY(nominee_id) REFERENCES employees (id)
);

-- next
CREATE TRIGGER jury_scores_refuses_UPDATE BEFORE UPDATE ON jury_scores
BEGIN SELECT RAISE(ABORT, 'jury_scores is append-only; a correction is a new row'); END;

-- next
CREATE TRIGGER jury_scores_refuses_DELETE BEFORE DELETE ON jury_scores
BEGIN SELECT RAISE(ABORT, 'jury_scores is append-only; a correction is a new row'); END;

-- next
CREATE TABLE nomination_votes (
    round_id INTEGER NOT NULL,
    voter_id INTEGER NOT NULL,
    nominee_id INTEGER NOT NULL,
    at DATETIME NOT NULL,
    CONSTRAINT pk_nomination_votes PRIMARY KEY (round_id, voter_id),
    CONSTRAINT ck_nomination_votes_nobody_votes_for_himself CHECK (voter_id <> nominee_id),
    CONSTRAINT fk_nomination_votes_round_id FOREIGN KEY(round_id) REFERENCES nomination_rounds (id),
    CONSTRAINT fk_nomination_votes_voter_id FOREIGN KEY(voter_id) REFERENCES employees (id),
    CONSTRAINT fk_nomination_votes_nominee_id FOREIGN KEY(nominee_id) REFERENCES employees (id)
);

-- next
CREATE TABLE nomination_proposals (
    id INTEGER NOT NULL,
    round_id INTEGER NOT NULL,
    proposer_id INTEGER NOT NULL,
    reason TEXT NOT NULL,
    at DATETIME NOT NULL,
    answer VARCHAR(40),
    decider_id INTEGER,
    note TEXT NOT NULL,
    decided_at DATETIME,
    CONSTRAINT pk_nomination_proposals PRIMARY KEY (id),
    CONSTRAINT ck_nomination_proposals_confirmed_by_a_second_person CHECK (answer IS NULL OR answer <> 'confirmed' OR decider_id <> proposer_id),
    CONSTRAINT ck_nomination_proposals_answered_at_a_time CHECK ((answer IS NULL) = (decided_at IS NULL)),
    CONSTRAINT ck_nomination_proposals_answered_by_somebody CHECK (answer IS NULL OR decider_id IS NOT NULL),
    CONSTRAINT ck_nomination_proposals_answer_known CHECK (answer IN ('confirmed', 'declined', 'withdrawn')),
    CONSTRAINT fk_nomination_proposals_round_id FOREIGN KEY(round_id) REFERENCES nomination_rounds (id),
    CONSTRAINT fk_nomination_proposals_proposer_id FOREIGN KEY(proposer_id) REFERENCES employees (id),
    CONSTRAINT fk_nomination_proposals_decider_id FOREIGN KEY(decider_id) REFERENCES employees (id)
);

-- next
CREATE INDEX ix_nomination_proposals_round_id ON nomination_proposals (round_id);

-- next
CREATE UNIQUE INDEX uq_nomination_proposals_in_force ON nomination_proposals (round_id) WHERE answer IS NULL OR answer = 'confirmed';

-- next
CREATE TABLE nomination_honors (
    round_id INTEGER NOT NULL,
    employee_id INTEGER NOT NULL,
    honor VARCHAR(40) NOT NULL,
    points INTEGER NOT NULL,
    award TEXT NOT NULL,
    at DATETIME NOT NULL,
    CONSTRAINT pk_nomination_honors PRIMARY KEY (round_id, employee_id),
    CONSTRAINT ck_nomination_honors_points_in_range CHECK (points BETWEEN 0 AND 1000000000000),
    CONSTRAINT ck_nomination_honors_points_whole CHECK (typeof(points) IN ('integer', 'null')),
    CONSTRAINT ck_nomination_honors_honor_known CHECK (honor IN ('winner', 'shortlisted')),
    CONSTRAINT fk_nomination_honors_round_id FOREIGN KEY(round_id) REFERENCES nomination_rounds (id),
    CONSTRAINT fk_nomination_honors_employee_id FOREIGN KEY(employee_id) REFERENCES employees (id)
);

-- next
CREATE INDEX ix_nomination_honors_employee_id ON nomination_honors (employee_id);

-- next
CREATE TRIGGER nomination_honors_refuses_UPDATE BEFORE UPDATE ON nomination_honors
BEGIN SELECT RAISE(ABORT, 'nomination_honors is append-only; a correction is a new row'); END;

-- next
CREATE TRIGGER nomination_honors_refuses_DELETE BEFORE DELETE ON nomination_honors
BEGIN SELECT RAISE(ABORT, 'nomination_honors is append-only; a correction is a new row'); END;

-- next
CREATE TABLE nomination_certificates (
    id INTEGER NOT NULL,
    round_id INTEGER NOT NULL,
    employee_id INTEGER NOT NULL,
    number TEXT NOT NULL,
    title TEXT NOT NULL,
    name TEXT NOT NULL,
    words TEXT NOT NULL,
    words_by TEXT NOT NULL,
    signers JSON NOT NULL,
    issued_at DATETIME NOT NULL,
    CONSTRAINT pk_nomination_certificates PRIMARY KEY (id),
    CONSTRAINT uq_nomination_certificates_round_id_employee_id UNIQUE (round_id, employee_id),
    CONSTRAINT fk_nomination_certificates_round_id FOREIGN KEY(round_id) REFERENCES nomination_rounds (id),
    CONSTRAINT fk_nomination_certificates_employee_id FOREIGN KEY(employee_id) REFERENCES employees (id),
    CONSTRAINT uq_nomination_certificates_number UNIQUE (number)
);

-- next
CREATE INDEX ix_nomination_certificates_employee_id ON nomination_certificates (employee_id);

-- next
CREATE TRIGGER nomination_certificates_refuses_UPDATE BEFORE UPDATE ON nomination_certificates
BEGIN SELECT RAISE(ABORT, 'nomination_certificates is append-only; a correction is a new row'); END;

-- next
CREATE TRIGGER nomination_certificates_refuses_DELETE BEFORE DELETE ON nomination_certificates
BEGIN SELECT RAISE(ABORT, 'nomination_certificates is append-only; a correction is a new row'); END;

-- next
CREATE TABLE moment_guests (
    moment_id INTEGER NOT NULL,
    department_id INTEGER NOT NULL,
    CONSTRAINT pk_moment_guests PRIMARY KEY (moment_id, department_id),
    CONSTRAINT fk_moment_guests_moment_id FOREIGN KEY(moment_id) REFERENCES moments (id),
    CONSTRAINT fk_moment_guests_department_id FOREIGN KEY(department_id) REFERENCES departments (id)
);

-- next
CREATE TABLE moment_slides (
    moment_id INTEGER NOT NULL,
    recognition_id INTEGER NOT NULL,
    position INTEGER NOT NULL,
    deed TEXT DEFAULT '' NOT NULL,
    is_captured BOOLEAN NOT NULL,
    added_at DATETIME NOT NULL,
    CONSTRAINT pk_moment_slides PRIMARY KEY (moment_id, recognition_id),
    CONSTRAINT ck_moment_slides_position_in_range CHECK (position BETWEEN 0 AND 1000000),
    CONSTRAINT ck_moment_slides_position_whole CHECK (typeof(position) IN ('integer', 'null')),
    CONSTRAINT ck_moment_slides_deed_length CHECK (length(deed) <= 80),
    CONSTRAINT fk_moment_slides_moment_id FOREIGN KEY(moment_id) REFERENCES moments (id),
    CONSTRAINT fk_moment_slides_recognition_id FOREIGN KEY(recognition_id) REFERENCES recognitions (id)
);

-- next
CREATE INDEX ix_moment_slides_recognition_id ON moment_slides (recognition_id);

-- next
CREATE TABLE moment_attendances (
    moment_id INTEGER NOT NULL,
    employee_id INTEGER NOT NULL,
    department_id INTEGER,
    program_id INTEGER,
    points INTEGER NOT NULL,
    checked_in_at DATETIME NOT NULL,
    CONSTRAINT pk_moment_attendances PRIMARY KEY (moment_id, employee_id),
    CONSTRAINT ck_moment_attendances_points_in_range CHECK (points BETWEEN 0 AND 1000000000000),
    CONSTRAINT ck_moment_attendances_points_whole CHECK (typeof(points) IN ('integer', 'null')),
    CONSTRAINT fk_moment_attendances_moment_id FOREIGN KEY(moment_id) REFERENCES moments (id),
    CONSTRAINT fk_moment_attendances_employee_id FOREIGN KEY(employee_id) REFERENCES employees (id),
    CONSTRAINT fk_moment_attendances_department_id FOREIGN KEY(department_id) REFERENCES departments (id),
    CONSTRAINT fk_moment_attendances_program_id FOREIGN KEY(program_id) REFERENCES programs (id)
);

-- next
CREATE INDEX ix_moment_attendances_employee ON moment_attendances (employee_id, checked_in_at);

-- next
CREATE INDEX ix_moment_attendances_program_id ON moment_attendances (program_id);

-- next
CREATE TRIGGER moment_attendances_refuses_UPDATE BEFORE UPDATE ON moment_attendances
BEGIN SELECT RAISE(ABORT, 'moment_attendances is append-only; a correction is a new row'); END;

-- next
CREATE TRIGGER moment_attendances_refuses_DELETE BEFORE DELETE ON moment_attendances
BEGIN SELECT RAISE(ABORT, 'moment_attendances is append-only; a correction is a new row'); END;

-- next
CREATE TABLE redemption_lines (
    id INTEGER NOT NULL,
    redemption_id INTEGER NOT NULL,
    position INTEGER NOT NULL,
    reference TEXT NOT NULL,
    employee_id INTEGER NOT NULL,
    recipient_id INTEGER,
    reward_id INTEGER NOT NULL,
    variant_id INTEGER NOT NULL,
    quantity INTEGER NOT NULL,
    unit_points INTEGER NOT NULL,
    amount_minor INTEGER,
    price_version_id INTEGER NOT NULL,
    state VARCHAR(40) NOT NULL,
    hold_id INTEGER NOT NULL,
    budget_id INTEGER,
    budget_points INTEGER NOT NULL,
    returned_units INTEGER DEFAULT '0' NOT NULL,
    returning_units INTEGER DEFAULT '0' NOT NULL,
    content_hash TEXT NOT NULL,
    snapshot JSON NOT NULL,
    decide_by DATETIME,
    decide_before DATETIME,
    changed_at DATETIME NOT NULL,
    version INTEGER NOT NULL,
    CONSTRAINT pk_redemption_lines PRIMARY KEY (id),
    CONSTRAINT uq_redemption_lines_redemption_id_position UNIQUE (redemption_id, position),
    CONSTRAINT uq_redemption_lines_reference UNIQUE (reference),
    CONSTRAINT uq_redemption_lines_id_employee_id UNIQUE (id, employee_id),
    CONSTRAINT uq_redemption_lines_id_content_hash UNIQUE (id, content_hash),
    CONSTRAINT ck_redemption_lines_quantity_in_range CHECK (quantity BETWEEN 1 AND 1000),
    CONSTRAINT ck_redemption_lines_quantity_whole CHECK (typeof(quantity) IN ('integer', 'null')),
    CONSTRAINT ck_redemption_lines_unit_points_in_range CHECK (unit_points BETWEEN 1 AND 1000000000000),
    CONSTRAINT ck_redemption_lines_unit_points_whole CHECK (typeof(unit_points) IN ('integer', 'null')),
    CONSTRAINT ck_redemption_lines_amount_minor_in_range CHECK (amount_minor BETWEEN 1 AND 1000000000000),
    CONSTRAINT ck_redemption_lines_amount_minor_whole CHECK (typeof(amount_minor) IN ('integer', 'null')),
    CONSTRAINT ck_redemption_lines_budget_points_in_range CHECK (budget_points BETWEEN 0 AND 1000000000000),
    CONSTRAINT ck_redemption_lines_budget_points_whole CHECK (typeof(budget_points) IN ('integer', 'null')),
    CONSTRAINT ck_redemption_lines_returned_units_in_range CHECK (returned_units BETWEEN 0 AND 1000000000000),
    CONSTRAINT ck_redemption_lines_returned_units_whole CHECK (typeof(returned_units) IN ('integer', 'null')),
    CONSTRAINT ck_redemption_lines_returning_units_in_range CHECK (returning_units BETWEEN 0 AND 1000000000000),
    CONSTRAINT ck_redemption_lines_returning_units_whole CHECK (typeof(returning_units) IN ('integer', 'null')),
    CONSTRAINT ck_redemption_lines_units_back_once CHECK (returned_units + returning_units <= quantity),
    CONSTRAINT ck_redemption_lines_given_to_a_colleague CHECK (recipient_id <> employee_id),
    CONSTRAINT ck_redemption_lines_budget_with_points CHECK ((budget_id IS NULL) = (budget_points = 0)),
    CONSTRAINT fk_redemption_lines_redemption_id FOREIGN KEY(redemption_id) REFERENCES redemptions (id),
    CONSTRAINT fk_redemption_lines_employee_id FOREIGN KEY(employee_id) REFERENCES employees (id),
    CONSTRAINT fk_redemption_lines_recipient_id FOREIGN KEY(recipient_id) REFERENCES employees (id),
    CONSTRAINT fk_redemption_lines_reward_id FOREIGN KEY(reward_id) REFERENCES rewards (id),
    CONSTRAINT fk_redemption_lines_variant_id FOREIGN KEY(variant_id) REFERENCES variants (id),
    CONSTRAINT fk_redemption_lines_price_version_id FOREIGN KEY(price_version_id) REFERENCES price_versions (id),
    CONSTRAINT uq_redemption_lines_hold_id UNIQUE (hold_id),
    CONSTRAINT fk_redemption_lines_hold_id FOREIGN KEY(hold_id) REFERENCES holds (id),
    CONSTRAINT fk_redemption_lines_budget_id FOREIGN KEY(budget_id) REFERENCES budgets (id)
);

-- next
CREATE INDEX ix_redemption_lines_employee_id ON redemption_lines (employee_id);

-- next
CREATE INDEX ix_redemption_lines_recipient_id ON redemption_lines (recipient_id);

-- next
CREATE INDEX ix_redemption_lines_reward_id ON redemption_lines (reward_id);

-- next
CREATE INDEX ix_redemption_lines_state_decide_by ON redemption_lines (state, decide_by);

-- next
CREATE INDEX ix_redemption_lines_variant_id ON redemption_lines (variant_id);

-- next
CREATE TABLE trip_invitations (
    id INTEGER NOT NULL,
    wave_id INTEGER,
    entitlement_id INTEGER,
    instead_of_id INTEGER,
    substitutes_id INTEGER,
    employee_id INTEGER NOT NULL,
    trip_id INTEGER NOT NULL,
    variant_id INTEGER NOT NULL,
    rank INTEGER NOT NULL,
    guests_most INTEGER NOT NULL,
    accept_days INTEGER NOT NULL,
    state VARCHAR(40) NOT NULL,
    places INTEGER DEFAULT '0' NOT NULL,
    answer_by DATETIME,
    reminded_at DATETIME,
    budget_id INTEGER,
    place_points INTEGER,
    worth_minor INTEGER,
    currency TEXT,
    tax_paid_by VARCHAR(40),
    trade VARCHAR(40) DEFAULT 'nothing' NOT NULL,
    trade_points INTEGER DEFAULT '0' NOT NULL,
    trade_transfer_id INTEGER,
    opened_at DATETIME NOT NULL,
    changed_at DATETIME NOT NULL,
    version INTEGER DEFAULT '1' NOT NULL,
    CONSTRAINT pk_trip_invitations PRIMARY KEY (id),
    CONSTRAINT uq_trip_invitations_wave_id_rank UNIQUE (wave_id, rank),
    CONSTRAINT ck_trip_invitations_state_known CHECK (state IN ('alternate', 'owed', 'invited', 'accepted', 'declined', 'lapsed', 'withdrawn', 'given_back')),
    CONSTRAINT ck_trip_invitations_trade_known CHECK (trade IN ('nothing', 'points', 'package', 'later')),
    CONSTRAINT ck_trip_invitations_rank_in_range CHECK (rank BETWEEN 1 AND 1000000000000),
    CONSTRAINT ck_trip_invitations_rank_whole CHECK (typeof(rank) IN ('integer', 'null')),
    CONSTRAINT ck_trip_invitations_guests_most_in_range CHECK (guests_most BETWEEN 0 AND 4),
    CONSTRAINT ck_trip_invitations_guests_most_whole CHECK (typeof(guests_most) IN ('integer', 'null')),
    CONSTRAINT ck_trip_invitations_accept_days_in_range CHECK (accept_days BETWEEN 1 AND 90),
    CONSTRAINT ck_trip_invitations_accept_days_whole CHECK (typeof(accept_days) IN ('integer', 'null')),
    CONSTRAINT ck_trip_invitations_places_in_range CHECK (places BETWEEN 0 AND 5),
    CONSTRAINT ck_trip_invitations_places_whole CHECK (typeof(places) IN ('integer', 'null')),
    CONSTRAINT ck_trip_invitations_place_points_in_range CHECK (place_points BETWEEN 1 AND 1000000000000),
    CONSTRAINT ck_trip_invitations_place_points_whole CHECK (typeof(place_points) IN ('integer', 'null')),
    CONSTRAINT ck_trip_invitations_trade_points_in_range CHECK (trade_points BETWEEN 0 AND 1000000000000),
    CONSTRAINT ck_trip_invitations_trade_points_whole CHECK (typeof(trade_points) IN ('integer', 'null')),
    CONSTRAINT ck_trip_invitations_worth_minor_in_range CHECK (worth_minor BETWEEN 0 AND 1000000000000),
    CONSTRAINT ck_trip_invitations_worth_minor_whole CHECK (typeof(worth_minor) IN ('integer', 'null')),
    CONSTRAINT ck_trip_invitations_tax_paid_by_known CHECK (tax_paid_by IN ('company', 'traveler')),
    CONSTRAINT ck_trip_invitations_worth_has_currency CHECK ((worth_minor IS NULL) = (currency IS NULL)),
    CONSTRAINT ck_trip_invitations_a_yes_says_who_pays_tax CHECK (state <> 'accepted' OR tax_paid_by IS NOT NULL),
    CONSTRAINT ck_trip_invitations_budget_with_points CHECK ((budget_id IS NULL) = (place_points IS NULL)),
    CONSTRAINT ck_trip_invitations_comes_from_one CHECK ((CASE WHEN wave_id IS NULL THEN 0 ELSE 1 END) + (CASE WHEN entitlement_id IS NULL THEN 0 ELSE 1 END) + (CASE WHEN instead_of_id IS NULL THEN 0 ELSE 1 END) + (CASE WHEN substitutes_id IS NULL THEN 0 ELSE 1 END) = 1),
    CONSTRAINT ck_trip_invitations_places_while_kept CHECK ((state IN ('accepted', 'invited')) = (places > 0)),
    CONSTRAINT ck_trip_invitations_no_more_guests CHECK (places <= 1 + guests_most),
    CONSTRAINT ck_trip_invitations_kept_for_a_time CHECK (state <> 'invited' OR answer_by IS NOT NULL),
    CONSTRAINT ck_trip_invitations_points_by_a_transfer CHECK ((trade_points > 0) = (trade_transfer_id IS NOT NULL)),
    CONSTRAINT fk_trip_invitations_wave_id FOREIGN KEY(wave_id) REFERENCES trip_waves (id),
    CONSTRAINT uq_trip_invitations_entitlement_id UNIQUE (entitlement_id),
    CONSTRAINT fk_trip_invitations_entitlement_id FOREIGN KEY(entitlement_id) REFERENCES entitlements (id),
    CONSTRAINT uq_trip_invitations_instead_of_id UNIQUE (instead_of_id),
    CONSTRAINT fk_trip_invitations_instead_of_id FOREIGN KEY(instead_of_id) REFERENCES trip_invitations (id),
    CONSTRAINT uq_trip_invitations_substitutes_id UNIQUE (substitutes_id),
    CONSTRAINT fk_trip_invitations_substitutes_id FOREIGN KEY(substitutes_id) REFERENCES trip_invitations (id),
    CONSTRAINT fk_trip_invitations_employee_id FOREIGN KEY(employee_id) REFERENCES employees (id),
    CONSTRAINT fk_trip_invitations_trip_id FOREIGN KEY(trip_id) REFERENCES rewards (id),
    CONSTRAINT fk_trip_invitations_variant_id FOREIGN KEY(variant_id) REFERENCES variants (id),
    CONSTRAINT fk_trip_invitations_budget_id FOREIGN KEY(budget_id) REFERENCES budgets (id),
    CONSTRAINT uq_trip_invitations_trade_transfer_id UNIQUE (trade_transfer_id),
    CONSTRAINT fk_trip_invitations_trade_transfer_id FOREIGN KEY(trade_transfer_id) REFERENCES transfers (id)
);

-- next
CREATE INDEX ix_trip_invitations_departure ON trip_invitations (variant_id, state, rank);

-- next
CREATE INDEX ix_trip_invitations_due ON trip_invitations (state, answer_by);

-- next
CREATE UNIQUE INDEX uq_trip_invitations_one_live ON trip_invitations (employee_id, variant_id) WHERE state IN ('accepted', 'alternate', 'invited', 'owed');

-- next
CREATE TABLE code_batches (
    id INTEGER NOT NULL,
    pool_id INTEGER NOT NULL,
    state VARCHAR(40) NOT NULL,
    file_name TEXT NOT NULL,
    digest TEXT NOT NULL,
    good_rows INTEGER NOT NULL,
    known_rows INTEGER NOT NULL,
    bad_rows INTEGER NOT NULL,
    problems JSON NOT NULL,
    sealed BLOB,
    unit_cost_minor INTEGER,
    cost_currency TEXT,
    supplier TEXT DEFAULT '' NOT NULL,
    reference TEXT DEFAULT '' NOT NULL,
    checked_by_id INTEGER,
    checked_at DATETIME NOT NULL,
    version INTEGER NOT NULL,
    CONSTRAINT pk_code_batches PRIMARY KEY (id),
    CONSTRAINT ck_code_batches_good_rows_in_range CHECK (good_rows BETWEEN 0 AND 100000),
    CONSTRAINT ck_code_batches_good_rows_whole CHECK (typeof(good_rows) IN ('integer', 'null')),
    CONSTRAINT ck_code_batches_known_rows_in_range CHECK (known_rows BETWEEN 0 AND 100000),
    CONSTRAINT ck_code_batches_known_rows_whole CHECK (typeof(known_rows) IN ('integer', 'null')),
    CONSTRAINT ck_code_batches_bad_rows_in_range CHECK (bad_rows BETWEEN 0 AND 100000),
    CONSTRAINT ck_code_batches_bad_rows_whole CHECK (typeof(bad_rows) IN ('integer', 'null')),
    CONSTRAINT ck_code_batches_unit_cost_minor_in_range CHECK (unit_cost_minor BETWEEN 0 AND 1000000000000),
    CONSTRAINT ck_code_batches_unit_cost_minor_whole CHECK (typeof(unit_cost_minor) IN ('integer', 'null')),
    CONSTRAINT ck_code_batches_sealed_until_loaded CHECK ((sealed IS NOT NULL) = (state = 'checked')),
    CONSTRAINT ck_code_batches_cost_in_a_currency CHECK ((unit_cost_minor IS NULL) = (cost_currency IS NULL)),
    CONSTRAINT fk_code_batches_pool_id FOREIGN KEY(pool_id) REFERENCES code_pools (id),
    CONSTRAINT fk_code_batches_checked_by_id FOREIGN KEY(checked_by_id) REFERENCES employees (id)
);

-- next
CREATE INDEX ix_code_batches_digest ON code_batches (digest);

-- next
CREATE INDEX ix_code_batches_pool_id ON code_batches (pool_id, id);

-- next
CREATE TABLE activity_counts (
    item_id INTEGER NOT NULL,
    taken INTEGER NOT NULL,
    CONSTRAINT pk_activity_counts PRIMARY KEY (item_id),
    CONSTRAINT ck_activity_counts_taken_in_range CHECK (taken BETWEEN 0 AND 1000000000000),
    CONSTRAINT ck_activity_counts_taken_whole CHECK (typeof(taken) IN ('integer', 'null')),
    CONSTRAINT fk_activity_counts_item_id FOREIGN KEY(item_id) REFERENCES itinerary_items (id) ON DELETE CASCADE
);

-- next
CREATE TABLE trip_rooms (
    id INTEGER NOT NULL,
    variant_id INTEGER NOT NULL,
    room_type_id INTEGER NOT NULL,
    number INTEGER NOT NULL,
    sleeps INTEGER NOT NULL,
    taken INTEGER DEFAULT '0' NOT NULL,
    label TEXT NOT NULL,
    note TEXT DEFAULT '' NOT NULL,
    CONSTRAINT pk_trip_rooms PRIMARY KEY (id),
    CONSTRAINT uq_trip_rooms_room_type_id_number UNIQUE (room_type_id, number),
    CONSTRAINT ck_trip_rooms_number_in_range CHECK (number BETWEEN 1 AND 5000),
    CONSTRAINT ck_trip_rooms_number_whole CHECK (typeof(number) IN ('integer', 'null')),
    CONSTRAINT ck_trip_rooms_sleeps_in_range CHECK (sleeps BETWEEN 1 AND 12),
    CONSTRAINT ck_trip_rooms_sleeps_whole CHECK (typeof(sleeps) IN ('integer', 'null')),
    CONSTRAINT ck_trip_rooms_never_more_than_it_sleeps CHECK (taken BETWEEN 0 AND sleeps),
    CONSTRAINT fk_trip_rooms_variant_id FOREIGN KEY(variant_id) REFERENCES variants (id),
    CONSTRAINT fk_trip_rooms_room_type_id FOREIGN KEY(room_type_id) REFERENCES room_types (id)
);

-- next
CREATE INDEX ix_trip_rooms_variant_id ON trip_rooms (variant_id);

-- next
CREATE TABLE transfer_loads (
    item_id INTEGER NOT NULL,
    taken INTEGER NOT NULL,
    CONSTRAINT pk_transfer_loads PRIMARY KEY (item_id),
    CONSTRAINT ck_transfer_loads_taken_in_range CHECK (taken BETWEEN 0 AND 10000),
    CONSTRAINT ck_transfer_loads_taken_whole CHECK (typeof(taken) IN ('integer', 'null')),
    CONSTRAINT fk_transfer_loads_item_id FOREIGN KEY(item_id) REFERENCES itinerary_items (id)
);

-- next
CREATE TABLE trip_handover_rows (
    handover_id INTEGER NOT NULL,
    "key" TEXT NOT NULL,
    mark TEXT NOT NULL,
    CONSTRAINT pk_trip_handover_rows PRIMARY KEY (handover_id, "key"),
    CONSTRAINT fk_trip_handover_rows_handover_id FOREIGN KEY(handover_id) REFERENCES trip_handovers (id)
);

-- next
CREATE TRIGGER trip_handover_rows_refuses_UPDATE BEFORE UPDATE ON trip_handover_rows
BEGIN SELECT RAISE(ABORT, 'trip_handover_rows is append-only; a correction is a new row'); END;

-- next
CREATE TRIGGER trip_handover_rows_refuses_DELETE BEFORE DELETE ON trip_handover_rows
BEGIN SELECT RAISE(ABORT, 'trip_handover_rows is append-only; a correction is a new row'); END;

-- next
CREATE TABLE trip_message_events (
    id INTEGER NOT NULL,
    message_id INTEGER NOT NULL,
    seq INTEGER NOT NULL,
    from_state VARCHAR(40),
    to_state VARCHAR(40) NOT NULL,
    actor_id INTEGER,
    at DATETIME NOT NULL,
    CONSTRAINT pk_trip_message_events PRIMARY KEY (id),
    CONSTRAINT uq_trip_message_events_message_id_seq UNIQUE (message_id, seq),
    CONSTRAINT fk_trip_message_events_message_id FOREIGN KEY(message_id) REFERENCES trip_messages (id),
    CONSTRAINT fk_trip_message_events_actor_id FOREIGN KEY(actor_id) REFERENCES employees (id)
);

-- next
CREATE TRIGGER trip_message_events_refuses_UPDATE BEFORE UPDATE ON trip_message_events
BEGIN SELECT RAISE(ABORT, 'trip_message_events is append-only; a correction is a new row'); END;

-- next
CREATE TRIGGER trip_message_events_refuses_DELETE BEFORE DELETE ON trip_message_events
BEGIN SELECT RAISE(ABORT, 'trip_message_events is append-only; a correction is a new row'); END;

-- next
CREATE TABLE nomination_proposed_winners (
    proposal_id INTEGER NOT NULL,
    employee_id INTEGER NOT NULL,
    confirmer_id INTEGER,
    CONSTRAINT pk_nomination_proposed_winners PRIMARY KEY (proposal_id, employee_id),
    CONSTRAINT ck_nomination_proposed_winners_confirmed_by_another CHECK (confirmer_id IS NULL OR confirmer_id <> employee_id),
    CONSTRAINT fk_nomination_proposed_winners_proposal_id FOREIGN KEY(proposal_id) REFERENCES nomination_proposals (id),
    CONSTRAINT fk_nomination_proposed_winners_employee_id FOREIGN KEY(employee_id) REFERENCES employees (id)
);

-- next
CREATE TABLE line_refunds (
    id INTEGER NOT NULL,
    line_id INTEGER NOT NULL,
    seq INTEGER NOT NULL,
    cause VARCHAR(40) NOT NULL,
    source TEXT NOT NULL,
    units INTEGER NOT NULL,
    points INTEGER NOT NULL,
    kept_points INTEGER NOT NULL,
    transfer_id INTEGER,
    actor_id INTEGER,
    note TEXT NOT NULL,
    at DATETIME NOT NULL,
    CONSTRAINT pk_line_refunds PRIMARY KEY (id),
    CONSTRAINT uq_line_refunds_line_id_seq UNIQUE (line_id, seq),
    CONSTRAINT uq_line_refunds_line_id_source UNIQUE (line_id, source),
    CONSTRAINT ck_line_refunds_seq_in_range CHECK (seq BETWEEN 1 AND 1000000000000),
    CONSTRAINT ck_line_refunds_seq_whole CHECK (typeof(seq) IN ('integer', 'null')),
    CONSTRAINT ck_line_refunds_units_in_range CHECK (units BETWEEN 0 AND 1000),
    CONSTRAINT ck_line_refunds_units_whole CHECK (typeof(units) IN ('integer', 'null')),
    CONSTRAINT ck_line_refunds_points_in_range CHECK (points BETWEEN 0 AND 1000000000000),
    CONSTRAINT ck_line_refunds_points_whole CHECK (typeof(points) IN ('integer', 'null')),
    CONSTRAINT ck_line_refunds_kept_points_in_range CHECK (kept_points BETWEEN 0 AND 1000000000000),
    CONSTRAINT ck_line_refunds_kept_points_whole CHECK (typeof(kept_points) IN ('integer', 'null')),
    CONSTRAINT ck_line_refunds_something_back CHECK (units > 0 OR points > 0),
    CONSTRAINT ck_line_refunds_points_by_a_transfer CHECK ((points > 0) = (transfer_id IS NOT NULL)),
    CONSTRAINT fk_line_refunds_line_id FOREIGN KEY(line_id) REFERENCES redemption_lines (id),
    CONSTRAINT uq_line_refunds_transfer_id UNIQUE (transfer_id),
    CONSTRAINT fk_line_refunds_transfer_id FOREIGN KEY(transfer_id) REFERENCES transfers (id),
    CONSTRAINT fk_line_refunds_actor_id FOREIGN KEY(actor_id) REFERENCES employees (id)
);

-- next
CREATE TRIGGER line_refunds_refuses_UPDATE BEFORE UPDATE ON line_refunds
BEGIN SELECT RAISE(ABORT, 'line_refunds is append-only; a correction is a new row'); END;

-- next
CREATE TRIGGER line_refunds_refuses_DELETE BEFORE DELETE ON line_refunds
BEGIN SELECT RAISE(ABORT, 'line_refunds is append-only; a correction is a new row'); END;

-- next
CREATE TABLE delivery_addresses (
    line_id INTEGER NOT NULL,
    recipient TEXT NOT NULL,
    street TEXT NOT NULL,
    postal_code TEXT NOT NULL,
    city TEXT NOT NULL,
    country TEXT NOT NULL,
    CONSTRAINT pk_delivery_addresses PRIMARY KEY (line_id),
    CONSTRAINT fk_delivery_addresses_line_id FOREIGN KEY(line_id) REFERENCES redemption_lines (id)
);

-- next
CREATE TABLE redemption_events (
    id INTEGER NOT NULL,
    line_id INTEGER NOT NULL,
    seq INTEGER NOT NULL,
    from_state VARCHAR(40),
    to_state VARCHAR(40) NOT NULL,
    actor_id INTEGER,
    note TEXT NOT NULL,
    at DATETIME NOT NULL,
    CONSTRAINT pk_redemption_events PRIMARY KEY (id),
    CONSTRAINT uq_redemption_events_line_id_seq UNIQUE (line_id, seq),
    CONSTRAINT fk_redemption_events_line_id FOREIGN KEY(line_id) REFERENCES redemption_lines (id),
    CONSTRAINT fk_redemption_events_actor_id FOREIGN KEY(actor_id) REFERENCES employees (id)
);

-- next
CREATE TRIGGER redemption_events_refuses_UPDATE BEFORE UPDATE ON redemption_events
BEGIN SELECT RAISE(ABORT, 'redemption_events is append-only; a correction is a new row'); END;

-- next
CREATE TRIGGER redemption_events_refuses_DELETE BEFORE DELETE ON redemption_events
BEGIN SELECT RAISE(ABORT, 'redemption_events is append-only; a correction is a new row'); END;

-- next
CREATE TABLE journeys (
    line_id INTEGER NOT NULL,
    employee_id INTEGER NOT NULL,
    first_on DATE NOT NULL,
    second_on DATE,
    nights INTEGER NOT NULL,
    travelers INTEGER NOT NULL,
    cover_id INTEGER NOT NULL,
    priced_at DATETIME NOT NULL,
    guaranteed_until DATE NOT NULL,
    state VARCHAR(40) NOT NULL,
    asked_by_id INTEGER,
    words TEXT DEFAULT '' NOT NULL,
    answer_by DATETIME,
    replaces_id INTEGER,
    changed_at DATETIME NOT NULL,
    version INTEGER DEFAULT '1' NOT NULL,
    CONSTRAINT pk_journeys PRIMARY KEY (line_id),
    CONSTRAINT fk_journeys_line FOREIGN KEY(line_id, employee_id) REFERENCES redemption_lines (id, employee_id),
    CONSTRAINT ck_journeys_state_known CHECK (state IN ('wished', 'dates_asked', 'price_asked', 'booked', 'replaced')),
    CONSTRAINT ck_journeys_covered_by_a_colleague CHECK (cover_id <> employee_id),
    CONSTRAINT ck_journeys_another_second_choice CHECK (second_on <> first_on),
    CONSTRAINT ck_journeys_asked_in_words CHECK (state NOT IN ('dates_asked', 'price_asked') OR words <> ''),
    CONSTRAINT ck_journeys_asked_until_a_moment CHECK ((state = 'price_asked') = (answer_by IS NOT NULL)),
    CONSTRAINT ck_journeys_nights_in_range CHECK (nights BETWEEN 1 AND 60),
    CONSTRAINT ck_journeys_nights_whole CHECK (typeof(nights) IN ('integer', 'null')),
    CONSTRAINT ck_journeys_travelers_in_range CHECK (travelers BETWEEN 1 AND 8),
    CONSTRAINT ck_journeys_travelers_whole CHECK (typeof(travelers) IN ('integer', 'null')),
    CONSTRAINT fk_journeys_cover_id FOREIGN KEY(cover_id) REFERENCES employees (id),
    CONSTRAINT fk_journeys_asked_by_id FOREIGN KEY(asked_by_id) REFERENCES employees (id),
    CONSTRAINT uq_journeys_replaces_id UNIQUE (replaces_id),
    CONSTRAINT fk_journeys_replaces_id FOREIGN KEY(replaces_id) REFERENCES redemption_lines (id)
);

-- next
CREATE INDEX ix_journeys_cover_id ON journeys (cover_id);

-- next
CREATE INDEX ix_journeys_state ON journeys (state, guaranteed_until);

-- next
CREATE TABLE approval_steps (
    id INTEGER NOT NULL,
    line_id INTEGER NOT NULL,
    requester_id INTEGER NOT NULL,
    policy_id INTEGER NOT NULL,
    seq INTEGER NOT NULL,
    gate INTEGER NOT NULL,
    needed INTEGER NOT NULL,
    asks VARCHAR(40) NOT NULL,
    pool TEXT,
    state VARCHAR(40) NOT NULL,
    round INTEGER NOT NULL,
    decided_by_id INTEGER,
    asked_id INTEGER,
    by_policy BOOLEAN DEFAULT 0 NOT NULL,
    opened_at DATETIME,
    effective_at DATETIME,
    settled_at DATETIME,
    CONSTRAINT pk_approval_steps PRIMARY KEY (id),
    CONSTRAINT uq_approval_steps_line_id_seq UNIQUE (line_id, seq),
    CONSTRAINT uq_approval_steps_line_id_decided_by_id UNIQUE (line_id, decided_by_id),
    CONSTRAINT uq_approval_steps_line_id_asked_id UNIQUE (line_id, asked_id),
    CONSTRAINT uq_approval_steps_id_line_id_requester_id UNIQUE (id, line_id, requester_id),
    CONSTRAINT fk_approval_steps_requester FOREIGN KEY(line_id, requester_id) REFERENCES redemption_lines (id, employee_id),
    CONSTRAINT ck_approval_steps_not_by_the_requester CHECK (decided_by_id <> requester_id AND asked_id <> requester_id),
    CONSTRAINT ck_approval_steps_decided_for_somebody CHECK ((asked_id IS NULL) = (decided_by_id IS NULL)),
    CONSTRAINT ck_approval_steps_decided_by_somebody CHECK ((decided_by_id IS NULL AND NOT by_policy) = (state IN ('waiting', 'open', 'closed'))),
    CONSTRAINT ck_approval_steps_asks_a_pool CHECK ((asks = 'pool') = (pool IS NOT NULL)),
    CONSTRAINT ck_approval_steps_gate_in_range CHECK (gate BETWEEN 1 AND 1000000000000),
    CONSTRAINT ck_approval_steps_gate_whole CHECK (typeof(gate) IN ('integer', 'null')),
    CONSTRAINT ck_approval_steps_needed_in_range CHECK (needed BETWEEN 1 AND 1000000000000),
    CONSTRAINT ck_approval_steps_needed_whole CHECK (typeof(needed) IN ('integer', 'null')),
    CONSTRAINT ck_approval_steps_policy_only_approves CHECK (NOT by_policy OR (decided_by_id IS NULL AND state = 'approved')),
    CONSTRAINT fk_approval_steps_policy_id FOREIGN KEY(policy_id) REFERENCES approval_policies (id),
    CONSTRAINT fk_approval_steps_pool FOREIGN KEY(pool) REFERENCES approval_pools (slug)
);

-- next
CREATE INDEX ix_approval_steps_state_effective_at ON approval_steps (state, effective_at);

-- next
CREATE TABLE bookings (
    id INTEGER NOT NULL,
    line_id INTEGER,
    invitation_id INTEGER,
    employee_id INTEGER NOT NULL,
    trip_id INTEGER,
    variant_id INTEGER NOT NULL,
    reference TEXT NOT NULL,
    places INTEGER NOT NULL,
    state VARCHAR(40) NOT NULL,
    confirmation TEXT DEFAULT '' NOT NULL,
    made_at DATETIME NOT NULL,
    changed_at DATETIME NOT NULL,
    version INTEGER DEFAULT '1' NOT NULL,
    CONSTRAINT pk_bookings PRIMARY KEY (id),
    CONSTRAINT ck_bookings_state_known CHECK (state IN ('requested', 'confirmed', 'traveled', 'cancelled')),
    CONSTRAINT ck_bookings_places_in_range CHECK (places BETWEEN 1 AND 1000),
    CONSTRAINT ck_bookings_places_whole CHECK (typeof(places) IN ('integer', 'null')),
    CONSTRAINT ck_bookings_come_by_one_way CHECK ((line_id IS NULL) <> (invitation_id IS NULL)),
    CONSTRAINT ck_bookings_invited_on_a_trip CHECK (line_id IS NOT NULL OR trip_id IS NOT NULL),
    CONSTRAINT ck_bookings_confirmed_by CHECK (state <> 'confirmed' OR confirmation <> ''),
    CONSTRAINT uq_bookings_line_id UNIQUE (line_id),
    CONSTRAINT fk_bookings_line_id FOREIGN KEY(line_id) REFERENCES redemption_lines (id),
    CONSTRAINT uq_bookings_invitation_id UNIQUE (invitation_id),
    CONSTRAINT fk_bookings_invitation_id FOREIGN KEY(invitation_id) REFERENCES trip_invitations (id),
    CONSTRAINT fk_bookings_employee_id FOREIGN KEY(employee_id) REFERENCES employees (id),
    CONSTRAINT fk_bookings_trip_id FOREIGN KEY(trip_id) REFERENCES rewards (id),
    CONSTRAINT fk_bookings_variant_id FOREIGN KEY(variant_id) REFERENCES variants (id),
    CONSTRAINT uq_bookings_reference UNIQUE (reference)
);

-- next
CREATE INDEX ix_bookings_variant_id ON bookings (variant_id);

-- next
CREATE UNIQUE INDEX uq_bookings_one_place ON bookings (employee_id, trip_id) WHERE state IN ('confirmed', 'requested');

-- next
CREATE TABLE trip_invitation_events (
    id INTEGER NOT NULL,
    invitation_id INTEGER NOT NULL,
    seq INTEGER NOT NULL,
    from_state VARCHAR(40),
    to_state VARCHAR(40) NOT NULL,
    actor_id INTEGER,
    note TEXT NOT NULL,
    at DATETIME NOT NULL,
    CONSTRAINT pk_trip_invitation_events PRIMARY KEY (id),
    CONSTRAINT uq_trip_invitation_events_invitation_id_seq UNIQUE (invitation_id, seq),
    CONSTRAINT fk_trip_invitation_events_invitation_id FOREIGN KEY(invitation_id) REFERENCES trip_invitations (id),
    CONSTRAINT fk_trip_invitation_events_actor_id FOREIGN KEY(actor_id) REFERENCES employees (id)
);

-- next
CREATE TRIGGER trip_invitation_events_refuses_UPDATE BEFORE UPDATE ON trip_invitation_events
BEGIN SELECT RAISE(ABORT, 'trip_invitation_events is append-only; a correction is a new row'); END;

-- next
CREATE TRIGGER trip_invitation_events_refuses_DELETE BEFORE DELETE ON trip_invitation_events
BEGIN SELECT RAISE(ABORT, 'trip_invitation_events is append-only; a correction is a new row'); END;

-- next
CREATE TABLE waits (
    id INTEGER NOT NULL,
    employee_id INTEGER NOT NULL,
    variant_id INTEGER NOT NULL,
    slot INTEGER NOT NULL,
    units INTEGER NOT NULL,
    state VARCHAR(40) NOT NULL,
    seen_points INTEGER NOT NULL,
    joined_at DATETIME NOT NULL,
    kept_until DATETIME,
    line_id INTEGER,
    changed_at DATETIME NOT NULL,
    version INTEGER NOT NULL,
    CONSTRAINT pk_waits PRIMARY KEY (id),
    CONSTRAINT ck_waits_taken_by_a_request CHECK ((state = 'taken') = (line_id IS NOT NULL)),
    CONSTRAINT ck_waits_kept_for_a_time CHECK (state <> 'offered' OR kept_until IS NOT NULL),
    CONSTRAINT ck_waits_slot_in_range CHECK (slot BETWEEN 1 AND 5),
    CONSTRAINT ck_waits_slot_whole CHECK (typeof(slot) IN ('integer', 'null')),
    CONSTRAINT ck_waits_units_in_range CHECK (units BETWEEN 1 AND 5),
    CONSTRAINT ck_waits_units_whole CHECK (typeof(units) IN ('integer', 'null')),
    CONSTRAINT ck_waits_seen_points_in_range CHECK (seen_points BETWEEN 1 AND 1000000000000),
    CONSTRAINT ck_waits_seen_points_whole CHECK (typeof(seen_points) IN ('integer', 'null')),
    CONSTRAINT fk_waits_employee_id FOREIGN KEY(employee_id) REFERENCES employees (id),
    CONSTRAINT fk_waits_variant_id FOREIGN KEY(variant_id) REFERENCES variants (id),
    CONSTRAINT uq_waits_line_id UNIQUE (line_id),
    CONSTRAINT fk_waits_line_id FOREIGN KEY(line_id) REFERENCES redemption_lines (id)
);

-- next
CREATE INDEX ix_waits_line ON waits (variant_id, state, id);

-- next
CREATE UNIQUE INDEX uq_waits_few_live ON waits (employee_id, slot) WHERE state IN ('offered', 'paused', 'waiting');

-- next
CREATE UNIQUE INDEX uq_waits_one_live ON waits (employee_id, variant_id) WHERE state IN ('offered', 'paused', 'waiting');

-- next
CREATE TABLE gifts (
    line_id INTEGER NOT NULL,
    giver_id INTEGER NOT NULL,
    recipient_id INTEGER NOT NULL,
    message TEXT NOT NULL,
    state VARCHAR(40) NOT NULL,
    answer_by DATETIME,
    CONSTRAINT pk_gifts PRIMARY KEY (line_id),
    CONSTRAINT fk_gifts_line_id_giver_id FOREIGN KEY(line_id, giver_id) REFERENCES redemption_lines (id, employee_id),
    CONSTRAINT ck_gifts_to_a_colleague CHECK (giver_id <> recipient_id),
    CONSTRAINT ck_gifts_answered_when_asked CHECK (state = 'open' OR answer_by IS NOT NULL),
    CONSTRAINT fk_gifts_recipient_id FOREIGN KEY(recipient_id) REFERENCES employees (id)
);

-- next
CREATE INDEX ix_gifts_recipient_id_state ON gifts (recipient_id, state);

-- next
CREATE INDEX ix_gifts_state_answer_by ON gifts (state, answer_by);

-- next
CREATE TABLE fulfillment_tasks (
    id INTEGER NOT NULL,
    line_id INTEGER NOT NULL,
    work VARCHAR(40) NOT NULL,
    state VARCHAR(40) NOT NULL,
    owner_id INTEGER,
    due_on DATE NOT NULL,
    units INTEGER NOT NULL,
    sent_units INTEGER DEFAULT '0' NOT NULL,
    proof TEXT DEFAULT '' NOT NULL,
    proof_on DATE,
    proof_minor INTEGER,
    proof_currency TEXT,
    completion TEXT DEFAULT '' NOT NULL,
    completed_on DATE,
    problem TEXT DEFAULT '' NOT NULL,
    opened_at DATETIME NOT NULL,
    changed_at DATETIME NOT NULL,
    version INTEGER NOT NULL,
    CONSTRAINT pk_fulfillment_tasks PRIMARY KEY (id),
    CONSTRAINT ck_fulfillment_tasks_problem_has_words CHECK (state <> 'problem' OR problem <> ''),
    CONSTRAINT ck_fulfillment_tasks_no_unit_sent_twice CHECK (sent_units <= units),
    CONSTRAINT ck_fulfillment_tasks_sent_in_full CHECK (state <> 'sent' OR sent_units = units),
    CONSTRAINT ck_fulfillment_tasks_done_with_proof CHECK (state NOT IN ('done', 'completed') OR (proof <> '' AND proof_on IS NOT NULL)),
    CONSTRAINT ck_fulfillment_tasks_receipt_has_a_currency CHECK ((proof_minor IS NULL) = (proof_currency IS NULL)),
    CONSTRAINT ck_fulfillment_tasks_completed_with_proof CHECK ((completion = '') = (completed_on IS NULL) AND (state <> 'completed' OR completion <> '')),
    CONSTRAINT ck_fulfillment_tasks_units_in_range CHECK (units BETWEEN 0 AND 1000),
    CONSTRAINT ck_fulfillment_tasks_units_whole CHECK (typeof(units) IN ('integer', 'null')),
    CONSTRAINT ck_fulfillment_tasks_sent_units_in_range CHECK (sent_units BETWEEN 0 AND 1000),
    CONSTRAINT ck_fulfillment_tasks_sent_units_whole CHECK (typeof(sent_units) IN ('integer', 'null')),
    CONSTRAINT ck_fulfillment_tasks_proof_minor_in_range CHECK (proof_minor BETWEEN 1 AND 1000000000000),
    CONSTRAINT ck_fulfillment_tasks_proof_minor_whole CHECK (typeof(proof_minor) IN ('integer', 'null')),
    CONSTRAINT uq_fulfillment_tasks_line_id UNIQUE (line_id),
    CONSTRAINT fk_fulfillment_tasks_line_id FOREIGN KEY(line_id) REFERENCES redemption_lines (id),
    CONSTRAINT fk_fulfillment_tasks_owner_id FOREIGN KEY(owner_id) REFERENCES employees (id)
);

-- next
CREATE INDEX ix_fulfillment_tasks_owner_id ON fulfillment_tasks (owner_id);

-- next
CREATE INDEX ix_fulfillment_tasks_pile ON fulfillment_tasks (state, due_on, id);

-- next
CREATE TABLE fulfillment_attempts (
    line_id INTEGER NOT NULL,
    failures INTEGER NOT NULL,
    last_error TEXT NOT NULL,
    last_at DATETIME NOT NULL,
    CONSTRAINT pk_fulfillment_attempts PRIMARY KEY (line_id),
    CONSTRAINT ck_fulfillment_attempts_failures_in_range CHECK (failures BETWEEN 1 AND 1000),
    CONSTRAINT ck_fulfillment_attempts_failures_whole CHECK (typeof(failures) IN ('integer', 'null')),
    CONSTRAINT fk_fulfillment_attempts_line_id FOREIGN KEY(line_id) REFERENCES redemption_lines (id)
);

-- next
CREATE TABLE shortages (
    id INTEGER NOT NULL,
    line_id INTEGER NOT NULL,
    state VARCHAR(40) NOT NULL,
    reason TEXT NOT NULL,
    answer_by DATETIME NOT NULL,
    taken_id INTEGER,
    changed_at DATETIME NOT NULL,
    version INTEGER NOT NULL,
    CONSTRAINT pk_shortages PRIMARY KEY (id),
    CONSTRAINT ck_shortages_taken_by_a_request CHECK (taken_id IS NULL OR state = 'taken'),
    CONSTRAINT ck_shortages_has_a_reason CHECK (reason <> ''),
    CONSTRAINT uq_shortages_line_id UNIQUE (line_id),
    CONSTRAINT fk_shortages_line_id FOREIGN KEY(line_id) REFERENCES redemption_lines (id),
    CONSTRAINT uq_shortages_taken_id UNIQUE (taken_id),
    CONSTRAINT fk_shortages_taken_id FOREIGN KEY(taken_id) REFERENCES redemptions (id)
);

-- next
CREATE INDEX ix_shortages_state_answer_by ON shortages (state, answer_by);

-- next
CREATE TABLE goods_returns (
    id INTEGER NOT NULL,
    line_id INTEGER NOT NULL,
    employee_id INTEGER NOT NULL,
    number INTEGER NOT NULL,
    units INTEGER NOT NULL,
    percent INTEGER NOT NULL,
    reason TEXT NOT NULL,
    state VARCHAR(40) NOT NULL,
    due_on DATE NOT NULL,
    answer TEXT DEFAULT '' NOT NULL,
    received_units INTEGER DEFAULT '0' NOT NULL,
    damaged_units INTEGER DEFAULT '0' NOT NULL,
    decided_by_id INTEGER,
    asked_at DATETIME NOT NULL,
    changed_at DATETIME NOT NULL,
    version INTEGER NOT NULL,
    CONSTRAINT pk_goods_returns PRIMARY KEY (id),
    CONSTRAINT uq_goods_returns_line_id_number UNIQUE (line_id, number),
    CONSTRAINT fk_goods_returns_line_id_employee_id FOREIGN KEY(line_id, employee_id) REFERENCES redemption_lines (id, employee_id),
    CONSTRAINT ck_goods_returns_not_by_oneself CHECK (decided_by_id <> employee_id),
    CONSTRAINT ck_goods_returns_received_within CHECK (received_units <= units AND damaged_units <= received_units AND (state = 'received') = (received_units > 0)),
    CONSTRAINT ck_goods_returns_with_a_reason CHECK (reason <> ''),
    CONSTRAINT ck_goods_returns_number_in_range CHECK (number BETWEEN 1 AND 1000),
    CONSTRAINT ck_goods_returns_number_whole CHECK (typeof(number) IN ('integer', 'null')),
    CONSTRAINT ck_goods_returns_units_in_range CHECK (units BETWEEN 1 AND 1000),
    CONSTRAINT ck_goods_returns_units_whole CHECK (typeof(units) IN ('integer', 'null')),
    CONSTRAINT ck_goods_returns_percent_in_range CHECK (percent BETWEEN 0 AND 100),
    CONSTRAINT ck_goods_returns_percent_whole CHECK (typeof(percent) IN ('integer', 'null')),
    CONSTRAINT ck_goods_returns_received_units_in_range CHECK (received_units BETWEEN 0 AND 1000000000000),
    CONSTRAINT ck_goods_returns_received_units_whole CHECK (typeof(received_units) IN ('integer', 'null')),
    CONSTRAINT ck_goods_returns_damaged_units_in_range CHECK (damaged_units BETWEEN 0 AND 1000000000000),
    CONSTRAINT ck_goods_returns_damaged_units_whole CHECK (typeof(damaged_units) IN ('integer', 'null')),
    CONSTRAINT fk_goods_returns_decided_by_id FOREIGN KEY(decided_by_id) REFERENCES employees (id)
);

-- next
CREATE INDEX ix_goods_returns_pile ON goods_returns (state, due_on, id);

-- next
CREATE TABLE code_batch_events (
    id INTEGER NOT NULL,
    batch_id INTEGER NOT NULL,
    seq INTEGER NOT NULL,
    from_state VARCHAR(40),
    to_state VARCHAR(40) NOT NULL,
    codes INTEGER NOT NULL,
    actor_id INTEGER,
    note TEXT NOT NULL,
    at DATETIME NOT NULL,
    CONSTRAINT pk_code_batch_events PRIMARY KEY (id),
    CONSTRAINT uq_code_batch_events_batch_id_seq UNIQUE (batch_id, seq),
    CONSTRAINT ck_code_batch_events_codes_in_range CHECK (codes BETWEEN 0 AND 100000),
    CONSTRAINT ck_code_batch_events_codes_whole CHECK (typeof(codes) IN ('integer', 'null')),
    CONSTRAINT fk_code_batch_events_batch_id FOREIGN KEY(batch_id) REFERENCES code_batches (id),
    CONSTRAINT fk_code_batch_events_actor_id FOREIGN KEY(actor_id) REFERENCES employees (id)
);

-- next
CREATE TRIGGER code_batch_events_refuses_UPDATE BEFORE UPDATE ON code_batch_events
BEGIN SELECT RAISE(ABORT, 'code_batch_events is append-only; a correction is a new row'); END;

-- next
CREATE TRIGGER code_batch_events_refuses_DELETE BEFORE DELETE ON code_batch_events
BEGIN SELECT RAISE(ABORT, 'code_batch_events is append-only; a correction is a new row'); END;

-- next
CREATE TABLE stock_codes (
    id INTEGER NOT NULL,
    pool_id INTEGER NOT NULL,
    batch_id INTEGER NOT NULL,
    fingerprint TEXT NOT NULL,
    cipher BLOB NOT NULL,
    last4 TEXT NOT NULL,
    valid_until DATE,
    state VARCHAR(40) NOT NULL,
    line_id INTEGER,
    unit_no INTEGER,
    issue INTEGER,
    given_at DATETIME,
    since DATETIME NOT NULL,
    version INTEGER NOT NULL,
    CONSTRAINT pk_stock_codes PRIMARY KEY (id),
    CONSTRAINT ck_stock_codes_unit_no_in_range CHECK (unit_no BETWEEN 1 AND 1000),
    CONSTRAINT ck_stock_codes_unit_no_whole CHECK (typeof(unit_no) IN ('integer', 'null')),
    CONSTRAINT ck_stock_codes_issue_in_range CHECK (issue BETWEEN 1 AND 1000),
    CONSTRAINT ck_stock_codes_issue_whole CHECK (typeof(issue) IN ('integer', 'null')),
    CONSTRAINT ck_stock_codes_last_four CHECK (length(last4) = 4),
    CONSTRAINT ck_stock_codes_free_is_nobodys CHECK (state NOT IN ('free', 'withdrawn') OR line_id IS NULL),
    CONSTRAINT ck_stock_codes_given_to_a_unit CHECK (state NOT IN ('claimed', 'issued') OR (line_id IS NOT NULL AND unit_no IS NOT NULL AND issue IS NOT NULL)),
    CONSTRAINT fk_stock_codes_pool_id FOREIGN KEY(pool_id) REFERENCES code_pools (id),
    CONSTRAINT fk_stock_codes_batch_id FOREIGN KEY(batch_id) REFERENCES code_batches (id),
    CONSTRAINT uq_stock_codes_fingerprint UNIQUE (fingerprint),
    CONSTRAINT fk_stock_codes_line_id FOREIGN KEY(line_id) REFERENCES redemption_lines (id)
);

-- next
CREATE INDEX ix_stock_codes_batch_id ON stock_codes (batch_id, id);

-- next
CREATE INDEX ix_stock_codes_next ON stock_codes (pool_id, state, valid_until, id);

-- next
CREATE UNIQUE INDEX uq_stock_codes_unit ON stock_codes (line_id, unit_no) WHERE state IN ('claimed', 'issued');

-- next
CREATE TABLE code_waits (
    line_id INTEGER NOT NULL,
    unit_no INTEGER NOT NULL,
    pool_id INTEGER NOT NULL,
    replaces BOOLEAN NOT NULL,
    since DATETIME NOT NULL,
    CONSTRAINT pk_code_waits PRIMARY KEY (line_id, unit_no),
    CONSTRAINT ck_code_waits_unit_no_in_range CHECK (unit_no BETWEEN 1 AND 1000),
    CONSTRAINT ck_code_waits_unit_no_whole CHECK (typeof(unit_no) IN ('integer', 'null')),
    CONSTRAINT fk_code_waits_line_id FOREIGN KEY(line_id) REFERENCES redemption_lines (id),
    CONSTRAINT fk_code_waits_pool_id FOREIGN KEY(pool_id) REFERENCES code_pools (id)
);

-- next
CREATE INDEX ix_code_waits_oldest ON code_waits (pool_id, since, line_id, unit_no);

-- next
CREATE TABLE goodwill_refunds (
    id INTEGER NOT NULL,
    line_id INTEGER NOT NULL,
    employee_id INTEGER NOT NULL,
    points INTEGER NOT NULL,
    reason TEXT NOT NULL,
    needs_second BOOLEAN NOT NULL,
    state VARCHAR(40) NOT NULL,
    proposed_by_id INTEGER NOT NULL,
    decided_by_id INTEGER,
    proposed_at DATETIME NOT NULL,
    changed_at DATETIME NOT NULL,
    version INTEGER NOT NULL,
    CONSTRAINT pk_goodwill_refunds PRIMARY KEY (id),
    CONSTRAINT fk_goodwill_refunds_line_id_employee_id FOREIGN KEY(line_id, employee_id) REFERENCES redemption_lines (id, employee_id),
    CONSTRAINT ck_goodwill_refunds_not_to_oneself CHECK (proposed_by_id <> employee_id AND decided_by_id <> employee_id),
    CONSTRAINT ck_goodwill_refunds_two_people_above_the_limit CHECK (NOT needs_second OR state NOT IN ('given', 'declined') OR (decided_by_id IS NOT NULL AND decided_by_id <> proposed_by_id)),
    CONSTRAINT ck_goodwill_refunds_with_a_reason CHECK (reason <> ''),
    CONSTRAINT ck_goodwill_refunds_points_in_range CHECK (points BETWEEN 1 AND 1000000000000),
    CONSTRAINT ck_goodwill_refunds_points_whole CHECK (typeof(points) IN ('integer', 'null')),
    CONSTRAINT fk_goodwill_refunds_proposed_by_id FOREIGN KEY(proposed_by_id) REFERENCES employees (id),
    CONSTRAINT fk_goodwill_refunds_decided_by_id FOREIGN KEY(decided_by_id) REFERENCES employees (id)
);

-- next
CREATE INDEX ix_goodwill_refunds_employee ON goodwill_refunds (employee_id, proposed_at);

-- next
CREATE INDEX ix_goodwill_refunds_line_id ON goodwill_refunds (line_id);

-- next
CREATE INDEX ix_goodwill_refunds_state ON goodwill_refunds (state, id);

-- next
CREATE TABLE provider_orders (
    id INTEGER NOT NULL,
    line_id INTEGER NOT NULL,
    unit_no INTEGER NOT NULL,
    issue INTEGER NOT NULL,
    replaces_id INTEGER,
    client_ref TEXT NOT NULL,
    provider_id INTEGER NOT NULL,
    sku TEXT NOT NULL,
    minor INTEGER NOT NULL,
    currency TEXT NOT NULL,
    item JSON NOT NULL,
    state VARCHAR(40) NOT NULL,
    reason TEXT DEFAULT '' NOT NULL,
    tries INTEGER NOT NULL,
    next_at DATETIME,
    turn_at DATETIME,
    quoted_minor INTEGER,
    quoted_currency TEXT,
    provider_ref TEXT,
    charged_minor INTEGER,
    charged_currency TEXT,
    fingerprint TEXT,
    cipher BLOB,
    revision INTEGER NOT NULL,
    created_at DATETIME NOT NULL,
    since DATETIME NOT NULL,
    version INTEGER NOT NULL,
    CONSTRAINT pk_provider_orders PRIMARY KEY (id),
    CONSTRAINT uq_provider_orders_line_id_unit_no_issue UNIQUE (line_id, unit_no, issue),
    CONSTRAINT ck_provider_orders_unit_no_in_range CHECK (unit_no BETWEEN 1 AND 1000),
    CONSTRAINT ck_provider_orders_unit_no_whole CHECK (typeof(unit_no) IN ('integer', 'null')),
    CONSTRAINT ck_provider_orders_issue_in_range CHECK (issue BETWEEN 1 AND 1000),
    CONSTRAINT ck_provider_orders_issue_whole CHECK (typeof(issue) IN ('integer', 'null')),
    CONSTRAINT ck_provider_orders_minor_in_range CHECK (minor BETWEEN 1 AND 1000000000000),
    CONSTRAINT ck_provider_orders_minor_whole CHECK (typeof(minor) IN ('integer', 'null')),
    CONSTRAINT ck_provider_orders_charged_minor_in_range CHECK (charged_minor BETWEEN 0 AND 1000000000000),
    CONSTRAINT ck_provider_orders_charged_minor_whole CHECK (typeof(charged_minor) IN ('integer', 'null')),
    CONSTRAINT ck_provider_orders_quoted_minor_in_range CHECK (quoted_minor BETWEEN 0 AND 1000000000000),
    CONSTRAINT ck_provider_orders_quoted_minor_whole CHECK (typeof(quoted_minor) IN ('integer', 'null')),
    CONSTRAINT ck_provider_orders_tries_in_range CHECK (tries BETWEEN 0 AND 1000000),
    CONSTRAINT ck_provider_orders_tries_whole CHECK (typeof(tries) IN ('integer', 'null')),
    CONSTRAINT ck_provider_orders_revision_in_range CHECK (revision BETWEEN 0 AND 1000000000000),
    CONSTRAINT ck_provider_orders_revision_whole CHECK (typeof(revision) IN ('integer', 'null')),
    CONSTRAINT ck_provider_orders_delivered_is_known CHECK (state NOT IN ('delivered', 'replaced') OR (fingerprint IS NOT NULL AND provider_ref IS NOT NULL)),
    CONSTRAINT ck_provider_orders_says_why CHECK (state NOT IN ('held', 'refused', 'quarantined') OR reason <> ''),
    CONSTRAINT ck_provider_orders_quarantined_keeps_no_code CHECK (state <> 'quarantined' OR (cipher IS NULL AND fingerprint IS NULL)),
    CONSTRAINT fk_provider_orders_line_id FOREIGN KEY(line_id) REFERENCES redemption_lines (id),
    CONSTRAINT fk_provider_orders_replaces_id FOREIGN KEY(replaces_id) REFERENCES provider_orders (id),
    CONSTRAINT uq_provider_orders_client_ref UNIQUE (client_ref),
    CONSTRAINT fk_provider_orders_provider_id FOREIGN KEY(provider_id) REFERENCES providers (id),
    CONSTRAINT uq_provider_orders_fingerprint UNIQUE (fingerprint)
);

-- next
CREATE INDEX ix_provider_orders_due ON provider_orders (state, next_at);

-- next
CREATE INDEX ix_provider_orders_provider_id ON provider_orders (provider_id);

-- next
CREATE INDEX ix_provider_orders_replaces_id ON provider_orders (replaces_id);

-- next
CREATE UNIQUE INDEX uq_provider_orders_unit_that_stands ON provider_orders (line_id, unit_no) WHERE state NOT IN ('canceled', 'leftover', 'refused', 'replaced');

-- next
CREATE TABLE trip_substitutions (
    id INTEGER NOT NULL,
    invitation_id INTEGER NOT NULL,
    employee_id INTEGER NOT NULL,
    state VARCHAR(40) NOT NULL,
    answer_by DATETIME,
    made_at DATETIME NOT NULL,
    changed_at DATETIME NOT NULL,
    version INTEGER DEFAULT '1' NOT NULL,
    CONSTRAINT pk_trip_substitutions PRIMARY KEY (id),
    CONSTRAINT ck_trip_substitutions_state_known CHECK (state IN ('asked', 'offered', 'taken', 'refused', 'declined', 'lapsed', 'taken_back')),
    CONSTRAINT ck_trip_substitutions_version_in_range CHECK (version BETWEEN 1 AND 1000000000000),
    CONSTRAINT ck_trip_substitutions_version_whole CHECK (typeof(version) IN ('integer', 'null')),
    CONSTRAINT ck_trip_substitutions_offered_for_a_time CHECK (state <> 'offered' OR answer_by IS NOT NULL),
    CONSTRAINT fk_trip_substitutions_invitation_id FOREIGN KEY(invitation_id) REFERENCES trip_invitations (id),
    CONSTRAINT fk_trip_substitutions_employee_id FOREIGN KEY(employee_id) REFERENCES employees (id)
);

-- next
CREATE INDEX ix_trip_substitutions_employee_id ON trip_substitutions (employee_id);

-- next
CREATE INDEX ix_trip_substitutions_invitation_id ON trip_substitutions (invitation_id);

-- next
CREATE UNIQUE INDEX uq_trip_substitutions_one_live ON trip_substitutions (invitation_id) WHERE state IN ('asked', 'offered');

-- next
CREATE TABLE made_whole (
    id INTEGER NOT NULL,
    variant_id INTEGER NOT NULL,
    employee_id INTEGER NOT NULL,
    line_id INTEGER,
    invitation_id INTEGER,
    places INTEGER NOT NULL,
    points INTEGER NOT NULL,
    trade VARCHAR(40) NOT NULL,
    at DATETIME NOT NULL,
    CONSTRAINT pk_made_whole PRIMARY KEY (id),
    CONSTRAINT ck_made_whole_for_one_place CHECK ((line_id IS NULL) <> (invitation_id IS NULL)),
    CONSTRAINT ck_made_whole_trade_known CHECK (trade IN ('nothing', 'points', 'package', 'later')),
    CONSTRAINT ck_made_whole_points_in_range CHECK (points BETWEEN 0 AND 1000000000000),
    CONSTRAINT ck_made_whole_points_whole CHECK (typeof(points) IN ('integer', 'null')),
    CONSTRAINT ck_made_whole_places_in_range CHECK (places BETWEEN 0 AND 1000000000000),
    CONSTRAINT ck_made_whole_places_whole CHECK (typeof(places) IN ('integer', 'null')),
    CONSTRAINT fk_made_whole_variant_id FOREIGN KEY(variant_id) REFERENCES canceled_departures (variant_id),
    CONSTRAINT fk_made_whole_employee_id FOREIGN KEY(employee_id) REFERENCES employees (id),
    CONSTRAINT uq_made_whole_line_id UNIQUE (line_id),
    CONSTRAINT fk_made_whole_line_id FOREIGN KEY(line_id) REFERENCES redemption_lines (id),
    CONSTRAINT uq_made_whole_invitation_id UNIQUE (invitation_id),
    CONSTRAINT fk_made_whole_invitation_id FOREIGN KEY(invitation_id) REFERENCES trip_invitations (id)
);

-- next
CREATE INDEX ix_made_whole_variant_id ON made_whole (variant_id);

-- next
CREATE TRIGGER made_whole_refuses_UPDATE BEFORE UPDATE ON made_whole
BEGIN SELECT RAISE(ABORT, 'made_whole is append-only; a correction is a new row'); END;

-- next
CREATE TRIGGER made_whole_refuses_DELETE BEFORE DELETE ON made_whole
BEGIN SELECT RAISE(ABORT, 'made_whole is append-only; a correction is a new row'); END;

-- next
CREATE TABLE journey_events (
    id INTEGER NOT NULL,
    line_id INTEGER NOT NULL,
    seq INTEGER NOT NULL,
    from_state VARCHAR(40),
    to_state VARCHAR(40) NOT NULL,
    actor_id INTEGER,
    note TEXT NOT NULL,
    at DATETIME NOT NULL,
    CONSTRAINT pk_journey_events PRIMARY KEY (id),
    CONSTRAINT uq_journey_events_line_id_seq UNIQUE (line_id, seq),
    CONSTRAINT fk_journey_events_line_id FOREIGN KEY(line_id) REFERENCES journeys (line_id),
    CONSTRAINT fk_journey_events_actor_id FOREIGN KEY(actor_id) REFERENCES employees (id)
);

-- next
CREATE TRIGGER journey_events_refuses_UPDATE BEFORE UPDATE ON journey_events
BEGIN SELECT RAISE(ABORT, 'journey_events is append-only; a correction is a new row'); END;

-- next
CREATE TRIGGER journey_events_refuses_DELETE BEFORE DELETE ON journey_events
BEGIN SELECT RAISE(ABORT, 'journey_events is append-only; a correction is a new row'); END;

-- next
CREATE TABLE journey_bookings (
    id INTEGER NOT NULL,
    line_id INTEGER NOT NULL,
    seq INTEGER NOT NULL,
    starts_on DATE NOT NULL,
    ends_on DATE NOT NULL,
    operator TEXT NOT NULL,
    confirmation TEXT NOT NULL,
    parts JSON NOT NULL,
    note TEXT DEFAULT '' NOT NULL,
    booked_by_id INTEGER NOT NULL,
    booked_at DATETIME NOT NULL,
    CONSTRAINT pk_journey_bookings PRIMARY KEY (id),
    CONSTRAINT uq_journey_bookings_line_id_seq UNIQUE (line_id, seq),
    CONSTRAINT ck_journey_bookings_seq_in_range CHECK (seq BETWEEN 1 AND 1000000000000),
    CONSTRAINT ck_journey_bookings_seq_whole CHECK (typeof(seq) IN ('integer', 'null')),
    CONSTRAINT ck_journey_bookings_lasts_a_night CHECK (starts_on < ends_on),
    CONSTRAINT ck_journey_bookings_confirmed_by_somebody CHECK (operator <> '' AND confirmation <> ''),
    CONSTRAINT ck_journey_bookings_a_change_says_why CHECK (seq = 1 OR note <> ''),
    CONSTRAINT fk_journey_bookings_line_id FOREIGN KEY(line_id) REFERENCES journeys (line_id),
    CONSTRAINT fk_journey_bookings_booked_by_id FOREIGN KEY(booked_by_id) REFERENCES employees (id)
);

-- next
CREATE TRIGGER journey_bookings_refuses_UPDATE BEFORE UPDATE ON journey_bookings
BEGIN SELECT RAISE(ABORT, 'journey_bookings is append-only; a correction is a new row'); END;

-- next
CREATE TRIGGER journey_bookings_refuses_DELETE BEFORE DELETE ON journey_bookings
BEGIN SELECT RAISE(ABORT, 'journey_bookings is append-only; a correction is a new row'); END;

-- next
CREATE TABLE approval_assignees (
    id INTEGER NOT NULL,
    step_id INTEGER NOT NULL,
    line_id INTEGER NOT NULL,
    requester_id INTEGER NOT NULL,
    employee_id INTEGER NOT NULL,
    via TEXT NOT NULL,
    because TEXT DEFAULT '' NOT NULL,
    escalated_at DATETIME,
    CONSTRAINT pk_approval_assignees PRIMARY KEY (id),
    CONSTRAINT uq_approval_assignees_step_id_employee_id UNIQUE (step_id, employee_id),
    CONSTRAINT fk_approval_assignees_step FOREIGN KEY(step_id, line_id, requester_id) REFERENCES approval_steps (id, line_id, requester_id),
    CONSTRAINT ck_approval_assignees_not_the_requester CHECK (employee_id <> requester_id),
    CONSTRAINT uq_approval_assignees_step_id_employee_id_line_id_requester_id UNIQUE (step_id, employee_id, line_id, requester_id),
    CONSTRAINT fk_approval_assignees_employee_id FOREIGN KEY(employee_id) REFERENCES employees (id)
);

-- next
CREATE INDEX ix_approval_assignees_employee_id_line_id ON approval_assignees (employee_id, line_id);

-- next
CREATE TABLE approval_clocks (
    step_id INTEGER NOT NULL,
    remind_at DATETIME NOT NULL,
    escalate_at DATETIME NOT NULL,
    warn_at DATETIME NOT NULL,
    closes_at DATETIME NOT NULL,
    passes_at DATETIME,
    reminded_at DATETIME,
    escalated_at DATETIME,
    warned_at DATETIME,
    looked_at DATETIME,
    kept_for TEXT DEFAULT '' NOT NULL,
    CONSTRAINT pk_approval_clocks PRIMARY KEY (step_id),
    CONSTRAINT ck_approval_clocks_reminds_first CHECK (escalated_at IS NULL OR reminded_at IS NOT NULL),
    CONSTRAINT fk_approval_clocks_step_id FOREIGN KEY(step_id) REFERENCES approval_steps (id)
);

-- next
CREATE TABLE approval_notes (
    id INTEGER NOT NULL,
    line_id INTEGER NOT NULL,
    step_id INTEGER NOT NULL,
    author_id INTEGER NOT NULL,
    kind VARCHAR(40) NOT NULL,
    text TEXT NOT NULL,
    at DATETIME NOT NULL,
    CONSTRAINT pk_approval_notes PRIMARY KEY (id),
    CONSTRAINT ck_approval_notes_says_something CHECK (kind = 'reminder' OR text <> ''),
    CONSTRAINT fk_approval_notes_line_id FOREIGN KEY(line_id) REFERENCES redemption_lines (id),
    CONSTRAINT fk_approval_notes_step_id FOREIGN KEY(step_id) REFERENCES approval_steps (id),
    CONSTRAINT fk_approval_notes_author_id FOREIGN KEY(author_id) REFERENCES employees (id)
);

-- next
CREATE INDEX ix_approval_notes_line_id ON approval_notes (line_id);

-- next
CREATE TRIGGER approval_notes_refuses_UPDATE BEFORE UPDATE ON approval_notes
BEGIN SELECT RAISE(ABORT, 'approval_notes is append-only; a correction is a new row'); END;

-- next
CREATE TRIGGER approval_notes_refuses_DELETE BEFORE DELETE ON approval_notes
BEGIN SELECT RAISE(ABORT, 'approval_notes is append-only; a correction is a new row'); END;

-- next
CREATE TABLE booking_events (
    id INTEGER NOT NULL,
    booking_id INTEGER NOT NULL,
    seq INTEGER NOT NULL,
    from_state VARCHAR(40),
    to_state VARCHAR(40) NOT NULL,
    actor_id INTEGER,
    note TEXT NOT NULL,
    at DATETIME NOT NULL,
    CONSTRAINT pk_booking_events PRIMARY KEY (id),
    CONSTRAINT uq_booking_events_booking_id_seq UNIQUE (booking_id, seq),
    CONSTRAINT fk_booking_events_booking_id FOREIGN KEY(booking_id) REFERENCES bookings (id),
    CONSTRAINT fk_booking_events_actor_id FOREIGN KEY(actor_id) REFERENCES employees (id)
);

-- next
CREATE TRIGGER booking_events_refuses_UPDATE BEFORE UPDATE ON booking_events
BEGIN SELECT RAISE(ABORT, 'booking_events is append-only; a correction is a new row'); END;

-- next
CREATE TRIGGER booking_events_refuses_DELETE BEFORE DELETE ON booking_events
BEGIN SELECT RAISE(ABORT, 'booking_events is append-only; a correction is a new row'); END;

-- next
CREATE TABLE travelers (
    id INTEGER NOT NULL,
    booking_id INTEGER NOT NULL,
    position INTEGER NOT NULL,
    employee_id INTEGER,
    name TEXT NOT NULL,
    CONSTRAINT pk_travelers PRIMARY KEY (id),
    CONSTRAINT uq_travelers_booking_id_position UNIQUE (booking_id, position),
    CONSTRAINT uq_travelers_booking_id_employee_id UNIQUE (booking_id, employee_id),
    CONSTRAINT ck_travelers_position_in_range CHECK (position BETWEEN 1 AND 1000),
    CONSTRAINT ck_travelers_position_whole CHECK (typeof(position) IN ('integer', 'null')),
    CONSTRAINT fk_travelers_booking_id FOREIGN KEY(booking_id) REFERENCES bookings (id),
    CONSTRAINT fk_travelers_employee_id FOREIGN KEY(employee_id) REFERENCES employees (id)
);

-- next
CREATE INDEX ix_travelers_employee_id ON travelers (employee_id);

-- next
CREATE TABLE wait_events (
    id INTEGER NOT NULL,
    wait_id INTEGER NOT NULL,
    seq INTEGER NOT NULL,
    from_state VARCHAR(40),
    to_state VARCHAR(40) NOT NULL,
    units INTEGER NOT NULL,
    at_hand INTEGER,
    actor_id INTEGER,
    note TEXT NOT NULL,
    at DATETIME NOT NULL,
    CONSTRAINT pk_wait_events PRIMARY KEY (id),
    CONSTRAINT uq_wait_events_wait_id_seq UNIQUE (wait_id, seq),
    CONSTRAINT ck_wait_events_units_in_range CHECK (units BETWEEN 1 AND 5),
    CONSTRAINT ck_wait_events_units_whole CHECK (typeof(units) IN ('integer', 'null')),
    CONSTRAINT ck_wait_events_at_hand_in_range CHECK (at_hand BETWEEN 1 AND 1000000000000),
    CONSTRAINT ck_wait_events_at_hand_whole CHECK (typeof(at_hand) IN ('integer', 'null')),
    CONSTRAINT fk_wait_events_wait_id FOREIGN KEY(wait_id) REFERENCES waits (id),
    CONSTRAINT fk_wait_events_actor_id FOREIGN KEY(actor_id) REFERENCES employees (id)
);

-- next
CREATE TRIGGER wait_events_refuses_UPDATE BEFORE UPDATE ON wait_events
BEGIN SELECT RAISE(ABORT, 'wait_events is append-only; a correction is a new row'); END;

-- next
CREATE TRIGGER wait_events_refuses_DELETE BEFORE DELETE ON wait_events
BEGIN SELECT RAISE(ABORT, 'wait_events is append-only; a correction is a new row'); END;

-- next
CREATE TABLE gift_events (
    line_id INTEGER NOT NULL,
    to_state VARCHAR(40) NOT NULL,
    actor_id INTEGER,
    at DATETIME NOT NULL,
    CONSTRAINT pk_gift_events PRIMARY KEY (line_id),
    CONSTRAINT fk_gift_events_line_id FOREIGN KEY(line_id) REFERENCES gifts (line_id),
    CONSTRAINT fk_gift_events_actor_id FOREIGN KEY(actor_id) REFERENCES employees (id)
);

-- next
CREATE TRIGGER gift_events_refuses_UPDATE BEFORE UPDATE ON gift_events
BEGIN SELECT RAISE(ABORT, 'gift_events is append-only; a correction is a new row'); END;

-- next
CREATE TRIGGER gift_events_refuses_DELETE BEFORE DELETE ON gift_events
BEGIN SELECT RAISE(ABORT, 'gift_events is append-only; a correction is a new row'); END;

-- next
CREATE TABLE task_events (
    id INTEGER NOT NULL,
    task_id INTEGER NOT NULL,
    seq INTEGER NOT NULL,
    from_state VARCHAR(40),
    to_state VARCHAR(40) NOT NULL,
    actor_id INTEGER,
    note TEXT NOT NULL,
    at DATETIME NOT NULL,
    CONSTRAINT pk_task_events PRIMARY KEY (id),
    CONSTRAINT uq_task_events_task_id_seq UNIQUE (task_id, seq),
    CONSTRAINT fk_task_events_task_id FOREIGN KEY(task_id) REFERENCES fulfillment_tasks (id),
    CONSTRAINT fk_task_events_actor_id FOREIGN KEY(actor_id) REFERENCES employees (id)
);

-- next
CREATE TRIGGER task_events_refuses_UPDATE BEFORE UPDATE ON task_events
BEGIN SELECT RAISE(ABORT, 'task_events is append-only; a correction is a new row'); END;

-- next
CREATE TRIGGER task_events_refuses_DELETE BEFORE DELETE ON task_events
BEGIN SELECT RAISE(ABORT, 'task_events is append-only; a correction is a new row'); END;

-- next
CREATE TABLE shipments (
    id INTEGER NOT NULL,
    task_id INTEGER NOT NULL,
    number INTEGER NOT NULL,
    units INTEGER NOT NULL,
    carrier TEXT NOT NULL,
    tracking TEXT DEFAULT '' NOT NULL,
    sent_on DATE NOT NULL,
    state VARCHAR(40) NOT NULL,
    delivered_at DATETIME,
    proof TEXT DEFAULT '' NOT NULL,
    changed_at DATETIME NOT NULL,
    version INTEGER NOT NULL,
    CONSTRAINT pk_shipments PRIMARY KEY (id),
    CONSTRAINT uq_shipments_task_id_number UNIQUE (task_id, number),
    CONSTRAINT ck_shipments_number_in_range CHECK (number BETWEEN 1 AND 1000),
    CONSTRAINT ck_shipments_number_whole CHECK (typeof(number) IN ('integer', 'null')),
    CONSTRAINT ck_shipments_units_in_range CHECK (units BETWEEN 1 AND 1000),
    CONSTRAINT ck_shipments_units_whole CHECK (typeof(units) IN ('integer', 'null')),
    CONSTRAINT ck_shipments_sent_by_somebody CHECK (carrier <> ''),
    CONSTRAINT ck_shipments_delivered_has_a_time CHECK (state <> 'delivered' OR delivered_at IS NOT NULL),
    CONSTRAINT fk_shipments_task_id FOREIGN KEY(task_id) REFERENCES fulfillment_tasks (id)
);

-- next
CREATE TABLE shortage_events (
    id INTEGER NOT NULL,
    shortage_id INTEGER NOT NULL,
    seq INTEGER NOT NULL,
    from_state VARCHAR(40),
    to_state VARCHAR(40) NOT NULL,
    actor_id INTEGER,
    note TEXT NOT NULL,
    at DATETIME NOT NULL,
    CONSTRAINT pk_shortage_events PRIMARY KEY (id),
    CONSTRAINT uq_shortage_events_shortage_id_seq UNIQUE (shortage_id, seq),
    CONSTRAINT fk_shortage_events_shortage_id FOREIGN KEY(shortage_id) REFERENCES shortages (id),
    CONSTRAINT fk_shortage_events_actor_id FOREIGN KEY(actor_id) REFERENCES employees (id)
);

-- next
CREATE TRIGGER shortage_events_refuses_UPDATE BEFORE UPDATE ON shortage_events
BEGIN SELECT RAISE(ABORT, 'shortage_events is append-only; a correction is a new row'); END;

-- next
CREATE TRIGGER shortage_events_refuses_DELETE BEFORE DELETE ON shortage_events
BEGIN SELECT RAISE(ABORT, 'shortage_events is append-only; a correction is a new row'); END;

-- next
CREATE TABLE vouchers (
    id INTEGER NOT NULL,
    line_id INTEGER NOT NULL,
    unit_no INTEGER NOT NULL,
    issue INTEGER NOT NULL,
    number TEXT NOT NULL,
    kind VARCHAR(40) NOT NULL,
    title TEXT NOT NULL,
    fingerprint TEXT NOT NULL,
    cipher BLOB NOT NULL,
    last4 TEXT NOT NULL,
    initial INTEGER NOT NULL,
    remaining INTEGER NOT NULL,
    currency TEXT,
    state VARCHAR(40) NOT NULL,
    issued_at DATETIME NOT NULL,
    issued_until DATE,
    valid_until DATE,
    provider_order_id INTEGER,
    stock_code_id INTEGER,
    version INTEGER NOT NULL,
    CONSTRAINT pk_vouchers PRIMARY KEY (id),
    CONSTRAINT uq_vouchers_line_id_unit_no_issue UNIQUE (line_id, unit_no, issue),
    CONSTRAINT ck_vouchers_unit_no_in_range CHECK (unit_no BETWEEN 1 AND 1000),
    CONSTRAINT ck_vouchers_unit_no_whole CHECK (typeof(unit_no) IN ('integer', 'null')),
    CONSTRAINT ck_vouchers_issue_in_range CHECK (issue BETWEEN 1 AND 1000),
    CONSTRAINT ck_vouchers_issue_whole CHECK (typeof(issue) IN ('integer', 'null')),
    CONSTRAINT ck_vouchers_initial_in_range CHECK (initial BETWEEN 1 AND 1000000000000),
    CONSTRAINT ck_vouchers_initial_whole CHECK (typeof(initial) IN ('integer', 'null')),
    CONSTRAINT ck_vouchers_remaining_in_range CHECK (remaining BETWEEN 0 AND 1000000000000),
    CONSTRAINT ck_vouchers_remaining_whole CHECK (typeof(remaining) IN ('integer', 'null')),
    CONSTRAINT ck_vouchers_never_more_than_issued CHECK (remaining <= initial),
    CONSTRAINT ck_vouchers_unused_is_whole CHECK (state NOT IN ('issued', 'active') OR remaining = initial),
    CONSTRAINT ck_vouchers_used_is_empty CHECK (state <> 'used' OR remaining = 0),
    CONSTRAINT ck_vouchers_last_four CHECK (length(last4) = 4),
    CONSTRAINT ck_vouchers_ours_has_a_last_day CHECK (valid_until IS NOT NULL OR provider_order_id IS NOT NULL OR stock_code_id IS NOT NULL),
    CONSTRAINT fk_vouchers_line_id FOREIGN KEY(line_id) REFERENCES redemption_lines (id),
    CONSTRAINT uq_vouchers_number UNIQUE (number),
    CONSTRAINT uq_vouchers_fingerprint UNIQUE (fingerprint),
    CONSTRAINT uq_vouchers_provider_order_id UNIQUE (provider_order_id),
    CONSTRAINT fk_vouchers_provider_order_id FOREIGN KEY(provider_order_id) REFERENCES provider_orders (id),
    CONSTRAINT fk_vouchers_stock_code_id FOREIGN KEY(stock_code_id) REFERENCES stock_codes (id)
);

-- next
CREATE INDEX ix_vouchers_state_valid_until ON vouchers (state, valid_until);

-- next
CREATE UNIQUE INDEX uq_vouchers_stock_code_in_force ON vouchers (stock_code_id) WHERE state <> 'void';

-- next
CREATE UNIQUE INDEX uq_vouchers_unit_in_force ON vouchers (line_id, unit_no) WHERE state <> 'void';

-- next
CREATE TABLE goods_return_events (
    id INTEGER NOT NULL,
    return_id INTEGER NOT NULL,
    seq INTEGER NOT NULL,
    from_state VARCHAR(40),
    to_state VARCHAR(40) NOT NULL,
    actor_id INTEGER,
    note TEXT NOT NULL,
    at DATETIME NOT NULL,
    CONSTRAINT pk_goods_return_events PRIMARY KEY (id),
    CONSTRAINT uq_goods_return_events_return_id_seq UNIQUE (return_id, seq),
    CONSTRAINT fk_goods_return_events_return_id FOREIGN KEY(return_id) REFERENCES goods_returns (id),
    CONSTRAINT fk_goods_return_events_actor_id FOREIGN KEY(actor_id) REFERENCES employees (id)
);

-- next
CREATE TRIGGER goods_return_events_refuses_UPDATE BEFORE UPDATE ON goods_return_events
BEGIN SELECT RAISE(ABORT, 'goods_return_events is append-only; a correction is a new row'); END;

-- next
CREATE TRIGGER goods_return_events_refuses_DELETE BEFORE DELETE ON goods_return_events
BEGIN SELECT RAISE(ABORT, 'goods_return_events is append-only; a correction is a new row'); END;

-- next
CREATE TABLE stock_code_events (
    id INTEGER NOT NULL,
    code_id INTEGER NOT NULL,
    seq INTEGER NOT NULL,
    from_state VARCHAR(40),
    to_state VARCHAR(40) NOT NULL,
    line_id INTEGER,
    actor_id INTEGER,
    note TEXT NOT NULL,
    at DATETIME NOT NULL,
    CONSTRAINT pk_stock_code_events PRIMARY KEY (id),
    CONSTRAINT uq_stock_code_events_code_id_seq UNIQUE (code_id, seq),
    CONSTRAINT fk_stock_code_events_code_id FOREIGN KEY(code_id) REFERENCES stock_codes (id),
    CONSTRAINT fk_stock_code_events_line_id FOREIGN KEY(line_id) REFERENCES redemption_lines (id),
    CONSTRAINT fk_stock_code_events_actor_id FOREIGN KEY(actor_id) REFERENCES employees (id)
);

-- next
CREATE TRIGGER stock_code_events_refuses_UPDATE BEFORE UPDATE ON stock_code_events
BEGIN SELECT RAISE(ABORT, 'stock_code_events is append-only; a correction is a new row'); END;

-- next
CREATE TRIGGER stock_code_events_refuses_DELETE BEFORE DELETE ON stock_code_events
BEGIN SELECT RAISE(ABORT, 'stock_code_events is append-only; a correction is a new row'); END;

-- next
CREATE TABLE goodwill_events (
    id INTEGER NOT NULL,
    goodwill_id INTEGER NOT NULL,
    seq INTEGER NOT NULL,
    from_state VARCHAR(40),
    to_state VARCHAR(40) NOT NULL,
    actor_id INTEGER NOT NULL,
    note TEXT NOT NULL,
    at DATETIME NOT NULL,
    CONSTRAINT pk_goodwill_events PRIMARY KEY (id),
    CONSTRAINT uq_goodwill_events_goodwill_id_seq UNIQUE (goodwill_id, seq),
    CONSTRAINT fk_goodwill_events_goodwill_id FOREIGN KEY(goodwill_id) REFERENCES goodwill_refunds (id),
    CONSTRAINT fk_goodwill_events_actor_id FOREIGN KEY(actor_id) REFERENCES employees (id)
);

-- next
CREATE TRIGGER goodwill_events_refuses_UPDATE BEFORE UPDATE ON goodwill_events
BEGIN SELECT RAISE(ABORT, 'goodwill_events is append-only; a correction is a new row'); END;

-- next
CREATE TRIGGER goodwill_events_refuses_DELETE BEFORE DELETE ON goodwill_events
BEGIN SELECT RAISE(ABORT, 'goodwill_events is append-only; a correction is a new row'); END;

-- next
CREATE TABLE provider_order_events (
    id INTEGER NOT NULL,
    order_id INTEGER NOT NULL,
    seq INTEGER NOT NULL,
    from_state VARCHAR(40),
    to_state VARCHAR(40) NOT NULL,
    actor_id INTEGER,
    note TEXT NOT NULL,
    at DATETIME NOT NULL,
    CONSTRAINT pk_provider_order_events PRIMARY KEY (id),
    CONSTRAINT uq_provider_order_events_order_id_seq UNIQUE (order_id, seq),
    CONSTRAINT fk_provider_order_events_order_id FOREIGN KEY(order_id) REFERENCES provider_orders (id),
    CONSTRAINT fk_provider_order_events_actor_id FOREIGN KEY(actor_id) REFERENCES employees (id)
);

-- next
CREATE TRIGGER provider_order_events_refuses_UPDATE BEFORE UPDATE ON provider_order_events
BEGIN SELECT RAISE(ABORT, 'provider_order_events is append-only; a correction is a new row'); END;

-- next
CREATE TRIGGER provider_order_events_refuses_DELETE BEFORE DELETE ON provider_order_events
BEGIN SELECT RAISE(ABORT, 'provider_order_events is append-only; a correction is a new row'); END;

-- next
CREATE TABLE itinerary_looks (
    booking_id INTEGER NOT NULL,
    employee_id INTEGER NOT NULL,
    seen_at DATETIME NOT NULL,
    CONSTRAINT pk_itinerary_looks PRIMARY KEY (booking_id, employee_id),
    CONSTRAINT fk_itinerary_looks_booking_id FOREIGN KEY(booking_id) REFERENCES bookings (id),
    CONSTRAINT fk_itinerary_looks_employee_id FOREIGN KEY(employee_id) REFERENCES employees (id)
);

-- next
CREATE INDEX ix_itinerary_looks_employee_id ON itinerary_looks (employee_id);

-- next
CREATE TABLE itinerary_feeds (
    id INTEGER NOT NULL,
    booking_id INTEGER NOT NULL,
    employee_id INTEGER NOT NULL,
    issue INTEGER DEFAULT '1' NOT NULL,
    is_open BOOLEAN NOT NULL,
    made_at DATETIME NOT NULL,
    CONSTRAINT pk_itinerary_feeds PRIMARY KEY (id),
    CONSTRAINT uq_itinerary_feeds_booking_id_employee_id UNIQUE (booking_id, employee_id),
    CONSTRAINT ck_itinerary_feeds_issue_in_range CHECK (issue BETWEEN 1 AND 1000000000000),
    CONSTRAINT ck_itinerary_feeds_issue_whole CHECK (typeof(issue) IN ('integer', 'null')),
    CONSTRAINT fk_itinerary_feeds_booking_id FOREIGN KEY(booking_id) REFERENCES bookings (id),
    CONSTRAINT fk_itinerary_feeds_employee_id FOREIGN KEY(employee_id) REFERENCES employees (id)
);

-- next
CREATE INDEX ix_itinerary_feeds_employee_id ON itinerary_feeds (employee_id);

-- next
CREATE TABLE trip_substitution_events (
    id INTEGER NOT NULL,
    substitution_id INTEGER NOT NULL,
    seq INTEGER NOT NULL,
    from_state VARCHAR(40),
    to_state VARCHAR(40) NOT NULL,
    actor_id INTEGER,
    note TEXT NOT NULL,
    at DATETIME NOT NULL,
    CONSTRAINT pk_trip_substitution_events PRIMARY KEY (id),
    CONSTRAINT uq_trip_substitution_events_substitution_id_seq UNIQUE (substitution_id, seq),
    CONSTRAINT fk_trip_substitution_events_substitution_id FOREIGN KEY(substitution_id) REFERENCES trip_substitutions (id),
    CONSTRAINT fk_trip_substitution_events_actor_id FOREIGN KEY(actor_id) REFERENCES employees (id)
);

-- next
CREATE TRIGGER trip_substitution_events_refuses_UPDATE BEFORE UPDATE ON trip_substitution_events
BEGIN SELECT RAISE(ABORT, 'trip_substitution_events is append-only; a correction is a new row'); END;

-- next
CREATE TRIGGER trip_substitution_events_refuses_DELETE BEFORE DELETE ON trip_substitution_events
BEGIN SELECT RAISE(ABORT, 'trip_substitution_events is append-only; a correction is a new row'); END;

-- next
CREATE TABLE standing_checks (
    booking_id INTEGER NOT NULL,
    variant_id INTEGER NOT NULL,
    state VARCHAR(40) NOT NULL,
    seen TEXT DEFAULT '' NOT NULL,
    opened_at DATETIME NOT NULL,
    changed_at DATETIME NOT NULL,
    version INTEGER DEFAULT '1' NOT NULL,
    CONSTRAINT pk_standing_checks PRIMARY KEY (booking_id),
    CONSTRAINT ck_standing_checks_state_known CHECK (state IN ('open', 'fine', 'kept', 'withdrawn')),
    CONSTRAINT ck_standing_checks_version_in_range CHECK (version BETWEEN 1 AND 1000000000000),
    CONSTRAINT ck_standing_checks_version_whole CHECK (typeof(version) IN ('integer', 'null')),
    CONSTRAINT ck_standing_checks_fine_is_fine CHECK (state <> 'fine' OR seen = ''),
    CONSTRAINT fk_standing_checks_booking_id FOREIGN KEY(booking_id) REFERENCES bookings (id),
    CONSTRAINT fk_standing_checks_variant_id FOREIGN KEY(variant_id) REFERENCES variants (id)
);

-- next
CREATE INDEX ix_standing_checks_departure ON standing_checks (variant_id, state);

-- next
CREATE TABLE journey_documents (
    id INTEGER NOT NULL,
    line_id INTEGER NOT NULL,
    seq INTEGER NOT NULL,
    name TEXT NOT NULL,
    media_type TEXT NOT NULL,
    sha256 TEXT NOT NULL,
    size INTEGER NOT NULL,
    sealed BLOB NOT NULL,
    added_by_id INTEGER NOT NULL,
    added_at DATETIME NOT NULL,
    CONSTRAINT pk_journey_documents PRIMARY KEY (id),
    CONSTRAINT uq_journey_documents_line_id_sha256 UNIQUE (line_id, sha256),
    CONSTRAINT fk_journey_documents_booking FOREIGN KEY(line_id, seq) REFERENCES journey_bookings (line_id, seq),
    CONSTRAINT ck_journey_documents_size_in_range CHECK (size BETWEEN 1 AND 1000000000000),
    CONSTRAINT ck_journey_documents_size_whole CHECK (typeof(size) IN ('integer', 'null')),
    CONSTRAINT fk_journey_documents_added_by_id FOREIGN KEY(added_by_id) REFERENCES employees (id)
);

-- next
CREATE TABLE approval_decisions (
    id INTEGER NOT NULL,
    step_id INTEGER NOT NULL,
    line_id INTEGER NOT NULL,
    requester_id INTEGER NOT NULL,
    approver_id INTEGER NOT NULL,
    asked_id INTEGER NOT NULL,
    absence_id INTEGER,
    round INTEGER NOT NULL,
    verdict VARCHAR(40) NOT NULL,
    reason TEXT NOT NULL,
    content_hash TEXT NOT NULL,
    undoes_id INTEGER,
    decided_at DATETIME NOT NULL,
    effective_at DATETIME NOT NULL,
    CONSTRAINT pk_approval_decisions PRIMARY KEY (id),
    CONSTRAINT fk_approval_decisions_assignee FOREIGN KEY(step_id, asked_id, line_id, requester_id) REFERENCES approval_assignees (step_id, employee_id, line_id, requester_id),
    CONSTRAINT fk_approval_decisions_content FOREIGN KEY(line_id, content_hash) REFERENCES redemption_lines (id, content_hash),
    CONSTRAINT fk_approval_decisions_absence FOREIGN KEY(absence_id, asked_id, approver_id) REFERENCES approval_absences (id, employee_id, stand_in_id),
    CONSTRAINT ck_approval_decisions_not_their_own CHECK (approver_id <> requester_id),
    CONSTRAINT ck_approval_decisions_for_others_as_stand_in CHECK ((asked_id = approver_id) = (absence_id IS NULL)),
    CONSTRAINT ck_approval_decisions_undo_names_what CHECK ((verdict = 'undo') = (undoes_id IS NOT NULL)),
    CONSTRAINT ck_approval_decisions_decline_says_why CHECK (verdict <> 'decline' OR reason <> ''),
    CONSTRAINT uq_approval_decisions_undoes_id UNIQUE (undoes_id),
    CONSTRAINT fk_approval_decisions_undoes_id FOREIGN KEY(undoes_id) REFERENCES approval_decisions (id)
);

-- next
CREATE INDEX ix_approval_decisions_approver_id ON approval_decisions (approver_id);

-- next
CREATE UNIQUE INDEX uq_approval_decisions_answer ON approval_decisions (step_id, round) WHERE verdict <> 'undo';

-- next
CREATE TRIGGER approval_decisions_refuses_UPDATE BEFORE UPDATE ON approval_decisions
BEGIN SELECT RAISE(ABORT, 'approval_decisions is append-only; a correction is a new row'); END;

-- next
CREATE TRIGGER approval_decisions_refuses_DELETE BEFORE DELETE ON approval_decisions
BEGIN SELECT RAISE(ABORT, 'approval_decisions is append-only; a correction is a new row'); END;

-- next
CREATE TABLE shipment_events (
    id INTEGER NOT NULL,
    shipment_id INTEGER NOT NULL,
    seq INTEGER NOT NULL,
    from_state VARCHAR(40),
    to_state VARCHAR(40) NOT NULL,
    actor_id INTEGER,
    note TEXT NOT NULL,
    at DATETIME NOT NULL,
    CONSTRAINT pk_shipment_events PRIMARY KEY (id),
    CONSTRAINT uq_shipment_events_shipment_id_seq UNIQUE (shipment_id, seq),
    CONSTRAINT fk_shipment_events_shipment_id FOREIGN KEY(shipment_id) REFERENCES shipments (id),
    CONSTRAINT fk_shipment_events_actor_id FOREIGN KEY(actor_id) REFERENCES employees (id)
);

-- next
CREATE TRIGGER shipment_events_refuses_UPDATE BEFORE UPDATE ON shipment_events
BEGIN SELECT RAISE(ABORT, 'shipment_events is append-only; a correction is a new row'); END;

-- next
CREATE TRIGGER shipment_events_refuses_DELETE BEFORE DELETE ON shipment_events
BEGIN SELECT RAISE(ABORT, 'shipment_events is append-only; a correction is a new row'); END;

-- next
CREATE TABLE voucher_events (
    id INTEGER NOT NULL,
    voucher_id INTEGER NOT NULL,
    seq INTEGER NOT NULL,
    from_state VARCHAR(40),
    to_state VARCHAR(40) NOT NULL,
    actor_id INTEGER,
    note TEXT NOT NULL,
    at DATETIME NOT NULL,
    CONSTRAINT pk_voucher_events PRIMARY KEY (id),
    CONSTRAINT uq_voucher_events_voucher_id_seq UNIQUE (voucher_id, seq),
    CONSTRAINT fk_voucher_events_voucher_id FOREIGN KEY(voucher_id) REFERENCES vouchers (id),
    CONSTRAINT fk_voucher_events_actor_id FOREIGN KEY(actor_id) REFERENCES employees (id)
);

-- next
CREATE TRIGGER voucher_events_refuses_UPDATE BEFORE UPDATE ON voucher_events
BEGIN SELECT RAISE(ABORT, 'voucher_events is append-only; a correction is a new row'); END;

-- next
CREATE TRIGGER voucher_events_refuses_DELETE BEFORE DELETE ON voucher_events
BEGIN SELECT RAISE(ABORT, 'voucher_events is append-only; a correction is a new row'); END;

-- next
CREATE TABLE code_reveals (
    id INTEGER NOT NULL,
    voucher_id INTEGER NOT NULL,
    employee_id INTEGER NOT NULL,
    shown_as VARCHAR(40) NOT NULL,
    at DATETIME NOT NULL,
    CONSTRAINT pk_code_reveals PRIMARY KEY (id),
    CONSTRAINT fk_code_reveals_voucher_id FOREIGN KEY(voucher_id) REFERENCES vouchers (id),
    CONSTRAINT fk_code_reveals_employee_id FOREIGN KEY(employee_id) REFERENCES employees (id)
);

-- next
CREATE INDEX ix_code_reveals_voucher_id ON code_reveals (voucher_id);

-- next
CREATE TRIGGER code_reveals_refuses_UPDATE BEFORE UPDATE ON code_reveals
BEGIN SELECT RAISE(ABORT, 'code_reveals is append-only; a correction is a new row'); END;

-- next
CREATE TRIGGER code_reveals_refuses_DELETE BEFORE DELETE ON code_reveals
BEGIN SELECT RAISE(ABORT, 'code_reveals is append-only; a correction is a new row'); END;

-- next
CREATE TABLE certificates (
    id INTEGER NOT NULL,
    line_id INTEGER,
    traveler_id INTEGER,
    unit_no INTEGER NOT NULL,
    employee_id INTEGER NOT NULL,
    reward_id INTEGER NOT NULL,
    reference TEXT NOT NULL,
    number TEXT NOT NULL,
    kind VARCHAR(40) NOT NULL,
    title TEXT NOT NULL,
    slug TEXT NOT NULL,
    art JSON NOT NULL,
    name TEXT NOT NULL,
    reason TEXT NOT NULL,
    signers JSON NOT NULL,
    state VARCHAR(40) NOT NULL,
    issued_at DATETIME NOT NULL,
    voided_at DATETIME,
    CONSTRAINT pk_certificates PRIMARY KEY (id),
    CONSTRAINT uq_certificates_line_id_unit_no UNIQUE (line_id, unit_no),
    CONSTRAINT uq_certificates_traveler_id_unit_no UNIQUE (traveler_id, unit_no),
    CONSTRAINT ck_certificates_unit_no_in_range CHECK (unit_no BETWEEN 1 AND 1000),
    CONSTRAINT ck_certificates_unit_no_whole CHECK (typeof(unit_no) IN ('integer', 'null')),
    CONSTRAINT ck_certificates_for_one_thing CHECK ((line_id IS NULL) <> (traveler_id IS NULL)),
    CONSTRAINT ck_certificates_void_has_a_time CHECK ((state = 'void') = (voided_at IS NOT NULL)),
    CONSTRAINT fk_certificates_line_id FOREIGN KEY(line_id) REFERENCES redemption_lines (id),
    CONSTRAINT fk_certificates_traveler_id FOREIGN KEY(traveler_id) REFERENCES travelers (id),
    CONSTRAINT fk_certificates_employee_id FOREIGN KEY(employee_id) REFERENCES employees (id),
    CONSTRAINT fk_certificates_reward_id FOREIGN KEY(reward_id) REFERENCES rewards (id),
    CONSTRAINT uq_certificates_number UNIQUE (number)
);

-- next
CREATE INDEX ix_certificates_employee_id ON certificates (employee_id);

-- next
CREATE INDEX ix_certificates_reference ON certificates (reference);

-- next
CREATE UNIQUE INDEX uq_certificates_traveler_in_force ON certificates (traveler_id) WHERE state <> 'void';

-- next
CREATE TABLE code_reports (
    id INTEGER NOT NULL,
    code_id INTEGER,
    voucher_id INTEGER NOT NULL,
    line_id INTEGER NOT NULL,
    words TEXT NOT NULL,
    reported_at DATETIME NOT NULL,
    outcome VARCHAR(40),
    answer TEXT DEFAULT '' NOT NULL,
    settled_by_id INTEGER,
    settled_at DATETIME,
    CONSTRAINT pk_code_reports PRIMARY KEY (id),
    CONSTRAINT ck_code_reports_settled_with_an_outcome CHECK ((settled_at IS NULL) = (outcome IS NULL)),
    CONSTRAINT ck_code_reports_says_what CHECK (words <> ''),
    CONSTRAINT fk_code_reports_code_id FOREIGN KEY(code_id) REFERENCES stock_codes (id),
    CONSTRAINT fk_code_reports_voucher_id FOREIGN KEY(voucher_id) REFERENCES vouchers (id),
    CONSTRAINT fk_code_reports_line_id FOREIGN KEY(line_id) REFERENCES redemption_lines (id),
    CONSTRAINT fk_code_reports_settled_by_id FOREIGN KEY(settled_by_id) REFERENCES employees (id)
);

-- next
CREATE INDEX ix_code_reports_code_id ON code_reports (code_id);

-- next
CREATE INDEX ix_code_reports_line_id ON code_reports (line_id);

-- next
CREATE INDEX ix_code_reports_voucher_id ON code_reports (voucher_id);

-- next
CREATE UNIQUE INDEX uq_code_reports_open ON code_reports (voucher_id) WHERE settled_at IS NULL;

-- next
CREATE TABLE voucher_uses (
    id INTEGER NOT NULL,
    voucher_id INTEGER NOT NULL,
    seq INTEGER NOT NULL,
    undoes_id INTEGER,
    amount INTEGER NOT NULL,
    left_after INTEGER NOT NULL,
    place TEXT NOT NULL,
    receipt TEXT NOT NULL,
    reason TEXT NOT NULL,
    actor_id INTEGER,
    at DATETIME NOT NULL,
    CONSTRAINT pk_voucher_uses PRIMARY KEY (id),
    CONSTRAINT uq_voucher_uses_voucher_id_seq UNIQUE (voucher_id, seq),
    CONSTRAINT uq_voucher_uses_id_voucher_id_amount UNIQUE (id, voucher_id, amount),
    CONSTRAINT fk_voucher_uses_the_same_use FOREIGN KEY(undoes_id, voucher_id, amount) REFERENCES voucher_uses (id, voucher_id, amount),
    CONSTRAINT ck_voucher_uses_amount_in_range CHECK (amount BETWEEN 1 AND 1000000000000),
    CONSTRAINT ck_voucher_uses_amount_whole CHECK (typeof(amount) IN ('integer', 'null')),
    CONSTRAINT ck_voucher_uses_left_after_in_range CHECK (left_after BETWEEN 0 AND 1000000000000),
    CONSTRAINT ck_voucher_uses_left_after_whole CHECK (typeof(left_after) IN ('integer', 'null')),
    CONSTRAINT ck_voucher_uses_an_undo_comes_later CHECK (undoes_id IS NULL OR undoes_id < id),
    CONSTRAINT fk_voucher_uses_voucher_id FOREIGN KEY(voucher_id) REFERENCES vouchers (id),
    CONSTRAINT uq_voucher_uses_undoes_id UNIQUE (undoes_id),
    CONSTRAINT fk_voucher_uses_actor_id FOREIGN KEY(actor_id) REFERENCES employees (id)
);

-- next
CREATE INDEX ix_voucher_uses_actor ON voucher_uses (actor_id, id);

-- next
CREATE TRIGGER voucher_uses_refuses_UPDATE BEFORE UPDATE ON voucher_uses
BEGIN SELECT RAISE(ABORT, 'voucher_uses is append-only; a correction is a new row'); END;

-- next
CREATE TRIGGER voucher_uses_refuses_DELETE BEFORE DELETE ON voucher_uses
BEGIN SELECT RAISE(ABORT, 'voucher_uses is append-only; a correction is a new row'); END;

-- next
CREATE TABLE voucher_extensions (
    id INTEGER NOT NULL,
    voucher_id INTEGER NOT NULL,
    seq INTEGER NOT NULL,
    "before" DATE NOT NULL,
    until DATE NOT NULL,
    reason TEXT NOT NULL,
    actor_id INTEGER,
    at DATETIME NOT NULL,
    CONSTRAINT pk_voucher_extensions PRIMARY KEY (id),
    CONSTRAINT uq_voucher_extensions_voucher_id_seq UNIQUE (voucher_id, seq),
    CONSTRAINT ck_voucher_extensions_later_than_before CHECK (until > before),
    CONSTRAINT ck_voucher_extensions_says_why CHECK (length(reason) > 0),
    CONSTRAINT fk_voucher_extensions_voucher_id FOREIGN KEY(voucher_id) REFERENCES vouchers (id),
    CONSTRAINT fk_voucher_extensions_actor_id FOREIGN KEY(actor_id) REFERENCES employees (id)
);

-- next
CREATE TRIGGER voucher_extensions_refuses_UPDATE BEFORE UPDATE ON voucher_extensions
BEGIN SELECT RAISE(ABORT, 'voucher_extensions is append-only; a correction is a new row'); END;

-- next
CREATE TRIGGER voucher_extensions_refuses_DELETE BEFORE DELETE ON voucher_extensions
BEGIN SELECT RAISE(ABORT, 'voucher_extensions is append-only; a correction is a new row'); END;

-- next
CREATE TABLE trip_no_shows (
    traveler_id INTEGER NOT NULL,
    said_by_id INTEGER,
    at DATETIME NOT NULL,
    CONSTRAINT pk_trip_no_shows PRIMARY KEY (traveler_id),
    CONSTRAINT fk_trip_no_shows_traveler_id FOREIGN KEY(traveler_id) REFERENCES travelers (id),
    CONSTRAINT fk_trip_no_shows_said_by_id FOREIGN KEY(said_by_id) REFERENCES employees (id)
);

-- next
CREATE TABLE tickets (
    id INTEGER NOT NULL,
    traveler_id INTEGER NOT NULL,
    direction VARCHAR(40) NOT NULL,
    leg INTEGER DEFAULT '1' NOT NULL,
    carrier TEXT NOT NULL,
    flight TEXT NOT NULL,
    from_airport TEXT NOT NULL,
    to_airport TEXT NOT NULL,
    departs_on DATE NOT NULL,
    departs_at TIME NOT NULL,
    arrives_on DATE NOT NULL,
    arrives_at TIME NOT NULL,
    locator TEXT NOT NULL,
    ticket_name TEXT NOT NULL,
    number TEXT NOT NULL,
    changed_at DATETIME NOT NULL,
    CONSTRAINT pk_tickets PRIMARY KEY (id),
    CONSTRAINT uq_tickets_traveler_id_direction_leg UNIQUE (traveler_id, direction, leg),
    CONSTRAINT ck_tickets_direction_known CHECK (direction IN ('out', 'home')),
    CONSTRAINT ck_tickets_leg_in_range CHECK (leg BETWEEN 1 AND 9),
    CONSTRAINT ck_tickets_leg_whole CHECK (typeof(leg) IN ('integer', 'null')),
    CONSTRAINT ck_tickets_named CHECK (flight <> ''),
    CONSTRAINT ck_tickets_between_two_airports CHECK (length(from_airport) = 3 AND length(to_airport) = 3 AND from_airport <> to_airport),
    CONSTRAINT fk_tickets_traveler_id FOREIGN KEY(traveler_id) REFERENCES travelers (id)
);

-- next
CREATE INDEX ix_tickets_flight ON tickets (flight, departs_on);

-- next
CREATE TABLE tickets_gone (
    id INTEGER NOT NULL,
    traveler_id INTEGER NOT NULL,
    direction VARCHAR(40) NOT NULL,
    flight TEXT NOT NULL,
    from_airport TEXT NOT NULL,
    to_airport TEXT NOT NULL,
    departs_on DATE NOT NULL,
    departs_at TIME NOT NULL,
    arrives_on DATE NOT NULL,
    arrives_at TIME NOT NULL,
    gone_at DATETIME NOT NULL,
    CONSTRAINT pk_tickets_gone PRIMARY KEY (id),
    CONSTRAINT ck_tickets_gone_direction_known CHECK (direction IN ('out', 'home')),
    CONSTRAINT fk_tickets_gone_traveler_id FOREIGN KEY(traveler_id) REFERENCES travelers (id)
);

-- next
CREATE INDEX ix_tickets_gone_traveler_id ON tickets_gone (traveler_id);

-- next
CREATE TRIGGER tickets_gone_refuses_UPDATE BEFORE UPDATE ON tickets_gone
BEGIN SELECT RAISE(ABORT, 'tickets_gone is append-only; a correction is a new row'); END;

-- next
CREATE TRIGGER tickets_gone_refuses_DELETE BEFORE DELETE ON tickets_gone
BEGIN SELECT RAISE(ABORT, 'tickets_gone is append-only; a correction is a new row'); END;

-- next
CREATE TABLE activity_wishes (
    traveler_id INTEGER NOT NULL,
    item_id INTEGER NOT NULL,
    rank INTEGER NOT NULL,
    CONSTRAINT pk_activity_wishes PRIMARY KEY (traveler_id, item_id),
    CONSTRAINT uq_activity_wishes_traveler_id_rank UNIQUE (traveler_id, rank),
    CONSTRAINT ck_activity_wishes_rank_in_range CHECK (rank BETWEEN 1 AND 20),
    CONSTRAINT ck_activity_wishes_rank_whole CHECK (typeof(rank) IN ('integer', 'null')),
    CONSTRAINT fk_activity_wishes_traveler_id FOREIGN KEY(traveler_id) REFERENCES travelers (id),
    CONSTRAINT fk_activity_wishes_item_id FOREIGN KEY(item_id) REFERENCES itinerary_items (id) ON DELETE CASCADE
);

-- next
CREATE INDEX ix_activity_wishes_item_id ON activity_wishes (item_id);

-- next
CREATE TABLE activity_along (
    traveler_id INTEGER NOT NULL,
    CONSTRAINT pk_activity_along PRIMARY KEY (traveler_id),
    CONSTRAINT fk_activity_along_traveler_id FOREIGN KEY(traveler_id) REFERENCES travelers (id)
);

-- next
CREATE TABLE activity_places (
    item_id INTEGER NOT NULL,
    traveler_id INTEGER NOT NULL,
    draw_id INTEGER,
    at DATETIME NOT NULL,
    CONSTRAINT pk_activity_places PRIMARY KEY (item_id, traveler_id),
    CONSTRAINT fk_activity_places_item_id FOREIGN KEY(item_id) REFERENCES itinerary_items (id),
    CONSTRAINT fk_activity_places_traveler_id FOREIGN KEY(traveler_id) REFERENCES travelers (id),
    CONSTRAINT fk_activity_places_draw_id FOREIGN KEY(draw_id) REFERENCES activity_draws (id)
);

-- next
CREATE INDEX ix_activity_places_traveler_id ON activity_places (traveler_id);

-- next
CREATE TABLE trip_beds (
    traveler_id INTEGER NOT NULL,
    room_id INTEGER NOT NULL,
    CONSTRAINT pk_trip_beds PRIMARY KEY (traveler_id),
    CONSTRAINT fk_trip_beds_traveler_id FOREIGN KEY(traveler_id) REFERENCES travelers (id),
    CONSTRAINT fk_trip_beds_room_id FOREIGN KEY(room_id) REFERENCES trip_rooms (id)
);

-- next
CREATE INDEX ix_trip_beds_room_id ON trip_beds (room_id);

-- next
CREATE TABLE transfer_seats (
    item_id INTEGER NOT NULL,
    traveler_id INTEGER NOT NULL,
    CONSTRAINT pk_transfer_seats PRIMARY KEY (item_id, traveler_id),
    CONSTRAINT fk_transfer_seats_item_id FOREIGN KEY(item_id) REFERENCES transfer_loads (item_id),
    CONSTRAINT fk_transfer_seats_traveler_id FOREIGN KEY(traveler_id) REFERENCES travelers (id)
);

-- next
CREATE INDEX ix_transfer_seats_traveler_id ON transfer_seats (traveler_id);

-- next
CREATE TABLE registrations (
    traveler_id INTEGER NOT NULL,
    guest INTEGER DEFAULT '1' NOT NULL,
    subject_id INTEGER,
    state VARCHAR(40) NOT NULL,
    tells_hotel BOOLEAN DEFAULT 0 NOT NULL,
    sent_at DATETIME,
    opened_at DATETIME NOT NULL,
    changed_at DATETIME NOT NULL,
    version INTEGER DEFAULT '1' NOT NULL,
    CONSTRAINT pk_registrations PRIMARY KEY (traveler_id),
    CONSTRAINT ck_registrations_state_known CHECK (state IN ('open', 'sent')),
    CONSTRAINT ck_registrations_sent_at_a_time CHECK (state <> 'sent' OR sent_at IS NOT NULL),
    CONSTRAINT ck_registrations_version_in_range CHECK (version BETWEEN 1 AND 1000000000000),
    CONSTRAINT ck_registrations_version_whole CHECK (typeof(version) IN ('integer', 'null')),
    CONSTRAINT ck_registrations_guest_in_range CHECK (guest BETWEEN 1 AND 1000000000000),
    CONSTRAINT ck_registrations_guest_whole CHECK (typeof(guest) IN ('integer', 'null')),
    CONSTRAINT fk_registrations_traveler_id FOREIGN KEY(traveler_id) REFERENCES travelers (id),
    CONSTRAINT uq_registrations_subject_id UNIQUE (subject_id),
    CONSTRAINT fk_registrations_subject_id FOREIGN KEY(subject_id) REFERENCES vault_subjects (id)
);

-- next
CREATE TABLE registration_events (
    id INTEGER NOT NULL,
    traveler_id INTEGER NOT NULL,
    seq INTEGER NOT NULL,
    from_state VARCHAR(40),
    to_state VARCHAR(40) NOT NULL,
    actor_id INTEGER,
    by_link BOOLEAN NOT NULL,
    note TEXT NOT NULL,
    at DATETIME NOT NULL,
    CONSTRAINT pk_registration_events PRIMARY KEY (id),
    CONSTRAINT uq_registration_events_traveler_id_seq UNIQUE (traveler_id, seq),
    CONSTRAINT fk_registration_events_traveler_id FOREIGN KEY(traveler_id) REFERENCES travelers (id),
    CONSTRAINT fk_registration_events_actor_id FOREIGN KEY(actor_id) REFERENCES employees (id)
);

-- next
CREATE TRIGGER registration_events_refuses_UPDATE BEFORE UPDATE ON registration_events
BEGIN SELECT RAISE(ABORT, 'registration_events is append-only; a correction is a new row'); END;

-- next
CREATE TRIGGER registration_events_refuses_DELETE BEFORE DELETE ON registration_events
BEGIN SELECT RAISE(ABORT, 'registration_events is append-only; a correction is a new row'); END;

-- next
CREATE TABLE registration_sections (
    traveler_id INTEGER NOT NULL,
    section VARCHAR(40) NOT NULL,
    done_at DATETIME NOT NULL,
    CONSTRAINT pk_registration_sections PRIMARY KEY (traveler_id, section),
    CONSTRAINT ck_registration_sections_section_known CHECK (section IN ('traveler', 'documents', 'travel', 'room', 'needs', 'activities')),
    CONSTRAINT fk_registration_sections_traveler_id FOREIGN KEY(traveler_id) REFERENCES travelers (id)
);

-- next
CREATE TABLE registration_reopenings (
    id INTEGER NOT NULL,
    traveler_id INTEGER NOT NULL,
    section VARCHAR(40) NOT NULL,
    until_on DATE NOT NULL,
    reason TEXT NOT NULL,
    actor_id INTEGER,
    at DATETIME NOT NULL,
    CONSTRAINT pk_registration_reopenings PRIMARY KEY (id),
    CONSTRAINT ck_registration_reopenings_section_known CHECK (section IN ('traveler', 'documents', 'travel', 'room', 'needs', 'activities')),
    CONSTRAINT ck_registration_reopenings_why CHECK (reason <> ''),
    CONSTRAINT fk_registration_reopenings_traveler_id FOREIGN KEY(traveler_id) REFERENCES travelers (id),
    CONSTRAINT fk_registration_reopenings_actor_id FOREIGN KEY(actor_id) REFERENCES employees (id)
);

-- next
CREATE INDEX ix_registration_reopenings_traveler_id ON registration_reopenings (traveler_id);

-- next
CREATE TRIGGER registration_reopenings_refuses_UPDATE BEFORE UPDATE ON registration_reopenings
BEGIN SELECT RAISE(ABORT, 'registration_reopenings is append-only; a correction is a new row'); END;

-- next
CREATE TRIGGER registration_reopenings_refuses_DELETE BEFORE DELETE ON registration_reopenings
BEGIN SELECT RAISE(ABORT, 'registration_reopenings is append-only; a correction is a new row'); END;

-- next
CREATE TABLE travel_wishes (
    traveler_id INTEGER NOT NULL,
    own_way BOOLEAN NOT NULL,
    from_place TEXT NOT NULL,
    outbound_on DATE NOT NULL,
    outbound_part VARCHAR(40) NOT NULL,
    return_on DATE NOT NULL,
    return_part VARCHAR(40) NOT NULL,
    note TEXT NOT NULL,
    CONSTRAINT pk_travel_wishes PRIMARY KEY (traveler_id),
    CONSTRAINT ck_travel_wishes_outbound_part_known CHECK (outbound_part IN ('any', 'morning', 'afternoon', 'evening')),
    CONSTRAINT ck_travel_wishes_return_part_known CHECK (return_part IN ('any', 'morning', 'afternoon', 'evening')),
    CONSTRAINT ck_travel_wishes_comes_back CHECK (return_on >= outbound_on),
    CONSTRAINT ck_travel_wishes_from_somewhere CHECK (own_way OR from_place <> ''),
    CONSTRAINT fk_travel_wishes_traveler_id FOREIGN KEY(traveler_id) REFERENCES travelers (id)
);

-- next
CREATE TABLE room_wishes (
    traveler_id INTEGER NOT NULL,
    room_type_id INTEGER,
    bed VARCHAR(40) NOT NULL,
    with_id INTEGER,
    with_text TEXT NOT NULL,
    CONSTRAINT pk_room_wishes PRIMARY KEY (traveler_id),
    CONSTRAINT ck_room_wishes_bed_known CHECK (bed IN ('any', 'one', 'two')),
    CONSTRAINT ck_room_wishes_with_another CHECK (with_id IS NULL OR with_id <> traveler_id),
    CONSTRAINT fk_room_wishes_traveler_id FOREIGN KEY(traveler_id) REFERENCES travelers (id),
    CONSTRAINT fk_room_wishes_room_type_id FOREIGN KEY(room_type_id) REFERENCES room_types (id) ON DELETE SET NULL,
    CONSTRAINT fk_room_wishes_with_id FOREIGN KEY(with_id) REFERENCES travelers (id)
);

-- next
CREATE INDEX ix_room_wishes_room_type_id ON room_wishes (room_type_id);

-- next
CREATE INDEX ix_room_wishes_with_id ON room_wishes (with_id);

-- next
CREATE TABLE guest_links (
    id INTEGER NOT NULL,
    traveler_id INTEGER NOT NULL,
    series INTEGER NOT NULL,
    token_hash TEXT NOT NULL,
    made_by_id INTEGER,
    made_at DATETIME NOT NULL,
    expires_at DATETIME NOT NULL,
    revoked_at DATETIME,
    CONSTRAINT pk_guest_links PRIMARY KEY (id),
    CONSTRAINT uq_guest_links_traveler_id_series UNIQUE (traveler_id, series),
    CONSTRAINT ck_guest_links_series_in_range CHECK (series BETWEEN 1 AND 1000000000000),
    CONSTRAINT ck_guest_links_series_whole CHECK (typeof(series) IN ('integer', 'null')),
    CONSTRAINT fk_guest_links_traveler_id FOREIGN KEY(traveler_id) REFERENCES travelers (id),
    CONSTRAINT uq_guest_links_token_hash UNIQUE (token_hash),
    CONSTRAINT fk_guest_links_made_by_id FOREIGN KEY(made_by_id) REFERENCES employees (id)
);

-- next
CREATE UNIQUE INDEX uq_guest_links_one_live ON guest_links (traveler_id) WHERE revoked_at IS NULL;

-- next
CREATE TABLE guest_changes (
    id INTEGER NOT NULL,
    traveler_id INTEGER NOT NULL,
    number INTEGER NOT NULL,
    flights INTEGER NOT NULL,
    actor_id INTEGER,
    at DATETIME NOT NULL,
    CONSTRAINT pk_guest_changes PRIMARY KEY (id),
    CONSTRAINT uq_guest_changes_traveler_id_number UNIQUE (traveler_id, number),
    CONSTRAINT ck_guest_changes_number_in_range CHECK (number BETWEEN 2 AND 1000000000000),
    CONSTRAINT ck_guest_changes_number_whole CHECK (typeof(number) IN ('integer', 'null')),
    CONSTRAINT ck_guest_changes_flights_in_range CHECK (flights BETWEEN 0 AND 1000000000000),
    CONSTRAINT ck_guest_changes_flights_whole CHECK (typeof(flights) IN ('integer', 'null')),
    CONSTRAINT fk_guest_changes_traveler_id FOREIGN KEY(traveler_id) REFERENCES travelers (id),
    CONSTRAINT fk_guest_changes_actor_id FOREIGN KEY(actor_id) REFERENCES employees (id)
);

-- next
CREATE TRIGGER guest_changes_refuses_UPDATE BEFORE UPDATE ON guest_changes
BEGIN SELECT RAISE(ABORT, 'guest_changes is append-only; a correction is a new row'); END;

-- next
CREATE TRIGGER guest_changes_refuses_DELETE BEFORE DELETE ON guest_changes
BEGIN SELECT RAISE(ABORT, 'guest_changes is append-only; a correction is a new row'); END;

-- next
CREATE TABLE trip_message_readers (
    message_id INTEGER NOT NULL,
    traveler_id INTEGER NOT NULL,
    written_at DATETIME,
    is_unreachable BOOLEAN DEFAULT 0 NOT NULL,
    CONSTRAINT pk_trip_message_readers PRIMARY KEY (message_id, traveler_id),
    CONSTRAINT fk_trip_message_readers_message_id FOREIGN KEY(message_id) REFERENCES trip_messages (id),
    CONSTRAINT fk_trip_message_readers_traveler_id FOREIGN KEY(traveler_id) REFERENCES travelers (id)
);

-- next
CREATE TABLE standing_events (
    id INTEGER NOT NULL,
    booking_id INTEGER NOT NULL,
    seq INTEGER NOT NULL,
    from_state VARCHAR(40),
    to_state VARCHAR(40) NOT NULL,
    actor_id INTEGER,
    note TEXT NOT NULL,
    at DATETIME NOT NULL,
    CONSTRAINT pk_standing_events PRIMARY KEY (id),
    CONSTRAINT uq_standing_events_booking_id_seq UNIQUE (booking_id, seq),
    CONSTRAINT ck_standing_events_decided_for_a_reason CHECK (to_state NOT IN ('kept', 'withdrawn') OR note <> ''),
    CONSTRAINT fk_standing_events_booking_id FOREIGN KEY(booking_id) REFERENCES standing_checks (booking_id),
    CONSTRAINT fk_standing_events_actor_id FOREIGN KEY(actor_id) REFERENCES employees (id)
);

-- next
CREATE TRIGGER standing_events_refuses_UPDATE BEFORE UPDATE ON standing_events
BEGIN SELECT RAISE(ABORT, 'standing_events is append-only; a correction is a new row'); END;

-- next
CREATE TRIGGER standing_events_refuses_DELETE BEFORE DELETE ON standing_events
BEGIN SELECT RAISE(ABORT, 'standing_events is append-only; a correction is a new row'); END;

-- next
CREATE TABLE badge_credentials (
    certificate_id INTEGER NOT NULL,
    token TEXT NOT NULL,
    salt TEXT NOT NULL,
    status_list INTEGER NOT NULL,
    status_index INTEGER NOT NULL,
    jwt TEXT,
    key_id INTEGER,
    signed_at DATETIME,
    shows_name BOOLEAN NOT NULL,
    CONSTRAINT pk_badge_credentials PRIMARY KEY (certificate_id),
    CONSTRAINT uq_badge_credentials_status_list_status_index UNIQUE (status_list, status_index),
    CONSTRAINT ck_badge_credentials_status_list_in_range CHECK (status_list BETWEEN 1 AND 1000000000000),
    CONSTRAINT ck_badge_credentials_status_list_whole CHECK (typeof(status_list) IN ('integer', 'null')),
    CONSTRAINT ck_badge_credentials_status_index_in_range CHECK (status_index BETWEEN 0 AND 131071),
    CONSTRAINT ck_badge_credentials_status_index_whole CHECK (typeof(status_index) IN ('integer', 'null')),
    CONSTRAINT ck_badge_credentials_signed_as_a_whole CHECK ((jwt IS NULL) = (key_id IS NULL) AND (jwt IS NULL) = (signed_at IS NULL)),
    CONSTRAINT fk_badge_credentials_certificate_id FOREIGN KEY(certificate_id) REFERENCES certificates (id),
    CONSTRAINT uq_badge_credentials_token UNIQUE (token),
    CONSTRAINT fk_badge_credentials_key_id FOREIGN KEY(key_id) REFERENCES signing_keys (id)
);

-- next
CREATE INDEX ix_badge_credentials_key_id ON badge_credentials (key_id);
