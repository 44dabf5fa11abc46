# Longshore's schedulers publish the backlog of each pool every minute: tasks that wait in its queues or run on its workers, for each slot
# that is in service. AWS keeps it near the aim; only nodes without tasks, or that have drained, leave.

locals {
  dimension = { Pool = var.pool }
}

resource "aws_autoscaling_policy" "backlog" {
  count                  = local.grows ? 1 : 0
  name                   = "${local.group}-backlog-per-slot"
  autoscaling_group_name = aws_autoscaling_group.nodes.name
  policy_type            = "TargetTrackingScaling"

  target_tracking_configuration {
    target_value = var.backlog_per_slot

    customized_metric_specification {
      namespace   = "Longshore"
      metric_name = "BacklogPerSlot"
      statistic   = "Average"

      metric_dimension {
        name  = "Pool"
        value = var.pool
      }
    }
  }
}

# Measured by what the group is to have, not by the number above: a change of that number changes nothing else.
resource "aws_cloudwatch_metric_alarm" "nodes_missing" {
  alarm_name          = "${local.group}-nodes-missing"
  alarm_description   = "Pool ${var.pool} has had fewer nodes in service than it is to have for 15 minutes: see the activity of its autoscaling group."
  comparison_operator = "GreaterThanThreshold"
  threshold           = 0
  evaluation_periods  = 15
  datapoints_to_alarm = 15
  treat_missing_data  = "notBreaching"
  alarm_actions       = var.alarm_topics
  ok_actions          = var.alarm_topics
  tags                = local.tags

  metric_query {
    id          = "missing"
    expression  = "desired - in_service"
    label       = "Nodes that are missing"
    return_data = true
  }

  dynamic "metric_query" {
    for_each = { desired = "GroupDesiredCapacity", in_service = "GroupInServiceInstances" }

    content {
      id = metric_query.key

      metric {
        namespace   = "AWS/AutoScaling"
        metric_name = metric_query.value
        dimensions  = { AutoScalingGroupName = local.group }
        period      = 60
        stat        = "Minimum"
      }
    }
  }
}

resource "aws_cloudwatch_metric_alarm" "backlog_unknown" {
  alarm_name          = "${local.group}-backlog-unknown"
  alarm_description   = "Nobody has published the backlog of pool ${var.pool} for 10 minutes: are the schedulers up? A growing pool stays as it is meanwhile."
  namespace           = "Longshore"
  metric_name         = "BacklogPerSlot"
  dimensions          = local.dimension
  statistic           = "SampleCount"
  comparison_operator = "LessThanThreshold"
  threshold           = 1
  period              = 60
  evaluation_periods  = 10
  datapoints_to_alarm = 10
  treat_missing_data  = "breaching"
  alarm_actions       = var.alarm_topics
  ok_actions          = var.alarm_topics
  tags                = local.tags
}

resource "aws_cloudwatch_metric_alarm" "backlog_high" {
  alarm_name          = "${local.group}-backlog-high"
  alarm_description   = "More than five tasks for each slot of pool ${var.pool} for half an hour: it needs more nodes, or a higher max."
  namespace           = "Longshore"
  metric_name         = "BacklogPerSlot"
  dimensions          = local.dimension
  statistic           = "Average"
  comparison_operator = "GreaterThanThreshold"
  threshold           = 5 * var.backlog_per_slot
  period              = 300
  evaluation_periods  = 6
  treat_missing_data  = "notBreaching"
  alarm_actions       = var.alarm_topics
  ok_actions          = var.alarm_topics
  tags                = local.tags
}
