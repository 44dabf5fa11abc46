output "url" {
  description = "Where the pages are."
  value       = "http://127.0.0.1:${var.web_port}"
}

output "control" {
  description = "The container with database, Redis, scheduler and web: docker exec -it NAME longshore …"
  value       = local.control
}

output "workers" {
  description = "The containers of worker nodes."
  value       = [for worker in terraform_data.worker : worker.output.name]
}
