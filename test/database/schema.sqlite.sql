CREATE TABLE active_bundle (
  id INT NOT NULL PRIMARY KEY,
  bundle_key BIGINT NULL,
  activation BIGINT NOT NULL,
  CONSTRAINT active_bundle_one CHECK (id = 1),
  CONSTRAINT active_bundle_bundle FOREIGN KEY (bundle_key) REFERENCES bundles (bundle_key)
);

CREATE TABLE api_tokens (
  token_id VARCHAR(20) NOT NULL PRIMARY KEY,
  user_key BIGINT NOT NULL,
  name VARCHAR(100) NOT NULL,
  hash VARCHAR(64) NOT NULL,
  limits MEDIUMTEXT NOT NULL,
  created_at BIGINT NOT NULL,
  expires_at BIGINT NULL,
  last_used_at BIGINT NULL,
  CONSTRAINT api_tokens_user FOREIGN KEY (user_key) REFERENCES users (user_key) ON DELETE CASCADE
);

CREATE UNIQUE INDEX api_tokens_name ON api_tokens (user_key, name);

CREATE TABLE asset_events (
  event_id INTEGER PRIMARY KEY AUTOINCREMENT,
  asset VARCHAR(200) NOT NULL,
  ti_id BIGINT NULL,
  run_key BIGINT NULL,
  source VARCHAR(500) NOT NULL,
  created_at BIGINT NOT NULL
);

CREATE INDEX asset_events_asset ON asset_events (asset, event_id);

CREATE TABLE asset_subscriptions (
  dag_key INT NOT NULL,
  asset VARCHAR(200) NOT NULL,
  seen_event BIGINT NOT NULL DEFAULT 0,
  PRIMARY KEY (dag_key, asset),
  CONSTRAINT asset_subscriptions_dag FOREIGN KEY (dag_key) REFERENCES dags (dag_key)
);

CREATE INDEX asset_subscriptions_asset ON asset_subscriptions (asset);

CREATE TABLE attempts (
  ti_id BIGINT NOT NULL,
  fence INT NOT NULL,
  state VARCHAR(20) NOT NULL,
  try_number INT NOT NULL,
  queue VARCHAR(63) NOT NULL,
  last_seq INT NOT NULL DEFAULT 0,
  worker_id VARCHAR(64) NULL,
  worker_name VARCHAR(200) NULL,
  container VARCHAR(128) NULL,
  image VARCHAR(500) NULL,
  image_digest VARCHAR(200) NULL,
  queued_at BIGINT NOT NULL,
  claimed_at BIGINT NULL,
  started_at DOUBLE NULL,
  finished_at DOUBLE NULL,
  ended_at BIGINT NULL,
  deadline_at BIGINT NULL,
  exit_code INT NULL,
  reason VARCHAR(40) NULL,
  detail VARCHAR(2000) NULL,
  log_path VARCHAR(1000) NOT NULL,
  log_bytes BIGINT NULL,
  log_lines BIGINT NULL,
  log_truncated SMALLINT NULL, cpu_seconds DOUBLE NULL, peak_memory BIGINT NULL, io_read BIGINT NULL, io_write BIGINT NULL, pull_ms BIGINT NULL, pull_bytes BIGINT NULL,
  PRIMARY KEY (ti_id, fence),
  CONSTRAINT attempts_state CHECK (state IN ('queued', 'starting', 'running', 'finished', 'released', 'lost')),
  CONSTRAINT attempts_task_instance FOREIGN KEY (ti_id) REFERENCES task_instances (ti_id) ON DELETE CASCADE
);

CREATE INDEX attempts_by_end ON attempts (queue, ended_at);

CREATE INDEX attempts_by_state ON attempts (state, queue);

CREATE TABLE audit_log (
  audit_id INTEGER PRIMARY KEY AUTOINCREMENT,
  created_at BIGINT NOT NULL,
  principal VARCHAR(250) NOT NULL,
  action VARCHAR(60) NOT NULL,
  dag_id VARCHAR(200) NULL,
  target MEDIUMTEXT NOT NULL,
  body_digest VARCHAR(64) NULL,
  status SMALLINT NOT NULL,
  code VARCHAR(60) NULL,
  address VARCHAR(60) NOT NULL
);

CREATE INDEX audit_log_action ON audit_log (action, audit_id);

CREATE INDEX audit_log_dag ON audit_log (dag_id, audit_id);

