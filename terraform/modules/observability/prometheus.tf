data "aws_region" "here" {}
data "aws_partition" "here" {}
data "aws_caller_identity" "here" {}

locals {
  provision = "${path.module}/../../provision"
  enabled   = var.prometheus == null ? {} : { this = var.prometheus }

  user_data = { for name, prometheus in local.enabled : name => templatefile("${local.provision}/user-data.sh.tftpl", {
    region       = data.aws_region.here.region
    architecture = "amd64"
    credentials  = false
    aws          = {}
    settings = {
      NODE_ROLES      = var.grafana ? "monitoring grafana" : "monitoring"
      NODE_PACKAGE    = "ssm:${prometheus.package.parameters}/release"
      NODE_PROMETHEUS = "/usr/local/lib/longshore/prometheus.yml"
    }
    files = {
      "provision.sh" = base64gzip(file("${local.provision}/provision.sh"))
      "prometheus.yml" = base64gzip(templatefile("${path.module}/prometheus.yml.tftpl", {
        region = data.aws_region.here.region
        jobs = {
          longshore-scheduler = { port = prometheus.ports.control, roles = ["control"] }
          longshore-web       = { port = prometheus.ports.web, roles = ["control"] }
          longshore-worker    = { port = prometheus.ports.worker, roles = ["worker"] }
          node                = { port = 9100, roles = ["control", "worker"] }
        }
      }))
    }
  }) }

  # Whoever may list instances may list all: EC2 knows no narrower right.
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
        Sid      = "FindNodes"
        Effect   = "Allow"
        Action   = ["ec2:DescribeAvailabilityZones", "ec2:DescribeInstances"]
        Resource = "*"
      },
      ], flatten([for prometheus in values(local.enabled) : [
        {
          Sid      = "Release"
          Effect   = "Allow"
          Action   = "ssm:GetParameter"
          Resource = "arn:${data.aws_partition.here.partition}:ssm:${data.aws_region.here.region}:${data.aws_caller_identity.here.account_id}:parameter${prometheus.package.parameters}/release"
        },
        {
          Sid      = "Package"
          Effect   = "Allow"
          Action   = "s3:GetObject"
          Resource = "arn:${data.aws_partition.here.partition}:s3:::${prometheus.package.bucket}/*"
        },
        {
          Sid       = "Key"
          Effect    = "Allow"
          Action    = "kms:Decrypt"
          Resource  = prometheus.package.kms_key_arn
          Condition = { StringEquals = { "kms:ViaService" = "s3.${data.aws_region.here.region}.amazonaws.com" } }
        },
    ]]))
  })
}

resource "aws_instance" "prometheus" {
  for_each               = local.enabled
  ami                    = each.value.ami_id
  instance_type          = each.value.instance_type
  subnet_id              = each.value.subnet
  vpc_security_group_ids = [each.value.security_group]
  iam_instance_profile   = aws_iam_instance_profile.prometheus[each.key].name
  user_data              = local.user_data[each.key]
  ebs_optimized          = true

  metadata_options {
    http_endpoint               = "enabled"
    http_tokens                 = "required"
    http_put_response_hop_limit = 1
  }

  root_block_device {
    volume_type = "gp3"
    volume_size = each.value.volume_gib
    encrypted   = true
  }

  tags        = merge(local.tags, { Name = "${var.name}-prometheus", Role = "monitoring" })
  volume_tags = local.tags

  # What it has kept is on its disk.
  lifecycle {
    ignore_changes = [ami, user_data]
  }
}

resource "aws_iam_role" "prometheus" {
  for_each    = local.enabled
  name        = "${var.name}-prometheus"
  description = "Prometheus of Longshore."
  tags        = local.tags

  assume_role_policy = jsonencode({
    Version   = "2012-10-17"
    Statement = [{ Effect = "Allow", Action = "sts:AssumeRole", Principal = { Service = "ec2.amazonaws.com" } }]
  })
}

resource "aws_iam_role_policy" "prometheus" {
  for_each = local.enabled
  name     = "node"
  role     = aws_iam_role.prometheus[each.key].name
  policy   = local.policy
}

resource "aws_iam_instance_profile" "prometheus" {
  for_each = local.enabled
  name     = "${var.name}-prometheus"
  role     = aws_iam_role.prometheus[each.key].name
  tags     = local.tags
}
