# The database (the truth), Redis (the broker), the key that encrypts both, and what new nodes must know.

data "aws_caller_identity" "here" {}
data "aws_region" "here" {}
data "aws_partition" "here" {}

locals {
  tags       = merge(var.tags, { Project = "longshore" })
  parameters = "/${var.name}"
}

resource "aws_kms_key" "this" {
  description             = "${var.name}: database, Redis, buckets and secrets"
  enable_key_rotation     = true
  deletion_window_in_days = 30
  tags                    = local.tags
}

resource "aws_kms_alias" "this" {
  name          = "alias/${var.name}"
  target_key_id = aws_kms_key.this.key_id
}

# Where new nodes read what they are to install. It is no part of their user data: a new version of Longshore goes to running nodes
# one by one, without a task noticing, and must not replace them.
resource "aws_ssm_parameter" "release" {
  name        = "${local.parameters}/release"
  description = "The version of Longshore that new nodes install."
  type        = "String"
  value       = jsonencode(merge(var.release, { bucket = aws_s3_bucket.this["releases"].bucket }))
  tags        = local.tags
}

resource "aws_ssm_parameter" "trusted_keys" {
  name        = "${local.parameters}/trusted-keys"
  description = "Public keys that workers trust."
  type        = "String"
  value       = jsonencode(var.trusted_keys)
  tags        = local.tags
}

# Its value is put there by hand, once: a private key never passes through Terraform, whose state would keep it.
resource "aws_secretsmanager_secret" "signing_key" {
  name        = "${var.name}/signing-key"
  description = "The private key with which schedulers sign jobs (longshore keys generate)."
  kms_key_id  = aws_kms_key.this.arn
  tags        = local.tags
}