CREATE INDEX audit_log_principal ON audit_log (principal, audit_id);

CREATE INDEX audit_log_time ON audit_log (created_at);

CREATE TABLE backfills (
  backfill_key INTEGER PRIMARY KEY AUTOINCREMENT,
  dag_key INT NOT NULL,
  state VARCHAR(20) NOT NULL,
  from_date BIGINT NOT NULL,
  to_date BIGINT NOT NULL,
  reprocess VARCHAR(20) NOT NULL,
  max_active_runs INT NOT NULL,
  is_backwards SMALLINT NOT NULL DEFAULT 0,
  params MEDIUMTEXT NOT NULL,
  skipped INT NOT NULL DEFAULT 0,
  created_by VARCHAR(200) NULL,
  created_at BIGINT NOT NULL,
  CONSTRAINT backfills_values CHECK (state IN ('active', 'paused', 'cancelled') AND reprocess IN ('none', 'failed', 'completed') AND max_active_runs > 0),
  CONSTRAINT backfills_dag FOREIGN KEY (dag_key) REFERENCES dags (dag_key)
);

CREATE INDEX backfills_dag_index ON backfills (dag_key);

CREATE TABLE bundle_chunks (
  bundle_key BIGINT NOT NULL,
  number INT NOT NULL,
  content MEDIUMTEXT NOT NULL,
  PRIMARY KEY (bundle_key, number),
  CONSTRAINT bundle_chunks_bundle FOREIGN KEY (bundle_key) REFERENCES bundles (bundle_key) ON DELETE CASCADE
);

CREATE TABLE bundles (
  bundle_key INTEGER PRIMARY KEY AUTOINCREMENT,
  hash VARCHAR(64) NOT NULL,
  files INT NOT NULL,
  bytes BIGINT NOT NULL,
  dags INT NOT NULL,
  manifest MEDIUMTEXT NOT NULL,
  created_by VARCHAR(250) NOT NULL,
  created_at BIGINT NOT NULL,
  activated_by VARCHAR(250) NULL,
  activated_at BIGINT NULL,
  previous_key BIGINT NULL
);

CREATE UNIQUE INDEX bundles_hash ON bundles (hash);

CREATE TABLE dag_files (
  path VARCHAR(500) NOT NULL PRIMARY KEY,
  problems LONGTEXT NULL,
  updated_at BIGINT NOT NULL
);

CREATE TABLE dag_runs (
  run_key INTEGER PRIMARY KEY AUTOINCREMENT,
  dag_key INT NOT NULL,
  version_key BIGINT NOT NULL,
  run_id VARCHAR(250) NOT NULL,
  type VARCHAR(20) NOT NULL,
  state VARCHAR(20) NOT NULL,
  logical_date BIGINT NOT NULL,
  interval_start BIGINT NOT NULL,
  interval_end BIGINT NOT NULL,
  scheduled_for BIGINT NULL,
  params MEDIUMTEXT NOT NULL,
  due_at BIGINT NOT NULL,
  started_at BIGINT NULL,
  ended_at BIGINT NULL, backfill_key BIGINT NULL, deadline_at BIGINT NULL, deadline_missed SMALLINT NOT NULL DEFAULT 0, timeout_at BIGINT NULL, wanted VARCHAR(20) NULL CHECK (wanted IN ('cancelled', 'failed')), reason VARCHAR(500) NULL,
  CONSTRAINT dag_runs_states CHECK (state IN ('queued', 'running', 'success', 'failed', 'cancelled') AND type IN ('scheduled', 'manual', 'backfill', 'asset')),
  CONSTRAINT dag_runs_dag FOREIGN KEY (dag_key) REFERENCES dags (dag_key),
  CONSTRAINT dag_runs_version FOREIGN KEY (version_key) REFERENCES dag_versions (version_key)
);

CREATE INDEX dag_runs_by_dag_date ON dag_runs (dag_key, type, state, logical_date);

CREATE INDEX dag_runs_by_date ON dag_runs (dag_key, logical_date);

CREATE INDEX dag_runs_by_deadline ON dag_runs (state, deadline_missed, deadline_at);

CREATE INDEX dag_runs_by_end ON dag_runs (dag_key, ended_at, logical_date);

CREATE INDEX dag_runs_by_state ON dag_runs (state, dag_key, run_key);

CREATE INDEX dag_runs_by_timeout ON dag_runs (state, timeout_at);

