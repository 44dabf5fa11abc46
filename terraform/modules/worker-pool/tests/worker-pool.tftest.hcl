mock_provider "aws" {
  mock_data "aws_caller_identity" {
    defaults = { account_id = "123456789012" }
  }
  mock_data "aws_partition" {
    defaults = { partition = "aws" }
  }
  mock_data "aws_region" {
    defaults = { region = "eu-central-1" }
  }
}

variables {
  name           = "longshore-test"
  pool           = "etl"
  queues         = ["etl"]
  nodes          = 2
  ami_id         = "ami-0123456789abcdef0"
  subnets        = { eu-central-1a = "subnet-a", eu-central-1b = "subnet-b" }
  security_group = "sg-worker"
  redis          = { host = "redis.internal", secret_arn = "arn:aws:secretsmanager:eu-central-1:123456789012:secret:redis" }
  buckets        = { releases = "releases", logs = "logs" }
  parameters     = "/longshore-test"
  kms_key_arn    = "arn:aws:kms:eu-central-1:123456789012:key/1"
}

run "a_fixed_pool_has_exactly_its_nodes" {
  command = plan

  assert {
    condition     = aws_autoscaling_group.nodes.min_size == 2 && aws_autoscaling_group.nodes.max_size == 2 && aws_autoscaling_group.nodes.desired_capacity == 2
    error_message = "the number is the number"
  }
  assert {
    condition     = length(aws_autoscaling_policy.backlog) == 0
    error_message = "nothing else changes it"
  }
}

run "nodes_are_hardened" {
  command = plan

  assert {
    condition     = aws_launch_template.node.metadata_options[0].http_tokens == "required" && aws_launch_template.node.metadata_options[0].http_put_response_hop_limit == 1
    error_message = "metadata is for who asks with a token, from the host itself"
  }
  assert {
    condition     = alltrue([for mapping in aws_launch_template.node.block_device_mappings : mapping.ebs[0].encrypted == "true" && mapping.ebs[0].volume_type == "gp3"])
    error_message = "disks are encrypted"
  }
  assert {
    condition     = aws_launch_template.node.key_name == null
    error_message = "there is no SSH"
  }
}

run "nodes_go_when_their_tasks_have_ended" {
  command = plan

  assert {
    condition     = { for hook in aws_autoscaling_group.nodes.initial_lifecycle_hook : hook.name => hook.default_result } == { launching = "ABANDON", terminating = "CONTINUE" }
    error_message = "a node counts when it is ready, and goes when it has drained"
  }
  assert {
    condition     = aws_autoscaling_group.nodes.instance_refresh[0].preferences[0].scale_in_protected_instances == "Wait" && aws_autoscaling_group.nodes.instance_refresh[0].preferences[0].auto_rollback
    error_message = "a roll-out waits for nodes with tasks, and is taken back when an alarm rings"
  }
  assert {
    condition     = aws_autoscaling_group.nodes.instance_refresh[0].preferences[0].min_healthy_percentage == 100
    error_message = "new nodes come before old ones go"
  }
}

run "a_growing_pool_follows_its_backlog" {
  command = plan
  variables {
    nodes = null
    min   = 1
    max   = 60
    spot  = true
  }

  assert {
    condition     = aws_autoscaling_group.nodes.min_size == 1 && aws_autoscaling_group.nodes.max_size == 60 && aws_autoscaling_group.nodes.desired_capacity == null
    error_message = "between min and max AWS chooses"
  }
  assert {
    condition = one([for specification in aws_autoscaling_policy.backlog[0].target_tracking_configuration[0].customized_metric_specification :
    [specification.namespace, specification.metric_name, one(specification.metric_dimension).name, one(specification.metric_dimension).value]]) == ["Longshore", "BacklogPerSlot", "Pool", "etl"]
    error_message = "the metric is the one that schedulers publish"
  }
  assert {
    condition     = aws_autoscaling_group.nodes.mixed_instances_policy[0].instances_distribution[0].on_demand_percentage_above_base_capacity == 0
    error_message = "all of them are spot instances"
  }
}

run "a_pool_without_queues_is_refused" {
  command = plan
  variables {
    queues = []
  }
  expect_failures = [var.queues]
}

run "a_number_and_a_range_are_refused" {
  command = plan
  variables {
    min = 1
    max = 3
  }
  expect_failures = [var.nodes]
}

run "growth_from_nothing_is_refused" {
  command = plan
  variables {
    nodes = null
    min   = 0
    max   = 3
  }
  expect_failures = [var.min]
}

run "one_zone_is_refused" {
  command = plan
  variables {
    subnets = { eu-central-1a = "subnet-a" }
  }
  expect_failures = [var.subnets]
}
