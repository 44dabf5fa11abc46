locals {
  arn    = { for service in ["autoscaling", "secretsmanager", "ssm"] : service => "arn:${data.aws_partition.here.partition}:${service}:${data.aws_region.here.region}:${data.aws_caller_identity.here.account_id}" }
  bucket = { for use, name in var.buckets : use => "arn:${data.aws_partition.here.partition}:s3:::${name}" }

  pull = [
    {
      Sid      = "RegistryLogin"
      Effect   = "Allow"
      Action   = "ecr:GetAuthorizationToken"
      Resource = "*"
    },
    {
      Sid      = "PullImages"
      Effect   = "Allow"
      Action   = ["ecr:BatchCheckLayerAvailability", "ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"]
      Resource = var.ecr_repositories
    },
  ]

  # Nothing of the database: workers know Redis and the store of logs. No AWS-managed policy: the one for Session Manager lets a node read
  # every parameter of the account.
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = concat([
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
        Resource = [for name in ["release", "trusted-keys"] : "${local.arn.ssm}:parameter${var.parameters}/${name}"]
      },
      {
        # What secretsCommand may fetch for tasks of this pool: NAME/pools/POOL/….
        Sid      = "Secrets"
        Effect   = "Allow"
        Action   = "secretsmanager:GetSecretValue"
        Resource = [var.redis.secret_arn, "${local.arn.secretsmanager}:secret:${var.name}/pools/${var.pool}/*"]
      },
      {
        Sid      = "Releases"
        Effect   = "Allow"
        Action   = "s3:GetObject"
        Resource = "${local.bucket.releases}/*"
      },
      {
        Sid      = "Logs"
        Effect   = "Allow"
        Action   = ["s3:GetObject", "s3:PutObject"]
        Resource = "${local.bucket.logs}/tasks/*"
      },
      {
        Sid      = "ListLogs"
        Effect   = "Allow"
        Action   = "s3:ListBucket"
        Resource = local.bucket.logs
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
        Sid      = "OwnLifecycle"
        Effect   = "Allow"
        Action   = ["autoscaling:CompleteLifecycleAction", "autoscaling:RecordLifecycleActionHeartbeat", "autoscaling:SetInstanceProtection"]
        Resource = "${local.arn.autoscaling}:autoScalingGroup:*:autoScalingGroupName/${local.group}"
      },
    ], [for statement in local.pull : statement if length(var.ecr_repositories) > 0])
  })
}

resource "aws_iam_role" "node" {
  name        = local.group
  description = "Nodes of Longshore's pool ${var.pool}."
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
  name = local.group
  role = aws_iam_role.node.name
  tags = local.tags
}