CREATE INDEX dag_runs_by_turn ON dag_runs (state, dag_key, backfill_key, logical_date);

CREATE INDEX dag_runs_newest ON dag_runs (type, state, run_key);

CREATE INDEX dag_runs_of_backfill ON dag_runs (backfill_key, state, started_at, ended_at);

CREATE UNIQUE INDEX dag_runs_run_id ON dag_runs (dag_key, run_id);

CREATE UNIQUE INDEX dag_runs_scheduled_for ON dag_runs (dag_key, scheduled_for);

CREATE TABLE dag_versions (
  version_key INTEGER PRIMARY KEY AUTOINCREMENT,
  dag_key INT NOT NULL,
  number INT NOT NULL,
  hash VARCHAR(64) NOT NULL,
  spec LONGTEXT NOT NULL,
  created_at BIGINT NOT NULL,
  CONSTRAINT dag_versions_dag FOREIGN KEY (dag_key) REFERENCES dags (dag_key)
);

CREATE UNIQUE INDEX dag_versions_hash ON dag_versions (dag_key, hash);

CREATE UNIQUE INDEX dag_versions_number ON dag_versions (dag_key, number);

CREATE TABLE dags (
  dag_key INTEGER PRIMARY KEY AUTOINCREMENT,
  dag_id VARCHAR(200) NOT NULL,
  version_key BIGINT NULL,
  file VARCHAR(500) NOT NULL,
  is_paused SMALLINT NOT NULL DEFAULT 0,
  is_active SMALLINT NOT NULL DEFAULT 1,
  max_active_runs INT NOT NULL,
  max_active_tasks INT NOT NULL,
  next_interval_start BIGINT NULL,
  next_interval_end BIGINT NULL,
  next_due_at BIGINT NULL,
  updated_at BIGINT NOT NULL, last_interval_start BIGINT NULL, last_interval_end BIGINT NULL,
  CONSTRAINT dags_limits CHECK (max_active_runs > 0 AND max_active_tasks > 0)
);

CREATE UNIQUE INDEX dags_dag_id ON dags (dag_id);

CREATE INDEX dags_due ON dags (is_active, is_paused, next_due_at);

CREATE INDEX dags_file ON dags (file);

CREATE TABLE dead_letters (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  queue VARCHAR(63) NOT NULL,
  entry VARCHAR(64) NOT NULL,
  payload MEDIUMTEXT NOT NULL,
  reason VARCHAR(1000) NOT NULL,
  created_at BIGINT NOT NULL
);

CREATE UNIQUE INDEX dead_letters_entry ON dead_letters (queue, entry);

CREATE TABLE external_events (
  event_id INTEGER PRIMARY KEY AUTOINCREMENT,
  name VARCHAR(200) NOT NULL,
  run_key BIGINT NULL,
  payload MEDIUMTEXT NOT NULL,
  is_rejected SMALLINT NOT NULL DEFAULT 0,
  posted_by VARCHAR(200) NULL,
  created_at BIGINT NOT NULL
);

CREATE INDEX external_events_name ON external_events (name, created_at);

CREATE INDEX external_events_newest ON external_events (name, event_id);

CREATE TABLE idempotency_keys (
  hash VARCHAR(64) NOT NULL PRIMARY KEY,
  request VARCHAR(64) NOT NULL,
  status SMALLINT NULL,
  type VARCHAR(100) NULL,
  body LONGTEXT NULL,
  created_at BIGINT NOT NULL
);

CREATE INDEX idempotency_keys_age ON idempotency_keys (created_at);

CREATE TABLE lanes (
  lane_key INTEGER PRIMARY KEY AUTOINCREMENT,
  hash VARCHAR(64) NOT NULL,
  dag_key INT NOT NULL,
  queue VARCHAR(63) NOT NULL,
  pool VARCHAR(63) NULL,
  pool_slots INT NOT NULL,
  task_id VARCHAR(200) NULL,
  task_limit INT NULL,
  run_key BIGINT NULL,
  map_limit INT NULL,
  CONSTRAINT lanes_slots CHECK (pool_slots > 0)
);

CREATE UNIQUE INDEX lanes_hash ON lanes (hash);

CREATE INDEX lanes_run ON lanes (run_key);

CREATE TABLE locks (
  name VARCHAR(40) NOT NULL PRIMARY KEY
);

