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
  name            = "longshore-test"
  vpc_id          = "vpc-1"
  vpc_cidr        = "10.60.0.0/16"
  private_subnets = { eu-central-1a = "subnet-a", eu-central-1b = "subnet-b" }
  public_subnets  = { eu-central-1a = "subnet-c", eu-central-1b = "subnet-d" }
  security_groups = { alb = "sg-alb", control = "sg-control" }
  ami_id          = "ami-0123456789abcdef0"
  certificate_arn = "arn:aws:acm:eu-central-1:123456789012:certificate/1"
  public_url      = "https://longshore.example.com"
  database        = { host = "db.internal", secret_arn = "arn:aws:secretsmanager:eu-central-1:123456789012:secret:database" }
  redis           = { host = "redis.internal", secret_arn = "arn:aws:secretsmanager:eu-central-1:123456789012:secret:redis" }
  signing_key_arn = "arn:aws:secretsmanager:eu-central-1:123456789012:secret:signing"
  buckets         = { releases = "releases", logs = "logs", bundles = "bundles" }
  parameters      = "/longshore-test"
  kms_key_arn     = "arn:aws:kms:eu-central-1:123456789012:key/1"
}

run "nodes_are_spread_protected_and_hardened" {
  command = plan

  assert {
    condition     = length(distinct([for node in values(aws_instance.node) : node.subnet_id])) == 2
    error_message = "two nodes are in two zones"
  }
  assert {
    condition     = alltrue([for node in values(aws_instance.node) : node.metadata_options[0].http_tokens == "required" && node.metadata_options[0].http_put_response_hop_limit == 1])
    error_message = "metadata is for who asks with a token, from the host itself"
  }
  assert {
    condition     = alltrue([for node in values(aws_instance.node) : node.root_block_device[0].encrypted && node.disable_api_termination])
    error_message = "disks are encrypted, nodes are protected"
  }
  assert {
    condition     = alltrue([for node in values(aws_instance.node) : length(node.user_data) < 16384])
    error_message = "AWS takes no more than 16 KiB of user data"
  }
}

run "the_web_is_served_over_tls_only" {
  command = plan

  assert {
    condition     = aws_lb_listener.https.port == 443 && aws_lb_listener.https.protocol == "HTTPS" && aws_lb_listener.https.ssl_policy == "ELBSecurityPolicy-TLS13-1-2-2021-06"
    error_message = "TLS 1.2 and 1.3"
  }
  assert {
    condition     = aws_lb.web.drop_invalid_header_fields && aws_lb.web.enable_deletion_protection
    error_message = "the load balancer is strict and protected"
  }
}

run "a_third_node_leaves_the_others_alone" {
  command = plan
  variables {
    nodes = 3
  }
  assert {
    condition     = keys(aws_instance.node) == ["a", "b", "c"]
    error_message = "names do not move"
  }
}

run "a_web_without_tls_is_refused" {
  command = plan
  variables {
    public_url = "http://longshore.example.com"
  }
  expect_failures = [var.public_url]
}

run "an_image_that_may_change_is_refused" {
  command = plan
  variables {
    ami_id = "resolve:ssm:/aws/service/debian/release/12/latest/amd64"
  }
  expect_failures = [var.ami_id]
}

run "settings_that_are_none_are_refused" {
  command = plan
  variables {
    settings = { PATH = "/tmp" }
  }
  expect_failures = [var.settings]
}
