mock_provider "aws" {}

variables {
  name              = "longshore-test"
  zones             = ["eu-central-1a", "eu-central-1b", "eu-central-1c"]
  web_ingress_cidrs = ["203.0.113.0/24"]
}

run "one_subnet_of_each_kind_in_each_zone" {
  command = plan

  assert {
    condition     = length(aws_subnet.private) == 3 && length(aws_subnet.public) == 3
    error_message = "every zone has a private and a public subnet"
  }
  assert {
    condition     = length(distinct([for subnet in concat(values(aws_subnet.private), values(aws_subnet.public)) : subnet.cidr_block])) == 6
    error_message = "no two subnets share addresses"
  }
  assert {
    condition     = alltrue([for subnet in concat(values(aws_subnet.private), values(aws_subnet.public)) : !subnet.map_public_ip_on_launch])
    error_message = "no instance gets a public address by itself"
  }
  assert {
    condition     = length(aws_nat_gateway.this) == 3
    error_message = "the loss of a zone must not cut off the others"
  }
}

run "only_the_web_is_open_and_only_to_whom_was_named" {
  command = plan

  assert {
    condition     = [for rule in aws_vpc_security_group_ingress_rule.web : [rule.cidr_ipv4, rule.from_port, rule.to_port]] == [["203.0.113.0/24", 443, 443]]
    error_message = "443 from the named networks, and nothing else, enters from outside"
  }
  assert {
    condition     = alltrue([for rule in aws_vpc_security_group_ingress_rule.between : rule.cidr_ipv4 == null])
    error_message = "everything else comes from a security group"
  }
}

run "one_nat_gateway_when_asked" {
  command = plan
  variables {
    single_nat_gateway = true
  }
  assert {
    condition     = length(aws_nat_gateway.this) == 1 && length(aws_route.nat) == 3
    error_message = "one gateway, and a route to it in every zone"
  }
}

run "one_zone_is_refused" {
  command = plan
  variables {
    zones = ["eu-central-1a"]
  }
  expect_failures = [var.zones]
}

run "the_same_zone_twice_is_refused" {
  command = plan
  variables {
    zones = ["eu-central-1a", "eu-central-1a"]
  }
  expect_failures = [var.zones]
}

run "too_small_a_network_is_refused" {
  command = plan
  variables {
    cidr = "10.0.0.0/24"
  }
  expect_failures = [var.cidr]
}

run "a_web_that_nobody_can_reach_is_refused" {
  command = plan
  variables {
    web_ingress_cidrs = []
  }
  expect_failures = [var.web_ingress_cidrs]
}
