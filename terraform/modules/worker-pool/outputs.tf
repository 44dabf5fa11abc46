output "group" {
  description = "Name of the autoscaling group."
  value       = aws_autoscaling_group.nodes.name
}

output "queues" {
  description = "Queues that the pool serves."
  value       = var.queues
}

output "policy" {
  description = "What the nodes may do in AWS."
  value       = local.policy
}
