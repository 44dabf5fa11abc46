# Who may speak to whom, all in one place. There is no SSH: people come in through Session Manager.

locals {
  groups = {
    alb        = "The load balancer of the web."
    control    = "Nodes with the scheduler and the web."
    worker     = "Nodes of worker pools."
    redis      = "The broker."
    database   = "The database."
    monitoring = "Prometheus, Alertmanager and Grafana."
    endpoints  = "Interface endpoints of AWS services."
  }

  # Those of the package.
  web_port      = 8080
  metrics_ports = { control = 9401, worker = 9402 }
  node_port     = 9100
  push_port     = 9091

  # from, to, port
  between = {
    "web"                = ["alb", "control", local.web_port]
    "control-redis"      = ["control", "redis", 6379]
    "worker-redis"       = ["worker", "redis", 6379]
    "control-database"   = ["control", "database", 3306]
    "metrics-control"    = ["monitoring", "control", local.metrics_ports.control]
    "metrics-web"        = ["monitoring", "control", local.web_port]
    "metrics-worker"     = ["monitoring", "worker", local.metrics_ports.worker]
    "nodes-control"      = ["monitoring", "control", local.node_port]
    "nodes-worker"       = ["monitoring", "worker", local.node_port]
    "pushes"             = ["worker", "monitoring", local.push_port]
    "endpoints-control"  = ["control", "endpoints", 443]
    "endpoints-worker"   = ["worker", "endpoints", 443]
    "endpoints-monitors" = ["monitoring", "endpoints", 443]
  }

  # Debian's mirrors are reached over http; what comes from them is signed.
  outward = {
    for pair in setproduct(["control", "monitoring"], [80, 443]) : "${pair[0]}-${pair[1]}" => { group = pair[0], port = pair[1] }
  }
}

resource "aws_security_group" "this" {
  for_each    = local.groups
  name        = "${var.name}-${each.key}"
  description = each.value
  vpc_id      = aws_vpc.this.id
  tags        = merge(local.tags, { Name = "${var.name}-${each.key}" })
}

resource "aws_vpc_security_group_ingress_rule" "web" {
  for_each          = toset(var.web_ingress_cidrs)
  security_group_id = aws_security_group.this["alb"].id
  description       = "The web, from ${each.key}."
  cidr_ipv4         = each.key
  ip_protocol       = "tcp"
  from_port         = 443
  to_port           = 443
}

resource "aws_vpc_security_group_ingress_rule" "between" {
  for_each                     = local.between
  security_group_id            = aws_security_group.this[each.value[1]].id
  referenced_security_group_id = aws_security_group.this[each.value[0]].id
  description                  = "${each.value[0]} to ${each.value[1]}"
  ip_protocol                  = "tcp"
  from_port                    = each.value[2]
  to_port                      = each.value[2]
}

resource "aws_vpc_security_group_egress_rule" "between" {
  for_each                     = local.between
  security_group_id            = aws_security_group.this[each.value[0]].id
  referenced_security_group_id = aws_security_group.this[each.value[1]].id
  description                  = "${each.value[0]} to ${each.value[1]}"
  ip_protocol                  = "tcp"
  from_port                    = each.value[2]
  to_port                      = each.value[2]
}

resource "aws_vpc_security_group_egress_rule" "outward" {
  for_each          = local.outward
  security_group_id = aws_security_group.this[each.value.group].id
  description       = "Packages and the services of AWS."
  cidr_ipv4         = "0.0.0.0/0"
  ip_protocol       = "tcp"
  from_port         = each.value.port
  to_port           = each.value.port
}

resource "aws_vpc_security_group_egress_rule" "tasks" {
  for_each          = toset(var.worker_egress_cidrs)
  security_group_id = aws_security_group.this["worker"].id
  description       = "What tasks connect to."
  cidr_ipv4         = each.key
  ip_protocol       = "-1"
}