CREATE TABLE login_codes (
  hash VARCHAR(64) NOT NULL PRIMARY KEY,
  user_key BIGINT NOT NULL,
  expires_at BIGINT NOT NULL,
  CONSTRAINT login_codes_user FOREIGN KEY (user_key) REFERENCES users (user_key) ON DELETE CASCADE
);

CREATE INDEX login_codes_expiry ON login_codes (expires_at);

CREATE INDEX login_codes_user_index ON login_codes (user_key);

CREATE TABLE map_items (
  run_key BIGINT NOT NULL,
  task_id VARCHAR(200) NOT NULL,
  map_index INT NOT NULL,
  value MEDIUMTEXT NOT NULL,
  PRIMARY KEY (run_key, task_id, map_index),
  CONSTRAINT map_items_run FOREIGN KEY (run_key) REFERENCES dag_runs (run_key) ON DELETE CASCADE
);

CREATE TABLE nodes (
  node_id VARCHAR(64) NOT NULL PRIMARY KEY,
  report MEDIUMTEXT NOT NULL,
  last_seen BIGINT NOT NULL,
  granted_revision BIGINT NULL,
  granted_at BIGINT NULL
);

CREATE INDEX nodes_last_seen ON nodes (last_seen);

CREATE TABLE pools (
  name VARCHAR(63) NOT NULL PRIMARY KEY,
  slots INT NOT NULL,
  description VARCHAR(500) NULL,
  CONSTRAINT pools_slots CHECK (slots >= 0)
);

CREATE TABLE queue_samples (
  queue VARCHAR(63) NOT NULL,
  sampled_at BIGINT NOT NULL,
  span_ms BIGINT NOT NULL,
  waiting INT NOT NULL,
  active INT NOT NULL,
  oldest_ms BIGINT NOT NULL,
  came INT NOT NULL,
  went INT NOT NULL,
  PRIMARY KEY (queue, sampled_at)
);

CREATE INDEX queue_samples_time ON queue_samples (sampled_at);

CREATE TABLE queues (
  name VARCHAR(63) NOT NULL PRIMARY KEY,
  epoch_id VARCHAR(64) NULL,
  epoch_counter BIGINT NOT NULL DEFAULT 0,
  epoch_since BIGINT NULL,
  recovering_until BIGINT NULL
, max_active INT NULL CHECK (max_active >= 0), is_paused SMALLINT NOT NULL DEFAULT 0, paused_at BIGINT NULL, paused_by VARCHAR(200) NULL);

CREATE TABLE releases (
  role VARCHAR(20) NOT NULL,
  pool VARCHAR(63) NOT NULL DEFAULT '',
  version VARCHAR(60) NOT NULL,
  sums MEDIUMTEXT NOT NULL,
  revision BIGINT NOT NULL,
  max_unavailable INT NOT NULL,
  set_by VARCHAR(200) NOT NULL,
  set_at BIGINT NOT NULL,
  halted_at BIGINT NULL,
  halted_by VARCHAR(200) NULL,
  halted_why MEDIUMTEXT NULL,
  PRIMARY KEY (role, pool),
  CONSTRAINT releases_role CHECK (role IN ('web', 'scheduler', 'worker'))
);

CREATE TABLE results (
  ti_id BIGINT NOT NULL PRIMARY KEY,
  value MEDIUMTEXT NOT NULL,
  CONSTRAINT results_task_instance FOREIGN KEY (ti_id) REFERENCES task_instances (ti_id) ON DELETE CASCADE
);

CREATE TABLE schedulers (
  scheduler_id VARCHAR(64) NOT NULL PRIMARY KEY,
  facts MEDIUMTEXT NOT NULL,
  started_at BIGINT NOT NULL,
  last_seen BIGINT NOT NULL,
  left_at BIGINT NULL
);

CREATE INDEX schedulers_last_seen ON schedulers (last_seen);

CREATE TABLE sessions (
  hash VARCHAR(64) NOT NULL PRIMARY KEY,
  user_key BIGINT NOT NULL,
  created_at BIGINT NOT NULL,
  seen_at BIGINT NOT NULL,
  CONSTRAINT sessions_user FOREIGN KEY (user_key) REFERENCES users (user_key) ON DELETE CASCADE
);

CREATE INDEX sessions_created ON sessions (created_at);

CREATE INDEX sessions_seen ON sessions (seen_at);

CREATE INDEX sessions_user_index ON sessions (user_key);

