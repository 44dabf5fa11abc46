data "aws_secretsmanager_random_password" "redis" {
  password_length     = 64
  exclude_punctuation = true
}

resource "aws_secretsmanager_secret" "redis" {
  name        = "${var.name}/redis"
  description = "The password of Redis."
  kms_key_id  = aws_kms_key.this.arn
  tags        = local.tags
}

resource "aws_secretsmanager_secret_version" "redis" {
  secret_id     = aws_secretsmanager_secret.redis.id
  secret_string = data.aws_secretsmanager_random_password.redis.random_password

  # Each plan is offered a new password. It is taken with -replace only: docs/operations/terraform.md.
  lifecycle {
    ignore_changes = [secret_string]
  }
}

resource "aws_elasticache_subnet_group" "this" {
  name       = var.name
  subnet_ids = values(var.subnets)
  tags       = local.tags
}

resource "aws_elasticache_parameter_group" "this" {
  name        = "${var.name}-${var.redis_engine}"
  description = "Longshore's broker: a full Redis refuses to write, it never forgets."
  family      = var.redis_engine == "valkey" ? "valkey8" : "redis7"
  tags        = local.tags

  # With any other policy a full Redis drops queued jobs in silence.
  parameter {
    name  = "maxmemory-policy"
    value = "noeviction"
  }
}

resource "aws_elasticache_replication_group" "this" {
  replication_group_id       = var.name
  description                = "Longshore's broker"
  engine                     = var.redis_engine
  engine_version             = var.redis_engine == "valkey" ? "8.0" : "7.1"
  node_type                  = var.redis_node_type
  num_cache_clusters         = var.redis_nodes
  port                       = 6379
  parameter_group_name       = aws_elasticache_parameter_group.this.name
  subnet_group_name          = aws_elasticache_subnet_group.this.name
  security_group_ids         = [var.redis_security_group]
  automatic_failover_enabled = true
  multi_az_enabled           = true
  at_rest_encryption_enabled = true
  kms_key_id                 = aws_kms_key.this.arn
  transit_encryption_enabled = true
  transit_encryption_mode    = "required"
  auth_token                 = aws_secretsmanager_secret_version.redis.secret_string
  # The old password stays good beside the new one until all nodes have fetched it.
  auth_token_update_strategy = "ROTATE"
  # Everything in Redis can be made again from the database and the workers' disks: the snapshot is for people who look for a cause.
  snapshot_retention_limit   = 1
  auto_minor_version_upgrade = true
  apply_immediately          = false
  tags                       = local.tags
}
