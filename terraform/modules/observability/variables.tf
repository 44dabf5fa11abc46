variable "name" {
  description = "First part of the name of everything here, e.g. longshore-prod."
  type        = string

  validation {
    condition     = can(regex("^[a-z][a-z0-9-]{1,22}[a-z0-9]$", var.name))
    error_message = "name must be 3 to 24 lower-case letters, digits and hyphens and start with a letter: buckets and load balancers carry it."
  }
}

variable "topic_arn" {
  description = "The SNS topic that alarms go to."
  type        = string
}

variable "database_identifier" {
  description = "The database."
  type        = string
}

variable "database_connections" {
  description = "Connections that it takes."
  type        = number
}

variable "redis" {
  description = "The replication group and its number of nodes."
  type        = object({ group = string, nodes = number })
}

variable "load_balancer" {
  description = "Output load_balancer of the control plane."
  type        = object({ arn_suffix = string, target_suffix = string })
}

variable "control_instances" {
  description = "Output instances of the control plane."
  type        = map(string)
}

variable "prometheus" {
  description = "An instance with Prometheus, Alertmanager and push gateway of Debian and the alert rules of Longshore's package, which finds all nodes by their tags; null for none. package: outputs of the data module."
  type = object({
    instance_type  = optional(string, "t3.small")
    volume_gib     = optional(number, 50)
    ami_id         = string
    subnet         = string
    security_group = string
    ports          = object({ web = number, control = number, worker = number })
    package        = object({ parameters = string, bucket = string, kms_key_arn = string })
  })
  default = null

  validation {
    condition     = var.prometheus == null || can(regex("^ami-[0-9a-f]{8,17}$", var.prometheus.ami_id))
    error_message = "prometheus.ami_id must be an id such as ami-0123456789abcdef0."
  }
}

variable "grafana" {
  description = "Whether Grafana runs beside Prometheus, from Grafana's own package source."
  type        = bool
  default     = false

  validation {
    condition     = !var.grafana || var.prometheus != null
    error_message = "grafana shows what Prometheus keeps: give prometheus as well."
  }
}

variable "tags" {
  description = "Tags of everything here."
  type        = map(string)
  default     = {}
}
