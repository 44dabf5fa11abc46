output "vpc_id" {
  description = "The VPC."
  value       = aws_vpc.this.id
}

output "private_subnets" {
  description = "Subnets of nodes, database and Redis, by zone."
  value       = { for zone, subnet in aws_subnet.private : zone => subnet.id }
}

output "public_subnets" {
  description = "Subnets of the load balancer, by zone."
  value       = { for zone, subnet in aws_subnet.public : zone => subnet.id }
}

output "security_groups" {
  description = "Security groups by role: alb, control, worker, redis, database, monitoring, endpoints."
  value       = { for role, group in aws_security_group.this : role => group.id }
}

output "web_port" {
  description = "Where the web listens on its nodes."
  value       = local.web_port
}

output "metrics_ports" {
  description = "Where schedulers (control) and workers (worker) show their metrics."
  value       = local.metrics_ports
}
