# Small instances that nothing scales in. A scheduler that is restarted or lost delays by seconds; the others go on.

data "aws_region" "here" {}
data "aws_partition" "here" {}
data "aws_caller_identity" "here" {}

locals {
  tags  = merge(var.tags, { Project = "longshore" })
  zones = sort(keys(var.private_subnets))
  # a, b, c, …: a name outlives its instance.
  nodes     = { for index in range(var.nodes) : substr("abcdefghi", index, 1) => local.zones[index % length(local.zones)] }
  provision = "${path.module}/../../provision"

  settings = merge({
    LONGSHORE_AUTH              = "users"
    LONGSHORE_PUBLIC_URL        = var.public_url
    LONGSHORE_TRUSTED_PROXIES   = var.vpc_cidr
    LONGSHORE_LOG_STORE         = "s3://${var.buckets.logs}/tasks?region=${data.aws_region.here.region}"
    LONGSHORE_RELEASE_STORE     = "s3://${var.buckets.releases}?region=${data.aws_region.here.region}"
    LONGSHORE_CLOUDWATCH_REGION = data.aws_region.here.region
    LONGSHORE_DAGS_DIR          = "/var/lib/longshore/dags"
    LONGSHORE_HTTP_HOST         = "0.0.0.0"
    LONGSHORE_HTTP_PORT         = tostring(var.metrics_port)
    }, var.settings, {
    NODE_ROLES       = "scheduler web"
    NODE_PACKAGE     = "ssm:${var.parameters}/release"
    NODE_CREDENTIALS = "/usr/local/lib/longshore/aws-credentials.sh"
    NODE_WEB_LISTEN  = "0.0.0.0:${var.web_port}"
  })

  user_data = templatefile("${local.provision}/user-data.sh.tftpl", {
    region       = data.aws_region.here.region
    architecture = "amd64"
    settings     = local.settings
    credentials  = true
    aws = {
      PARAMETERS         = var.parameters
      REDIS_HOST         = var.redis.host
      REDIS_SECRET       = var.redis.secret_arn
      DATABASE_HOST      = var.database.host
      DATABASE_SECRET    = var.database.secret_arn
      DATABASE_OPTIONS   = "?tls=/etc/longshore/rds.pem"
      SIGNING_KEY_SECRET = var.signing_key_arn
    }
    files = { for file in ["aws-credentials.sh", "provision.sh"] : file => base64gzip(file("${local.provision}/${file}")) }
  })
}

resource "aws_instance" "node" {
  for_each                = local.nodes
  ami                     = var.ami_id
  instance_type           = var.instance_type
  subnet_id               = var.private_subnets[each.value]
  vpc_security_group_ids  = [var.security_groups.control]
  iam_instance_profile    = aws_iam_instance_profile.node.name
  user_data               = local.user_data
  disable_api_termination = var.deletion_protection
  ebs_optimized           = true
  monitoring              = true

  metadata_options {
    http_endpoint               = "enabled"
    http_tokens                 = "required"
    http_put_response_hop_limit = 1
  }

  root_block_device {
    volume_type           = "gp3"
    volume_size           = var.volume_gib
    encrypted             = true
    delete_on_termination = true
  }

  maintenance_options {
    auto_recovery = "default"
  }

  tags        = merge(local.tags, { Name = "${var.name}-control-${each.key}", Role = "control" })
  volume_tags = local.tags

  # A new image or script would replace or stop all of them at once. They are renewed one at a time, with -replace: docs/operations/terraform.md.
  lifecycle {
    ignore_changes = [ami, user_data]
  }
}
