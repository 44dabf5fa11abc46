output "url" {
  description = "Where people reach the web."
  value       = var.public_url
}

output "load_balancer" {
  description = "For the DNS record of the web's name, and for alarms."
  value = {
    dns_name      = aws_lb.web.dns_name
    zone_id       = aws_lb.web.zone_id
    arn_suffix    = aws_lb.web.arn_suffix
    target_suffix = aws_lb_target_group.web.arn_suffix
  }
}

output "instances" {
  description = "Ids of the nodes, by name."
  value       = { for name, instance in aws_instance.node : name => instance.id }
}

output "role" {
  description = "The role of the nodes, for what DAG files need beyond it."
  value       = aws_iam_role.node.name
}

output "policy" {
  description = "What the nodes may do in AWS."
  value       = local.policy
}
