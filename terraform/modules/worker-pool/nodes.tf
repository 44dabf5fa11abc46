data "aws_region" "here" {}
data "aws_partition" "here" {}
data "aws_caller_identity" "here" {}

locals {
  tags      = merge(var.tags, { Project = "longshore", Pool = var.pool })
  group     = "${var.name}-${var.pool}"
  provision = "${path.module}/../../provision"
  # Fixed: both ends are the number, and changing it is a change of the group in place. Growing: AWS chooses between them.
  grows = var.nodes == null
  min   = local.grows ? var.min : var.nodes
  max   = local.grows ? var.max : var.nodes

  settings = merge({
    LONGSHORE_WORKER_NAME   = ""
    LONGSHORE_LOG_STORE     = "s3://${var.buckets.logs}/tasks?region=${data.aws_region.here.region}"
    LONGSHORE_RELEASE_STORE = "s3://${var.buckets.releases}?region=${data.aws_region.here.region}"
    LONGSHORE_TRUSTED_KEYS  = "/etc/longshore/keys/trusted"
    LONGSHORE_HTTP_HOST     = "0.0.0.0"
    LONGSHORE_HTTP_PORT     = tostring(var.metrics_port)
    }, var.settings, {
    NODE_ROLES       = "worker"
    NODE_POOL        = var.pool
    NODE_QUEUES      = join(",", var.queues)
    NODE_CONCURRENCY = tostring(var.concurrency)
    NODE_PACKAGE     = "ssm:${var.parameters}/release"
    NODE_CREDENTIALS = "/usr/local/lib/longshore/aws-credentials.sh"
    NODE_READY       = "/usr/local/lib/longshore/aws-ready.sh"
    NODE_REGISTRIES  = join(" ", distinct([for arn in var.ecr_repositories : "${split(":", arn)[4]}.dkr.ecr.${split(":", arn)[3]}.amazonaws.com"]))
  })

  user_data = templatefile("${local.provision}/user-data.sh.tftpl", {
    region       = data.aws_region.here.region
    architecture = "amd64"
    settings     = local.settings
    credentials  = true
    aws = {
      PARAMETERS        = var.parameters
      REDIS_HOST        = var.redis.host
      REDIS_SECRET      = var.redis.secret_arn
      AUTOSCALING_GROUP = local.group
    }
    files = { for file in ["aws-credentials.sh", "aws-ready.sh", "provision.sh"] : file => base64gzip(file("${local.provision}/${file}")) }
  })
}

resource "aws_launch_template" "node" {
  name                   = local.group
  description            = "Nodes of Longshore's pool ${var.pool}."
  image_id               = var.ami_id
  instance_type          = var.instance_type
  vpc_security_group_ids = [var.security_group]
  user_data              = base64encode(local.user_data)
  ebs_optimized          = "true"
  update_default_version = true
  tags                   = local.tags

  iam_instance_profile {
    name = aws_iam_instance_profile.node.name
  }

  # With one hop, containers do not reach the metadata: tasks do not get the node's role.
  metadata_options {
    http_endpoint               = "enabled"
    http_tokens                 = "required"
    http_put_response_hop_limit = 1
  }

  block_device_mappings {
    device_name = "/dev/xvda"

    ebs {
      volume_type           = "gp3"
      volume_size           = var.volume_gib
      encrypted             = "true"
      delete_on_termination = "true"
    }
  }

  monitoring {
    enabled = true
  }

  dynamic "tag_specifications" {
    for_each = ["instance", "volume"]

    content {
      resource_type = tag_specifications.value
      tags          = merge(local.tags, { Name = local.group, Role = "worker" })
    }
  }

  lifecycle {
    precondition {
      condition     = length(local.user_data) < 16384
      error_message = "The user data of pool ${var.pool} is more than the 16 KiB that AWS takes: give fewer settings, or set them in longshore.yaml of the package."
    }
  }
}

resource "aws_autoscaling_group" "nodes" {
  name                = local.group
  min_size            = local.min
  max_size            = local.max
  desired_capacity    = local.grows ? null : var.nodes
  vpc_zone_identifier = values(var.subnets)

  # A node protects itself while it has tasks, so that idle ones are chosen; one that is chosen all the same drains first (the hook).
  protect_from_scale_in = false
  termination_policies  = ["OldestLaunchTemplate", "Default"]
  # Evening out the zones is no reason to end a node.
  suspended_processes = ["AZRebalance"]
  capacity_rebalance  = var.spot

  health_check_type         = "EC2"
  health_check_grace_period = 300
  default_instance_warmup   = 120
  wait_for_capacity_timeout = "0"
  enabled_metrics           = ["GroupDesiredCapacity", "GroupInServiceInstances", "GroupPendingInstances", "GroupTerminatingInstances"]

  mixed_instances_policy {
    instances_distribution {
      on_demand_base_capacity                  = 0
      on_demand_percentage_above_base_capacity = var.spot ? 0 : 100
      spot_allocation_strategy                 = "price-capacity-optimized"
    }

    launch_template {
      launch_template_specification {
        launch_template_id = aws_launch_template.node.id
        # A number, not $Latest: it is what auto_rollback goes back to.
        version = tostring(aws_launch_template.node.latest_version)
      }

      dynamic "override" {
        for_each = concat([var.instance_type], var.more_instance_types)

        content {
          instance_type = override.value
        }
      }
    }
  }

  # A node counts when its worker is ready. One that does not get there is replaced.
  initial_lifecycle_hook {
    name                 = "launching"
    lifecycle_transition = "autoscaling:EC2_INSTANCE_LAUNCHING"
    heartbeat_timeout    = 900
    default_result       = "ABANDON"
  }

  # A node goes when its tasks have ended: longshore-lifecycle.service drains, and asks for more time every few minutes, for at most 48 hours.
  # A node that is dead asks for none, and is gone after half an hour.
  initial_lifecycle_hook {
    name                 = "terminating"
    lifecycle_transition = "autoscaling:EC2_INSTANCE_TERMINATING"
    heartbeat_timeout    = 1800
    default_result       = "CONTINUE"
  }

  # New nodes before old ones go; nodes with tasks are waited for; back to the old image when an alarm rings.
  instance_refresh {
    strategy = "Rolling"

    preferences {
      min_healthy_percentage       = 100
      max_healthy_percentage       = 110
      instance_warmup              = "120"
      scale_in_protected_instances = "Wait"
      standby_instances            = "Wait"
      skip_matching                = true
      auto_rollback                = true

      alarm_specification {
        alarms = concat([aws_cloudwatch_metric_alarm.nodes_missing.alarm_name], var.rollout_alarms)
      }
    }
  }

  dynamic "tag" {
    for_each = local.tags

    content {
      key                 = tag.key
      value               = tag.value
      propagate_at_launch = false
    }
  }

  # To be deleted, a group first drains its nodes.
  timeouts {
    delete = "48h"
  }
}
