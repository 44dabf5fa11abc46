CREATE TABLE `active_bundle` (
  `id` int(11) NOT NULL,
  `bundle_key` bigint(20) DEFAULT NULL,
  `activation` bigint(20) NOT NULL,
  PRIMARY KEY (`id`),
  KEY `active_bundle_bundle` (`bundle_key`),
  CONSTRAINT `active_bundle_bundle` FOREIGN KEY (`bundle_key`) REFERENCES `bundles` (`bundle_key`),
  CONSTRAINT `active_bundle_one` CHECK (`id` = 1)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

CREATE TABLE `api_tokens` (
  `token_id` varchar(20) NOT NULL,
  `user_key` bigint(20) NOT NULL,
  `name` varchar(100) NOT NULL,
  `hash` varchar(64) NOT NULL,
  `limits` mediumtext NOT NULL,
  `created_at` bigint(20) NOT NULL,
  `expires_at` bigint(20) DEFAULT NULL,
  `last_used_at` bigint(20) DEFAULT NULL,
  PRIMARY KEY (`token_id`),
  UNIQUE KEY `api_tokens_name` (`user_key`,`name`),
  CONSTRAINT `api_tokens_user` FOREIGN KEY (`user_key`) REFERENCES `users` (`user_key`) ON DELETE CASCADE
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

CREATE TABLE `asset_events` (
  `event_id` bigint(20) NOT NULL AUTO_INCREMENT,
  `asset` varchar(200) NOT NULL,
  `ti_id` bigint(20) DEFAULT NULL,
  `run_key` bigint(20) DEFAULT NULL,
  `source` varchar(500) NOT NULL,
  `created_at` bigint(20) NOT NULL,
  PRIMARY KEY (`event_id`),
  KEY `asset_events_asset` (`asset`,`event_id`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

CREATE TABLE `asset_subscriptions` (
  `dag_key` int(11) NOT NULL,
  `asset` varchar(200) NOT NULL,
  `seen_event` bigint(20) NOT NULL DEFAULT 0,
  PRIMARY KEY (`dag_key`,`asset`),
  KEY `asset_subscriptions_asset` (`asset`),
  CONSTRAINT `asset_subscriptions_dag` FOREIGN KEY (`dag_key`) REFERENCES `dags` (`dag_key`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

CREATE TABLE `attempts` (
  `ti_id` bigint(20) NOT NULL,
  `fence` int(11) NOT NULL,
  `state` varchar(20) NOT NULL,
  `try_number` int(11) NOT NULL,
  `queue` varchar(63) NOT NULL,
  `last_seq` int(11) NOT NULL DEFAULT 0,
  `worker_id` varchar(64) DEFAULT NULL,
  `worker_name` varchar(200) DEFAULT NULL,
  `container` varchar(128) DEFAULT NULL,
  `image` varchar(500) DEFAULT NULL,
  `image_digest` varchar(200) DEFAULT NULL,
  `queued_at` bigint(20) NOT NULL,
  `claimed_at` bigint(20) DEFAULT NULL,
  `started_at` double DEFAULT NULL,
  `finished_at` double DEFAULT NULL,
  `ended_at` bigint(20) DEFAULT NULL,
  `deadline_at` bigint(20) DEFAULT NULL,
  `exit_code` int(11) DEFAULT NULL,
  `reason` varchar(40) DEFAULT NULL,
  `detail` varchar(2000) DEFAULT NULL,
  `log_path` varchar(1000) NOT NULL,
  `log_bytes` bigint(20) DEFAULT NULL,
  `log_lines` bigint(20) DEFAULT NULL,
  `log_truncated` smallint(6) DEFAULT NULL,
  `cpu_seconds` double DEFAULT NULL,
  `peak_memory` bigint(20) DEFAULT NULL,
  `io_read` bigint(20) DEFAULT NULL,
  `io_write` bigint(20) DEFAULT NULL,
  `pull_ms` bigint(20) DEFAULT NULL,
  `pull_bytes` bigint(20) DEFAULT NULL,
  PRIMARY KEY (`ti_id`,`fence`),
  KEY `attempts_by_state` (`state`,`queue`),
  KEY `attempts_by_end` (`queue`,`ended_at`),
  CONSTRAINT `attempts_task_instance` FOREIGN KEY (`ti_id`) REFERENCES `task_instances` (`ti_id`) ON DELETE CASCADE,
  CONSTRAINT `attempts_state` CHECK (`state` in ('queued','starting','running','finished','released','lost'))
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

CREATE TABLE `audit_log` (
  `audit_id` bigint(20) NOT NULL AUTO_INCREMENT,
  `created_at` bigint(20) NOT NULL,
  `principal` varchar(250) NOT NULL,
  `action` varchar(60) NOT NULL,
  `dag_id` varchar(200) DEFAULT NULL,
  `target` mediumtext NOT NULL,
  `body_digest` varchar(64) DEFAULT NULL,
  `status` smallint(6) NOT NULL,
  `code` varchar(60) DEFAULT NULL,
  `address` varchar(60) NOT NULL,
  PRIMARY KEY (`audit_id`),
  KEY `audit_log_time` (`created_at`),
  KEY `audit_log_principal` (`principal`,`audit_id`),
  KEY `audit_log_action` (`action`,`audit_id`),
  KEY `audit_log_dag` (`dag_id`,`audit_id`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

CREATE TABLE `backfills` (
  `backfill_key` bigint(20) NOT NULL AUTO_INCREMENT,
  `dag_key` int(11) NOT NULL,
  `state` varchar(20) NOT NULL,
  `from_date` bigint(20) NOT NULL,
  `to_date` bigint(20) NOT NULL,
  `reprocess` varchar(20) NOT NULL,
  `max_active_runs` int(11) NOT NULL,
  `is_backwards` smallint(6) NOT NULL DEFAULT 0,
  `params` mediumtext NOT NULL,
  `skipped` int(11) NOT NULL DEFAULT 0,
  `created_by` varchar(200) DEFAULT NULL,
  `created_at` bigint(20) NOT NULL,
  PRIMARY KEY (`backfill_key`),
  KEY `backfills_dag_index` (`dag_key`),
  CONSTRAINT `backfills_dag` FOREIGN KEY (`dag_key`) REFERENCES `dags` (`dag_key`),
  CONSTRAINT `backfills_values` CHECK (`state` in ('active','paused','cancelled') and `reprocess` in ('none','failed','completed') and `max_active_runs` > 0)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

CREATE TABLE `bundles` (
  `bundle_key` bigint(20) NOT NULL AUTO_INCREMENT,
  `hash` varchar(64) NOT NULL,
  `files` int(11) NOT NULL,
  `bytes` bigint(20) NOT NULL,
  `dags` int(11) NOT NULL,
  `manifest` mediumtext NOT NULL,
  `created_by` varchar(250) NOT NULL,
  `created_at` bigint(20) NOT NULL,
  `activated_by` varchar(250) DEFAULT NULL,
  `activated_at` bigint(20) DEFAULT NULL,
  `previous_key` bigint(20) DEFAULT NULL,
  PRIMARY KEY (`bundle_key`),
  UNIQUE KEY `bundles_hash` (`hash`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

CREATE TABLE `bundle_chunks` (
  `bundle_key` bigint(20) NOT NULL,
  `number` int(11) NOT NULL,
  `content` mediumtext NOT NULL,
  PRIMARY KEY (`bundle_key`,`number`),
  CONSTRAINT `bundle_chunks_bundle` FOREIGN KEY (`bundle_key`) REFERENCES `bundles` (`bundle_key`) ON DELETE CASCADE
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

CREATE TABLE `dags` (
  `dag_key` int(11) NOT NULL AUTO_INCREMENT,
  `dag_id` varchar(200) NOT NULL,
  `version_key` bigint(20) DEFAULT NULL,
  `file` varchar(500) NOT NULL,
  `is_paused` smallint(6) NOT NULL DEFAULT 0,
  `is_active` smallint(6) NOT NULL DEFAULT 1,
  `max_active_runs` int(11) NOT NULL,
  `max_active_tasks` int(11) NOT NULL,
  `next_interval_start` bigint(20) DEFAULT NULL,
  `next_interval_end` bigint(20) DEFAULT NULL,
  `next_due_at` bigint(20) DEFAULT NULL,
  `updated_at` bigint(20) NOT NULL,
  `last_interval_start` bigint(20) DEFAULT NULL,
  `last_interval_end` bigint(20) DEFAULT NULL,
  PRIMARY KEY (`dag_key`),
  UNIQUE KEY `dags_dag_id` (`dag_id`),
  KEY `dags_due` (`is_active`,`is_paused`,`next_due_at`),
  KEY `dags_file` (`file`),
  CONSTRAINT `dags_limits` CHECK (`max_active_runs` > 0 and `max_active_tasks` > 0)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

CREATE TABLE `dag_files` (
  `path` varchar(500) NOT NULL,
  `problems` longtext DEFAULT NULL,
  `updated_at` bigint(20) NOT NULL,
  PRIMARY KEY (`path`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

CREATE TABLE `dag_runs` (
  `run_key` bigint(20) NOT NULL AUTO_INCREMENT,
  `dag_key` int(11) NOT NULL,
  `version_key` bigint(20) NOT NULL,
  `run_id` varchar(250) NOT NULL,
  `type` varchar(20) NOT NULL,
  `state` varchar(20) NOT NULL,
  `logical_date` bigint(20) NOT NULL,
  `interval_start` bigint(20) NOT NULL,
  `interval_end` bigint(20) NOT NULL,
  `scheduled_for` bigint(20) DEFAULT NULL,
  `params` mediumtext NOT NULL,
  `due_at` bigint(20) NOT NULL,
  `started_at` bigint(20) DEFAULT NULL,
  `ended_at` bigint(20) DEFAULT NULL,
  `backfill_key` bigint(20) DEFAULT NULL,
  `deadline_at` bigint(20) DEFAULT NULL,
  `deadline_missed` smallint(6) NOT NULL DEFAULT 0,
  `timeout_at` bigint(20) DEFAULT NULL,
  `wanted` varchar(20) DEFAULT NULL CHECK (`wanted` in ('cancelled','failed')),
  `reason` varchar(500) DEFAULT NULL,
  PRIMARY KEY (`run_key`),
  UNIQUE KEY `dag_runs_run_id` (`dag_key`,`run_id`),
  UNIQUE KEY `dag_runs_scheduled_for` (`dag_key`,`scheduled_for`),
  KEY `dag_runs_version` (`version_key`),
  KEY `dag_runs_by_state` (`state`,`dag_key`,`run_key`),
  KEY `dag_runs_by_date` (`dag_key`,`logical_date`),
  KEY `dag_runs_by_turn` (`state`,`dag_key`,`backfill_key`,`logical_date`),
  KEY `dag_runs_by_timeout` (`state`,`timeout_at`),
  KEY `dag_runs_by_deadline` (`state`,`deadline_missed`,`deadline_at`),
  KEY `dag_runs_by_dag_date` (`dag_key`,`type`,`state`,`logical_date`),
  KEY `dag_runs_newest` (`type`,`state`,`run_key`),
  KEY `dag_runs_by_end` (`dag_key`,`ended_at`,`logical_date`),
  KEY `dag_runs_of_backfill` (`backfill_key`,`state`,`started_at`,`ended_at`),
  CONSTRAINT `dag_runs_dag` FOREIGN KEY (`dag_key`) REFERENCES `dags` (`dag_key`),
  CONSTRAINT `dag_runs_version` FOREIGN KEY (`version_key`) REFERENCES `dag_versions` (`version_key`),
  CONSTRAINT `dag_runs_states` CHECK (`state` in ('queued','running','success','failed','cancelled') and `type` in ('scheduled','manual','backfill','asset'))
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

CREATE TABLE `dag_versions` (
  `version_key` bigint(20) NOT NULL AUTO_INCREMENT,
  `dag_key` int(11) NOT NULL,
  `number` int(11) NOT NULL,
  `hash` varchar(64) NOT NULL,
  `spec` longtext NOT NULL,
  `created_at` bigint(20) NOT NULL,
  PRIMARY KEY (`version_key`),
  UNIQUE KEY `dag_versions_hash` (`dag_key`,`hash`),
  UNIQUE KEY `dag_versions_number` (`dag_key`,`number`),
  CONSTRAINT `dag_versions_dag` FOREIGN KEY (`dag_key`) REFERENCES `dags` (`dag_key`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

CREATE TABLE `dead_letters` (
  `id` bigint(20) NOT NULL AUTO_INCREMENT,
  `queue` varchar(63) NOT NULL,
  `entry` varchar(64) NOT NULL,
  `payload` mediumtext NOT NULL,
  `reason` varchar(1000) NOT NULL,
  `created_at` bigint(20) NOT NULL,
  PRIMARY KEY (`id`),
  UNIQUE KEY `dead_letters_entry` (`queue`,`entry`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

CREATE TABLE `external_events` (
  `event_id` bigint(20) NOT NULL AUTO_INCREMENT,
  `name` varchar(200) NOT NULL,
  `run_key` bigint(20) DEFAULT NULL,
  `payload` mediumtext NOT NULL,
  `is_rejected` smallint(6) NOT NULL DEFAULT 0,
  `posted_by` varchar(200) DEFAULT NULL,
  `created_at` bigint(20) NOT NULL,
  PRIMARY KEY (`event_id`),
  KEY `external_events_name` (`name`,`created_at`),
  KEY `external_events_newest` (`name`,`event_id`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

CREATE TABLE `idempotency_keys` (
  `hash` varchar(64) NOT NULL,
  `request` varchar(64) NOT NULL,
  `status` smallint(6) DEFAULT NULL,
  `type` varchar(100) DEFAULT NULL,
  `body` longtext DEFAULT NULL,
  `created_at` bigint(20) NOT NULL,
  PRIMARY KEY (`hash`),
  KEY `idempotency_keys_age` (`created_at`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

CREATE TABLE `lanes` (
  `lane_key` bigint(20) NOT NULL AUTO_INCREMENT,
  `hash` varchar(64) NOT NULL,
  `dag_key` int(11) NOT NULL,
  `queue` varchar(63) NOT NULL,
  `pool` varchar(63) DEFAULT NULL,
  `pool_slots` int(11) NOT NULL,
  `task_id` varchar(200) DEFAULT NULL,
  `task_limit` int(11) DEFAULT NULL,
  `run_key` bigint(20) DEFAULT NULL,
  `map_limit` int(11) DEFAULT NULL,
  PRIMARY KEY (`lane_key`),
  UNIQUE KEY `lanes_hash` (`hash`),
  KEY `lanes_run` (`run_key`),
  CONSTRAINT `lanes_slots` CHECK (`pool_slots` > 0)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

CREATE TABLE `locks` (
  `name` varchar(40) NOT NULL,
  PRIMARY KEY (`name`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

CREATE TABLE `login_codes` (
  `hash` varchar(64) NOT NULL,
  `user_key` bigint(20) NOT NULL,
  `expires_at` bigint(20) NOT NULL,
  PRIMARY KEY (`hash`),
  KEY `login_codes_user_index` (`user_key`),
  KEY `login_codes_expiry` (`expires_at`),
  CONSTRAINT `login_codes_user` FOREIGN KEY (`user_key`) REFERENCES `users` (`user_key`) ON DELETE CASCADE
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

CREATE TABLE `map_items` (
  `run_key` bigint(20) NOT NULL,
  `task_id` varchar(200) NOT NULL,
  `map_index` int(11) NOT NULL,
  `value` mediumtext NOT NULL,
  PRIMARY KEY (`run_key`,`task_id`,`map_index`),
  CONSTRAINT `map_items_run` FOREIGN KEY (`run_key`) REFERENCES `dag_runs` (`run_key`) ON DELETE CASCADE
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

CREATE TABLE `nodes` (
  `node_id` varchar(64) NOT NULL,
  `report` mediumtext NOT NULL,
  `last_seen` bigint(20) NOT NULL,
  `granted_revision` bigint(20) DEFAULT NULL,
  `granted_at` bigint(20) DEFAULT NULL,
  PRIMARY KEY (`node_id`),
  KEY `nodes_last_seen` (`last_seen`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

CREATE TABLE `pools` (
  `name` varchar(63) NOT NULL,
  `slots` int(11) NOT NULL,
  `description` varchar(500) DEFAULT NULL,
  PRIMARY KEY (`name`),
  CONSTRAINT `pools_slots` CHECK (`slots` >= 0)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

CREATE TABLE `queues` (
  `name` varchar(63) NOT NULL,
  `epoch_id` varchar(64) DEFAULT NULL,
  `epoch_counter` bigint(20) NOT NULL DEFAULT 0,
  `epoch_since` bigint(20) DEFAULT NULL,
  `recovering_until` bigint(20) DEFAULT NULL,
  `max_active` int(11) DEFAULT NULL CHECK (`max_active` >= 0),
  `is_paused` smallint(6) NOT NULL DEFAULT 0,
  `paused_at` bigint(20) DEFAULT NULL,
  `paused_by` varchar(200) DEFAULT NULL,
  PRIMARY KEY (`name`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

CREATE TABLE `queue_samples` (
  `queue` varchar(63) NOT NULL,
  `sampled_at` bigint(20) NOT NULL,
  `span_ms` bigint(20) NOT NULL,
  `waiting` int(11) NOT NULL,
  `active` int(11) NOT NULL,
  `oldest_ms` bigint(20) NOT NULL,
  `came` int(11) NOT NULL,
  `went` int(11) NOT NULL,
  PRIMARY KEY (`queue`,`sampled_at`),
  KEY `queue_samples_time` (`sampled_at`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

CREATE TABLE `releases` (
  `role` varchar(20) NOT NULL,
  `pool` varchar(63) NOT NULL DEFAULT '',
  `version` varchar(60) NOT NULL,
  `sums` mediumtext NOT NULL,
  `revision` bigint(20) NOT NULL,
  `max_unavailable` int(11) NOT NULL,
  `set_by` varchar(200) NOT NULL,
  `set_at` bigint(20) NOT NULL,
  `halted_at` bigint(20) DEFAULT NULL,
  `halted_by` varchar(200) DEFAULT NULL,
  `halted_why` mediumtext DEFAULT NULL,
  PRIMARY KEY (`role`,`pool`),
  CONSTRAINT `releases_role` CHECK (`role` in ('web','scheduler','worker'))
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

CREATE TABLE `results` (
  `ti_id` bigint(20) NOT NULL,
  `value` mediumtext NOT NULL,
  PRIMARY KEY (`ti_id`),
  CONSTRAINT `results_task_instance` FOREIGN KEY (`ti_id`) REFERENCES `task_instances` (`ti_id`) ON DELETE CASCADE
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

CREATE TABLE `schedulers` (
  `scheduler_id` varchar(64) NOT NULL,
  `facts` mediumtext NOT NULL,
  `started_at` bigint(20) NOT NULL,
  `last_seen` bigint(20) NOT NULL,
  `left_at` bigint(20) DEFAULT NULL,
  PRIMARY KEY (`scheduler_id`),
  KEY `schedulers_last_seen` (`last_seen`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

CREATE TABLE `sessions` (
  `hash` varchar(64) NOT NULL,
  `user_key` bigint(20) NOT NULL,
  `created_at` bigint(20) NOT NULL,
  `seen_at` bigint(20) NOT NULL,
  PRIMARY KEY (`hash`),
  KEY `sessions_user_index` (`user_key`),
  KEY `sessions_created` (`created_at`),
  KEY `sessions_seen` (`seen_at`),
  CONSTRAINT `sessions_user` FOREIGN KEY (`user_key`) REFERENCES `users` (`user_key`) ON DELETE CASCADE
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

CREATE TABLE `task_instances` (
  `ti_id` bigint(20) NOT NULL AUTO_INCREMENT,
  `run_key` bigint(20) NOT NULL,
  `dag_key` int(11) NOT NULL,
  `task_id` varchar(200) NOT NULL,
  `map_index` int(11) NOT NULL DEFAULT -1,
  `state` varchar(20) NOT NULL,
  `reason` varchar(500) DEFAULT NULL,
  `fence` int(11) NOT NULL DEFAULT 0,
  `try_number` int(11) NOT NULL DEFAULT 1,
  `infra_losses` int(11) NOT NULL DEFAULT 0,
  `queue` varchar(63) NOT NULL,
  `broker_priority` int(11) NOT NULL,
  `due_at` bigint(20) DEFAULT NULL,
  `up_success` int(11) NOT NULL DEFAULT 0,
  `up_failed` int(11) NOT NULL DEFAULT 0,
  `up_upstream_failed` int(11) NOT NULL DEFAULT 0,
  `up_skipped` int(11) NOT NULL DEFAULT 0,
  `scheduled_at` bigint(20) DEFAULT NULL,
  `started_at` bigint(20) DEFAULT NULL,
  `ended_at` bigint(20) DEFAULT NULL,
  `lane_key` bigint(20) NOT NULL DEFAULT 0,
  `up_total` int(11) NOT NULL DEFAULT 0,
  `wanted` varchar(20) DEFAULT NULL CHECK (`wanted` in ('cancelled','cleared','success','failed')),
  `wait_key` varchar(250) DEFAULT NULL,
  `is_removed` smallint(6) NOT NULL DEFAULT 0,
  PRIMARY KEY (`ti_id`),
  UNIQUE KEY `task_instances_name` (`run_key`,`task_id`,`map_index`),
  KEY `task_instances_runnable` (`state`,`broker_priority`,`ti_id`),
  KEY `task_instances_due` (`state`,`due_at`),
  KEY `task_instances_lane` (`state`,`lane_key`,`broker_priority`,`ti_id`),
  KEY `task_instances_waiting` (`state`,`wait_key`),
  KEY `task_instances_by_queue` (`state`,`queue`,`scheduled_at`),
  KEY `task_instances_of_run` (`run_key`,`state`,`task_id`,`map_index`,`is_removed`),
  CONSTRAINT `task_instances_run` FOREIGN KEY (`run_key`) REFERENCES `dag_runs` (`run_key`) ON DELETE CASCADE,
  CONSTRAINT `task_instances_state` CHECK (`state` in ('none','scheduled','queued','starting','running','success','failed','skipped','upstream_failed','cancelled','up_for_retry','up_for_reschedule')),
  CONSTRAINT `task_instances_numbers` CHECK (`fence` >= 0 and `try_number` >= 1 and `broker_priority` >= 1)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

CREATE TABLE `users` (
  `user_key` bigint(20) NOT NULL AUTO_INCREMENT,
  `name` varchar(100) NOT NULL,
  `password` varchar(300) DEFAULT NULL,
  `created_at` bigint(20) NOT NULL,
  PRIMARY KEY (`user_key`),
  UNIQUE KEY `users_name` (`name`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

CREATE TABLE `user_grants` (
  `user_key` bigint(20) NOT NULL,
  `namespace` varchar(200) NOT NULL,
  `source` varchar(10) NOT NULL,
  `role` varchar(20) NOT NULL,
  PRIMARY KEY (`user_key`,`namespace`,`source`),
  CONSTRAINT `user_grants_user` FOREIGN KEY (`user_key`) REFERENCES `users` (`user_key`) ON DELETE CASCADE,
  CONSTRAINT `user_grants_values` CHECK (`role` in ('viewer','operator','author','admin') and `source` in ('local','oidc'))
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

CREATE TABLE `user_identities` (
  `issuer` varchar(300) NOT NULL,
  `subject` varchar(255) NOT NULL,
  `user_key` bigint(20) NOT NULL,
  `created_at` bigint(20) NOT NULL,
  PRIMARY KEY (`issuer`,`subject`),
  KEY `user_identities_user_index` (`user_key`),
  CONSTRAINT `user_identities_user` FOREIGN KEY (`user_key`) REFERENCES `users` (`user_key`) ON DELETE CASCADE
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

CREATE TABLE `workers` (
  `worker_id` varchar(64) NOT NULL,
  `name` varchar(200) NOT NULL,
  `facts` mediumtext NOT NULL,
  `first_seen` bigint(20) NOT NULL,
  `last_seen` bigint(20) NOT NULL,
  `left_at` bigint(20) DEFAULT NULL,
  `wanted` mediumtext DEFAULT NULL,
  `processed` bigint(20) NOT NULL DEFAULT 0,
  `failed` bigint(20) NOT NULL DEFAULT 0,
  PRIMARY KEY (`worker_id`),
  KEY `workers_name` (`name`),
  KEY `workers_last_seen` (`last_seen`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