CREATE TABLE task_instances (
  ti_id INTEGER PRIMARY KEY AUTOINCREMENT,
  run_key BIGINT NOT NULL,
  dag_key INT NOT NULL,
  task_id VARCHAR(200) NOT NULL,
  map_index INT NOT NULL DEFAULT -1,
  state VARCHAR(20) NOT NULL,
  reason VARCHAR(500) NULL,
  fence INT NOT NULL DEFAULT 0,
  try_number INT NOT NULL DEFAULT 1,
  infra_losses INT NOT NULL DEFAULT 0,
  queue VARCHAR(63) NOT NULL,
  broker_priority INT NOT NULL,
  due_at BIGINT NULL,
  up_success INT NOT NULL DEFAULT 0,
  up_failed INT NOT NULL DEFAULT 0,
  up_upstream_failed INT NOT NULL DEFAULT 0,
  up_skipped INT NOT NULL DEFAULT 0,
  scheduled_at BIGINT NULL,
  started_at BIGINT NULL,
  ended_at BIGINT NULL, lane_key BIGINT NOT NULL DEFAULT 0, up_total INT NOT NULL DEFAULT 0, wanted VARCHAR(20) NULL CHECK (wanted IN ('cancelled', 'cleared', 'success', 'failed')), wait_key VARCHAR(250) NULL, is_removed SMALLINT NOT NULL DEFAULT 0,
  CONSTRAINT task_instances_state CHECK (state IN ('none', 'scheduled', 'queued', 'starting', 'running', 'success', 'failed', 'skipped', 'upstream_failed', 'cancelled', 'up_for_retry', 'up_for_reschedule')),
  CONSTRAINT task_instances_numbers CHECK (fence >= 0 AND try_number >= 1 AND broker_priority >= 1),
  CONSTRAINT task_instances_run FOREIGN KEY (run_key) REFERENCES dag_runs (run_key) ON DELETE CASCADE
);

CREATE INDEX task_instances_by_queue ON task_instances (state, queue, scheduled_at);

CREATE INDEX task_instances_due ON task_instances (state, due_at);

CREATE INDEX task_instances_lane ON task_instances (state, lane_key, broker_priority, ti_id);

CREATE UNIQUE INDEX task_instances_name ON task_instances (run_key, task_id, map_index);

CREATE INDEX task_instances_of_run ON task_instances (run_key, state, task_id, map_index, is_removed);

CREATE INDEX task_instances_runnable ON task_instances (state, broker_priority, ti_id);

CREATE INDEX task_instances_waiting ON task_instances (state, wait_key);

CREATE TABLE user_grants (
  user_key BIGINT NOT NULL,
  namespace VARCHAR(200) NOT NULL,
  source VARCHAR(10) NOT NULL,
  role VARCHAR(20) NOT NULL,
  PRIMARY KEY (user_key, namespace, source),
  CONSTRAINT user_grants_values CHECK (role IN ('viewer', 'operator', 'author', 'admin') AND source IN ('local', 'oidc')),
  CONSTRAINT user_grants_user FOREIGN KEY (user_key) REFERENCES users (user_key) ON DELETE CASCADE
);

CREATE TABLE user_identities (
  issuer VARCHAR(300) NOT NULL,
  subject VARCHAR(255) NOT NULL,
  user_key BIGINT NOT NULL,
  created_at BIGINT NOT NULL,
  PRIMARY KEY (issuer, subject),
  CONSTRAINT user_identities_user FOREIGN KEY (user_key) REFERENCES users (user_key) ON DELETE CASCADE
);

CREATE INDEX user_identities_user_index ON user_identities (user_key);

CREATE TABLE users (
  user_key INTEGER PRIMARY KEY AUTOINCREMENT,
  name VARCHAR(100) NOT NULL,
  password VARCHAR(300) NULL,
  created_at BIGINT NOT NULL
);

CREATE UNIQUE INDEX users_name ON users (name);

CREATE TABLE workers (
  worker_id VARCHAR(64) NOT NULL PRIMARY KEY,
  name VARCHAR(200) NOT NULL,
  facts MEDIUMTEXT NOT NULL,
  first_seen BIGINT NOT NULL,
  last_seen BIGINT NOT NULL,
  left_at BIGINT NULL,
  wanted MEDIUMTEXT NULL
, processed BIGINT NOT NULL DEFAULT 0, failed BIGINT NOT NULL DEFAULT 0);

CREATE INDEX workers_last_seen ON workers (last_seen);

CREATE INDEX workers_name ON workers (name);
