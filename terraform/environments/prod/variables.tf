variable "region" {
  description = "Region of AWS."
  type        = string
}

variable "name" {
  description = "First part of the name of everything."
  type        = string
  default     = "longshore-prod"
}

variable "zones" {
  description = "Availability zones; at least two."
  type        = list(string)
}

variable "cidr" {
  description = "Addresses of the VPC."
  type        = string
  default     = "10.60.0.0/16"
}

variable "single_nat_gateway" {
  description = "One NAT gateway instead of one for each zone."
  type        = bool
  default     = false
}

variable "interface_endpoints" {
  description = "Services of AWS that are reached without the NAT gateway."
  type        = set(string)
  default     = []
}

variable "web_ingress_cidrs" {
  description = "Who may reach the web on port 443."
  type        = list(string)
}

variable "public_url" {
  description = "Where people reach the web."
  type        = string
}

variable "certificate_arn" {
  description = "The ACM certificate of that name."
  type        = string
}

variable "ami_id" {
  description = "Image of Debian 12 for all nodes."
  type        = string
}

variable "release" {
  description = "The version of Longshore that new nodes install."
  type        = object({ version = string, key = string, sha256 = string })
}

variable "trusted_keys" {
  description = "Public keys whose signatures workers trust, by name."
  type        = map(string)
}

variable "control" {
  description = "Nodes with scheduler and web."
  type = object({
    nodes         = optional(number, 2)
    instance_type = optional(string, "t3.medium")
    settings      = optional(map(string), {})
  })
  default = {}
}

variable "data" {
  description = "Sizes of database and Redis (docs/operations/scale.md)."
  type = object({
    database_instance_class = optional(string, "db.t4g.medium")
    database_storage        = optional(object({ first = number, most = number }), { first = 50, most = 500 })
    database_connections    = optional(number, 300)
    redis_engine            = optional(string, "valkey")
    redis_node_type         = optional(string, "cache.t4g.medium")
    redis_nodes             = optional(number, 2)
    log_days                = optional(number, 180)
    backup_days             = optional(number, 14)
  })
  default = {}
}

variable "worker_pools" {
  description = "Pools of workers: nodes = 2, or min = 1 and max = 60. The number is all there is to change."
  type = map(object({
    queues              = optional(list(string), [])
    nodes               = optional(number)
    min                 = optional(number)
    max                 = optional(number)
    concurrency         = optional(number, 16)
    instance_type       = optional(string, "m6i.xlarge")
    more_instance_types = optional(list(string), [])
    spot                = optional(bool, false)
    volume_gib          = optional(number, 100)
    backlog_per_slot    = optional(number, 1)
    ecr_repositories    = optional(list(string), [])
    settings            = optional(map(string), {})
  }))

  validation {
    condition     = length([for pool, is in var.worker_pools : pool if length(is.queues) == 0]) == 0
    error_message = "These pools serve no queue and would run nothing: ${join(", ", [for pool, is in var.worker_pools : pool if length(is.queues) == 0])}. Give each queues = [\"…\"]."
  }

  validation {
    condition     = contains(flatten([for pool in values(var.worker_pools) : pool.queues]), "default")
    error_message = "No pool serves the queue default: tasks that name no queue would wait for ever. Add \"default\" to the queues of a pool."
  }

  validation {
    condition     = alltrue([for pool in values(var.worker_pools) : (pool.nodes != null) != (pool.min != null && pool.max != null)])
    error_message = "These pools have neither a number of nodes nor a range, or both: ${join(", ", [for pool, is in var.worker_pools : pool if(is.nodes != null) == (is.min != null && is.max != null)])}. Write nodes = 2, or min = 1 and max = 60."
  }
}

variable "alarm_email" {
  description = "Where alarms are mailed to."
  type        = string

  validation {
    condition     = can(regex("^[^@ ]+@[^@ ]+$", var.alarm_email))
    error_message = "alarm_email must be an address: alarms that nobody gets are none."
  }
}

variable "prometheus" {
  description = "Whether an instance with Prometheus, Alertmanager and push gateway is made."
  type        = bool
  default     = false
}

variable "grafana" {
  description = "Whether Grafana runs beside it."
  type        = bool
  default     = false
}

variable "deletion_protection" {
  description = "Whether database, load balancer and control nodes refuse to be deleted."
  type        = bool
  default     = true
}
