locals {
  bucket = { for use, name in var.buckets : use => "arn:${data.aws_partition.here.partition}:s3:::${name}" }

  # No AWS-managed policy: the one for Session Manager lets a node read every parameter of the account.
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Sid      = "SessionManager"
        Effect   = "Allow"
        Action   = ["ec2messages:AcknowledgeMessage", "ec2messages:DeleteMessage", "ec2messages:FailMessage", "ec2messages:GetEndpoint", "ec2messages:GetMessages", "ec2messages:SendReply", "ssm:UpdateInstanceInformation", "ssmmessages:CreateControlChannel", "ssmmessages:CreateDataChannel", "ssmmessages:OpenControlChannel", "ssmmessages:OpenDataChannel"]
        Resource = "*"
      },
      {
        Sid      = "Parameters"
        Effect   = "Allow"
        Action   = "ssm:GetParameter"
        Resource = [for name in ["release", "trusted-keys"] : "arn:${data.aws_partition.here.partition}:ssm:${data.aws_region.here.region}:${data.aws_caller_identity.here.account_id}:parameter${var.parameters}/${name}"]
      },
      {
        Sid      = "Secrets"
        Effect   = "Allow"
        Action   = "secretsmanager:GetSecretValue"
        Resource = [var.database.secret_arn, var.redis.secret_arn, var.signing_key_arn]
      },
      {
        Sid      = "Releases"
        Effect   = "Allow"
        Action   = "s3:GetObject"
        Resource = "${local.bucket.releases}/*"
      },
      {
        Sid      = "LogsAndBundles"
        Effect   = "Allow"
        Action   = ["s3:DeleteObject", "s3:GetObject", "s3:PutObject"]
        Resource = ["${local.bucket.logs}/tasks/*", "${local.bucket.bundles}/*"]
      },
      {
        Sid      = "ListLogsAndBundles"
        Effect   = "Allow"
        Action   = "s3:ListBucket"
        Resource = [local.bucket.logs, local.bucket.bundles]
      },
      {
        Sid      = "Key"
        Effect   = "Allow"
        Action   = ["kms:Decrypt", "kms:GenerateDataKey"]
        Resource = var.kms_key_arn
        Condition = {
          StringEquals = { "kms:ViaService" = [for service in ["s3", "secretsmanager"] : "${service}.${data.aws_region.here.region}.amazonaws.com"] }
        }
      },
      {
        Sid       = "BacklogMetric"
        Effect    = "Allow"
        Action    = "cloudwatch:PutMetricData"
        Resource  = "*"
        Condition = { StringEquals = { "cloudwatch:namespace" = "Longshore" } }
      },
    ]
  })
}

resource "aws_iam_role" "node" {
  name        = "${var.name}-control"
  description = "Nodes with Longshore's scheduler and web."
  tags        = local.tags

  assume_role_policy = jsonencode({
    Version   = "2012-10-17"
    Statement = [{ Effect = "Allow", Action = "sts:AssumeRole", Principal = { Service = "ec2.amazonaws.com" } }]
  })
}

resource "aws_iam_role_policy" "node" {
  name   = "node"
  role   = aws_iam_role.node.name
  policy = local.policy
}

resource "aws_iam_instance_profile" "node" {
  name = "${var.name}-control"
  role = aws_iam_role.node.name
  tags = local.tags
}
