output "alarms" {
  description = "Names of the alarms."
  value       = [for alarm in aws_cloudwatch_metric_alarm.this : alarm.alarm_name]
}

output "prometheus_instance" {
  description = "Id of the instance with Prometheus (9090), Alertmanager (9093) and Grafana (3000), to be reached through Session Manager; null for none."
  value       = one([for instance in aws_instance.prometheus : instance.id])
}

output "pushgateway_url" {
  description = "Where tasks push metrics (pushgatewayUrl of the schedulers); null for none."
  value       = one([for instance in aws_instance.prometheus : "http://${instance.private_dns}:9091"])
}

output "policy" {
  description = "What that instance may do in AWS."
  value       = local.policy
}
