mock_provider "aws" {
  mock_data "aws_caller_identity" {
    defaults = { account_id = "123456789012" }
  }
  mock_data "aws_partition" {
    defaults = { partition = "aws" }
  }
}

variables {
  name                    = "longshore-test"
  subnets                 = { a = "subnet-a", b = "subnet-b" }
  redis_security_group    = "sg-redis"
  database_security_group = "sg-database"
  release = {
    version = "0.2.0"
    key     = "0.2.0/longshore_0.2.0_amd64.deb"
    sha256  = "0000000000000000000000000000000000000000000000000000000000000000"
  }
  trusted_keys = { first = "-----BEGIN PUBLIC KEY-----\nMCowBQYDK2VwAyEA\n-----END PUBLIC KEY-----" }
}

run "redis_never_forgets_and_is_encrypted" {
  command = plan

  assert {
    condition     = [for parameter in aws_elasticache_parameter_group.this.parameter : parameter.value if parameter.name == "maxmemory-policy"] == ["noeviction"]
    error_message = "a full Redis must refuse to write"
  }
  assert {
    condition     = aws_elasticache_replication_group.this.at_rest_encryption_enabled == "true" && aws_elasticache_replication_group.this.transit_encryption_enabled && aws_elasticache_replication_group.this.transit_encryption_mode == "required"
    error_message = "Redis is encrypted on disk and on the wire"
  }
  assert {
    condition     = aws_elasticache_replication_group.this.automatic_failover_enabled && aws_elasticache_replication_group.this.multi_az_enabled && aws_elasticache_replication_group.this.num_cache_clusters == 2
    error_message = "Redis survives the loss of a zone"
  }
}

run "the_database_is_what_longshore_expects" {
  command = plan

  assert {
    condition = { for parameter in aws_db_parameter_group.this.parameter : parameter.name => parameter.value } == {
      transaction_isolation    = "READ-COMMITTED"
      innodb_lock_wait_timeout = "100"
      slow_query_log           = "1"
      long_query_time          = "10"
      log_output               = "FILE"
      require_secure_transport = "1"
      max_connections          = "300"
    }
    error_message = "isolation, lock waits and the slow-query log are set"
  }
  assert {
    condition     = aws_db_instance.this.multi_az && aws_db_instance.this.storage_encrypted && !aws_db_instance.this.publicly_accessible
    error_message = "the database has a standby, is encrypted and private"
  }
  assert {
    condition     = aws_db_instance.this.deletion_protection && !aws_db_instance.this.skip_final_snapshot && aws_db_instance.this.manage_master_user_password && aws_db_instance.this.password == null
    error_message = "the database is protected, and its password is RDS's own affair"
  }
}

run "buckets_are_private_encrypted_and_versioned" {
  command = plan

  assert {
    condition     = keys(aws_s3_bucket.this) == ["bundles", "logs", "releases"]
    error_message = "there are three buckets"
  }
  assert {
    condition     = alltrue([for block in values(aws_s3_bucket_public_access_block.this) : block.block_public_acls && block.block_public_policy && block.ignore_public_acls && block.restrict_public_buckets])
    error_message = "nothing of them can be made public"
  }
  assert {
    condition     = alltrue([for versioning in values(aws_s3_bucket_versioning.this) : versioning.versioning_configuration[0].status == "Enabled"])
    error_message = "what is overwritten can be had back"
  }
}

run "one_subnet_is_refused" {
  command = plan
  variables {
    subnets = { a = "subnet-a" }
  }
  expect_failures = [var.subnets]
}

run "a_redis_without_replica_is_refused" {
  command = plan
  variables {
    redis_nodes = 1
  }
  expect_failures = [var.redis_nodes]
}

run "a_release_without_checksum_is_refused" {
  command = plan
  variables {
    release = { version = "0.2.0", key = "longshore_0.2.0_amd64.deb", sha256 = "unknown" }
  }
  expect_failures = [var.release]
}

run "a_release_that_updates_could_not_go_back_to_is_refused" {
  command = plan
  variables {
    release = { version = "0.2.0", key = "longshore_0.2.0_amd64.deb", sha256 = "0000000000000000000000000000000000000000000000000000000000000000" }
  }
  expect_failures = [var.release]
}

run "a_private_key_among_the_trusted_is_refused" {
  command = plan
  variables {
    trusted_keys = { first = "-----BEGIN PRIVATE KEY-----\nMC4CAQ\n-----END PRIVATE KEY-----" }
  }
  expect_failures = [var.trusted_keys]
}
