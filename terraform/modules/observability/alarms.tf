locals {
  tags = merge(var.tags, { Project = "longshore" })

  database = { DBInstanceIdentifier = var.database_identifier }
  web      = { LoadBalancer = var.load_balancer.arn_suffix }
  # Nodes of a replication group are named group-001, group-002, …
  redis = [for number in range(1, var.redis.nodes + 1) : format("%s-%03d", var.redis.group, number)]

  # minutes: how long it must be so.
  alarms = merge({
    "database-cpu"         = { namespace = "AWS/RDS", metric = "CPUUtilization", dimensions = local.database, statistic = "Average", above = 85, below = null, minutes = 15, text = "The database computes at its limit: slow queries are in its slow-query log." }
    "database-storage"     = { namespace = "AWS/RDS", metric = "FreeStorageSpace", dimensions = local.database, statistic = "Minimum", above = null, below = 5368709120, minutes = 10, text = "Less than 5 GiB are free: a full disk stops the database. Raise database_storage.most." }
    "database-connections" = { namespace = "AWS/RDS", metric = "DatabaseConnections", dimensions = local.database, statistic = "Maximum", above = floor(var.database_connections * 0.8), below = null, minutes = 10, text = "Four fifths of all connections are taken: lower databasePool or raise database_connections." }
    "database-memory"      = { namespace = "AWS/RDS", metric = "FreeableMemory", dimensions = local.database, statistic = "Minimum", above = null, below = 134217728, minutes = 15, text = "Less than 128 MiB of memory are free: take a larger database_instance_class." }
    "web-down"             = { namespace = "AWS/ApplicationELB", metric = "UnHealthyHostCount", dimensions = merge(local.web, { TargetGroup = var.load_balancer.target_suffix }), statistic = "Maximum", above = 0, below = null, minutes = 5, text = "A web process does not answer." }
    "web-errors"           = { namespace = "AWS/ApplicationELB", metric = "HTTPCode_Target_5XX_Count", dimensions = local.web, statistic = "Sum", above = 10, below = null, minutes = 5, text = "The web answers with errors: journalctl -u longshore-web." }
    },
    { for node in local.redis : "redis-memory-${node}" => { namespace = "AWS/ElastiCache", metric = "DatabaseMemoryUsagePercentage", dimensions = { CacheClusterId = node }, statistic = "Maximum", above = 75, below = null, minutes = 5, text = "Redis fills up. Full, it refuses to write: nothing is lost, and nothing is dispatched. See docs/incidents.md." } },
    { for node in local.redis : "redis-evictions-${node}" => { namespace = "AWS/ElastiCache", metric = "Evictions", dimensions = { CacheClusterId = node }, statistic = "Sum", above = 0, below = null, minutes = 1, text = "Redis has dropped keys: its maxmemory-policy is not noeviction any more." } },
    { for node in local.redis : "redis-cpu-${node}" => { namespace = "AWS/ElastiCache", metric = "EngineCPUUtilization", dimensions = { CacheClusterId = node }, statistic = "Average", above = 80, below = null, minutes = 10, text = "Redis computes at the limit of its one thread: take a larger redis_node_type." } },
    { for name, id in var.control_instances : "control-${name}" => { namespace = "AWS/EC2", metric = "StatusCheckFailed", dimensions = { InstanceId = id }, statistic = "Maximum", above = 0, below = null, minutes = 5, text = "A node of the control plane fails its checks; AWS recovers it when its host is at fault." } },
  )
}


resource "aws_cloudwatch_metric_alarm" "this" {
  for_each            = local.alarms
  alarm_name          = "${var.name}-${each.key}"
  alarm_description   = each.value.text
  namespace           = each.value.namespace
  metric_name         = each.value.metric
  dimensions          = each.value.dimensions
  statistic           = each.value.statistic
  comparison_operator = each.value.above != null ? "GreaterThanThreshold" : "LessThanThreshold"
  threshold           = each.value.above != null ? each.value.above : each.value.below
  period              = 60
  evaluation_periods  = each.value.minutes
  datapoints_to_alarm = each.value.minutes
  treat_missing_data  = "missing"
  alarm_actions       = [var.topic_arn]
  ok_actions          = [var.topic_arn]
  tags                = local.tags
}
