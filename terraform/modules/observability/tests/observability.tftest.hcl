mock_provider "aws" {
  mock_data "aws_region" {
    defaults = { region = "eu-central-1" }
  }
  mock_data "aws_partition" {
    defaults = { partition = "aws" }
  }
  mock_data "aws_caller_identity" {
    defaults = { account_id = "123456789012" }
  }
}

variables {
  name                 = "longshore-test"
  topic_arn            = "arn:aws:sns:eu-central-1:123456789012:alarms"
  database_identifier  = "longshore-test"
  database_connections = 300
  redis                = { group = "longshore-test", nodes = 2 }
  load_balancer        = { arn_suffix = "app/web/1", target_suffix = "targetgroup/web/1" }
  control_instances    = { a = "i-1", b = "i-2" }
}

run "every_node_of_redis_and_of_the_control_plane_is_watched" {
  command = plan

  assert {
    condition     = alltrue([for name in ["redis-memory-longshore-test-001", "redis-memory-longshore-test-002", "redis-evictions-longshore-test-001", "control-a", "control-b", "database-storage", "web-down"] : contains(keys(aws_cloudwatch_metric_alarm.this), name)])
    error_message = "an alarm is missing"
  }
  assert {
    condition     = alltrue([for alarm in values(aws_cloudwatch_metric_alarm.this) : contains(alarm.alarm_actions, "arn:aws:sns:eu-central-1:123456789012:alarms") && length(alarm.alarm_description) > 20])
    error_message = "every alarm is told to somebody, and says what it means"
  }
  assert {
    condition     = aws_cloudwatch_metric_alarm.this["database-connections"].threshold == 240 && aws_cloudwatch_metric_alarm.this["database-storage"].comparison_operator == "LessThanThreshold"
    error_message = "thresholds"
  }
  assert {
    condition     = length(aws_instance.prometheus) == 0
    error_message = "Prometheus is a choice"
  }
}

run "prometheus_finds_the_nodes_by_itself" {
  command = plan
  variables {
    prometheus = { ami_id = "ami-0123456789abcdef0", subnet = "subnet-a", security_group = "sg-monitoring", ports = { web = 8080, control = 9401, worker = 9402 }, package = { parameters = "/longshore-test", bucket = "releases", kms_key_arn = "arn:aws:kms:eu-central-1:123456789012:key/1" } }
  }

  assert {
    condition     = aws_instance.prometheus["this"].metadata_options[0].http_tokens == "required" && aws_instance.prometheus["this"].root_block_device[0].encrypted
    error_message = "it is as hard as the others"
  }
  assert {
    condition     = length(aws_instance.prometheus["this"].user_data) < 16384
    error_message = "AWS takes no more than 16 KiB of user data"
  }
}

run "rules_and_dashboards_come_with_the_package" {
  command = plan
  variables {
    prometheus = { ami_id = "ami-0123456789abcdef0", subnet = "subnet-a", security_group = "sg-monitoring", ports = { web = 8080, control = 9401, worker = 9402 }, package = { parameters = "/longshore-test", bucket = "releases", kms_key_arn = "arn:aws:kms:eu-central-1:123456789012:key/1" } }
    grafana    = true
  }

  assert {
    condition     = strcontains(aws_instance.prometheus["this"].user_data, "NODE_PACKAGE=\"ssm:/longshore-test/release\"") && strcontains(aws_instance.prometheus["this"].user_data, "NODE_ROLES=\"monitoring grafana\"")
    error_message = "without the package there are no alert rules"
  }
  assert {
    condition     = toset([for statement in jsondecode(aws_iam_role_policy.prometheus["this"].policy).Statement : statement.Resource if contains(["Release", "Package", "Key"], statement.Sid)]) == toset(["arn:aws:ssm:eu-central-1:123456789012:parameter/longshore-test/release", "arn:aws:s3:::releases/*", "arn:aws:kms:eu-central-1:123456789012:key/1"])
    error_message = "it may fetch the package, and nothing else"
  }
}

run "grafana_without_prometheus_is_refused" {
  command = plan
  variables {
    grafana = true
  }
  expect_failures = [var.grafana]
}
