output "url" {
  description = "Where people reach the web."
  value       = module.control_plane.url
}

output "dns" {
  description = "The name that the web's name must point to (CNAME, or an alias)."
  value       = module.control_plane.load_balancer.dns_name
}

output "releases_bucket" {
  description = "Where the .deb is put."
  value       = module.data.buckets.releases
}

output "signing_key_secret" {
  description = "Where the private signing key is put."
  value       = module.data.signing_key_arn
}

output "pools" {
  description = "The autoscaling group of each pool."
  value       = { for pool, is in module.worker_pool : pool => is.group }
}

output "policies" {
  description = "What nodes may do in AWS, by role."
  value = merge(
    { control = module.control_plane.policy, prometheus = module.observability.policy },
    { for pool, is in module.worker_pool : "pool-${pool}" => is.policy },
  )
}
