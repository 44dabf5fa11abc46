resource "aws_db_subnet_group" "this" {
  name       = var.name
  subnet_ids = values(var.subnets)
  tags       = local.tags
}

resource "aws_db_parameter_group" "this" {
  name        = "${var.name}-mysql80"
  description = "What Longshore expects of its database."
  family      = "mysql8.0"
  tags        = local.tags

  # Claims with SKIP LOCKED under REPEATABLE READ lock gaps, and schedulers wait for one another.
  parameter {
    name  = "transaction_isolation"
    value = "READ-COMMITTED"
  }

  # Twice the default: a migration that waits must not fail the transactions behind it.
  parameter {
    name  = "innodb_lock_wait_timeout"
    value = "100"
  }

  parameter {
    name  = "slow_query_log"
    value = "1"
  }

  parameter {
    name  = "long_query_time"
    value = "10"
  }

  parameter {
    name  = "log_output"
    value = "FILE"
  }

  parameter {
    name  = "require_secure_transport"
    value = "1"
  }

  parameter {
    name         = "max_connections"
    value        = tostring(var.database_connections)
    apply_method = "pending-reboot"
  }

  lifecycle {
    create_before_destroy = true
  }
}

resource "aws_cloudwatch_log_group" "database" {
  for_each          = toset(["error", "slowquery"])
  name              = "/aws/rds/instance/${var.name}/${each.key}"
  retention_in_days = 30
  tags              = local.tags
}

resource "aws_db_instance" "this" {
  identifier     = var.name
  engine         = "mysql"
  engine_version = "8.0"
  instance_class = var.database_instance_class
  db_name        = "longshore"
  username       = "longshore"
  # RDS makes the password and keeps it in Secrets Manager; it stands neither here nor in the state.
  manage_master_user_password   = true
  master_user_secret_kms_key_id = aws_kms_key.this.key_id

  multi_az               = true
  publicly_accessible    = false
  db_subnet_group_name   = aws_db_subnet_group.this.name
  vpc_security_group_ids = [var.database_security_group]
  parameter_group_name   = aws_db_parameter_group.this.name

  storage_type          = "gp3"
  storage_encrypted     = true
  kms_key_id            = aws_kms_key.this.arn
  allocated_storage     = var.database_storage.first
  max_allocated_storage = var.database_storage.most

  backup_retention_period   = var.backup_days
  copy_tags_to_snapshot     = true
  deletion_protection       = var.deletion_protection
  skip_final_snapshot       = !var.deletion_protection
  final_snapshot_identifier = var.deletion_protection ? "${var.name}-last" : null

  enabled_cloudwatch_logs_exports = ["error", "slowquery"]
  performance_insights_enabled    = !startswith(var.database_instance_class, "db.t")
  performance_insights_kms_key_id = startswith(var.database_instance_class, "db.t") ? null : aws_kms_key.this.arn
  auto_minor_version_upgrade      = true
  apply_immediately               = false
  tags                            = local.tags

  # RDS would make them itself, kept for ever.
  depends_on = [aws_cloudwatch_log_group.database]
}
