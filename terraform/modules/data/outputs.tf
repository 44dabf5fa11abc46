output "database" {
  description = "Where the database is, and the secret with its user and password."
  value = {
    identifier = aws_db_instance.this.identifier
    host       = aws_db_instance.this.address
    port       = 3306
    name       = aws_db_instance.this.db_name
    secret_arn = aws_db_instance.this.master_user_secret[0].secret_arn
  }
}

output "redis" {
  description = "Where Redis is, and the secret with its password."
  value = {
    group      = aws_elasticache_replication_group.this.replication_group_id
    host       = aws_elasticache_replication_group.this.primary_endpoint_address
    port       = 6379
    secret_arn = aws_secretsmanager_secret.redis.arn
    nodes      = var.redis_nodes
  }
}

output "signing_key_arn" {
  description = "The secret into which the private signing key is put by hand."
  value       = aws_secretsmanager_secret.signing_key.arn
}

output "buckets" {
  description = "Names of the buckets: releases, logs, bundles."
  value       = { for use, bucket in aws_s3_bucket.this : use => bucket.bucket }
}

output "parameters" {
  description = "Path of the parameters that new nodes read (release, trusted-keys)."
  value       = local.parameters
}

output "kms_key_arn" {
  description = "The key that encrypts all of it."
  value       = aws_kms_key.this.arn
}
