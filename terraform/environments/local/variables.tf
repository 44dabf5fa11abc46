variable "name" {
  description = "First part of the name of every container, of the network and of the volume."
  type        = string
  default     = "longshore-local"

  validation {
    condition     = can(regex("^[a-z][a-z0-9-]{1,30}$", var.name))
    error_message = "name must be 2 to 31 lower-case letters, digits and hyphens and start with a letter."
  }
}

variable "nodes" {
  description = "Worker nodes of each pool that does not say itself how many it has."
  type        = number
  default     = 2

  validation {
    condition     = var.nodes >= 0 && var.nodes <= 20 && floor(var.nodes) == var.nodes
    error_message = "nodes must be 0 to 20: they all run on this machine."
  }
}

variable "worker_pools" {
  description = "Pools of workers."
  type = map(object({
    queues      = list(string)
    nodes       = optional(number)
    concurrency = optional(number, 4)
    settings    = optional(map(string), {})
  }))
  default = { default = { queues = ["default"] } }

  validation {
    condition     = alltrue([for pool in values(var.worker_pools) : length(pool.queues) > 0])
    error_message = "These pools serve no queue and would run nothing: ${join(", ", [for pool, is in var.worker_pools : pool if length(is.queues) == 0])}. Give each queues = [\"…\"]."
  }

  validation {
    condition     = contains(flatten([for pool in values(var.worker_pools) : pool.queues]), "default")
    error_message = "No pool serves the queue default: tasks that name no queue would wait for ever. Add \"default\" to the queues of a pool."
  }
}

variable "deb" {
  description = "The package of Longshore that new nodes install (npm run package)."
  type        = string

  validation {
    condition     = endswith(var.deb, ".deb") && fileexists(var.deb)
    error_message = "deb must be a .deb that exists: npm run package makes one and says where."
  }
}

variable "image" {
  description = "A Docker image of Debian 12 with systemd, for nodes. What it lacks is installed from Debian's mirrors."
  type        = string
  default     = "longshore-test/debian-systemd:12"
}

variable "database_url" {
  description = "A database that exists; null: MariaDB on the control node."
  type        = string
  default     = null
}

variable "redis_url" {
  description = "A Redis that exists; null: one on the control node."
  type        = string
  default     = null
}

variable "web_port" {
  description = "Port of this machine, on loopback, under which the web is reached."
  type        = number
  default     = 8080
}

variable "dags" {
  description = "Directory of DAG files; null for none."
  type        = string
  default     = null
}

variable "task_images" {
  description = "Archives (docker save) of images that each new worker node gets, where there is no registry."
  type        = list(string)
  default     = []
}

variable "node_exporter" {
  description = "Whether nodes have node_exporter. The image that the tests make lacks it, and each node would fetch it."
  type        = bool
  default     = false
}

variable "settings" {
  description = "Further settings of all nodes, as variables (docs/configuration.md)."
  type        = map(string)
  default     = {}

  validation {
    condition     = alltrue([for name, value in var.settings : startswith(name, "LONGSHORE_") && !can(regex("[\"\\\\$`\n]", value))])
    error_message = "settings must be variables of Longshore (LONGSHORE_…), their values without quotes, backslashes, dollars and line breaks."
  }
}
