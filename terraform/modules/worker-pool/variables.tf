variable "name" {
  description = "First part of the name of everything here, e.g. longshore-prod."
  type        = string

  validation {
    condition     = can(regex("^[a-z][a-z0-9-]{1,22}[a-z0-9]$", var.name))
    error_message = "name must be 3 to 24 lower-case letters, digits and hyphens and start with a letter: buckets and load balancers carry it."
  }
}

variable "pool" {
  description = "Name of the pool: its nodes run longshore-worker@POOL."
  type        = string

  validation {
    condition     = can(regex("^[a-z][a-z0-9-]{0,23}$", var.pool))
    error_message = "pool must be 1 to 24 lower-case letters, digits and hyphens and start with a letter."
  }
}

variable "queues" {
  description = "Queues that the pool serves."
  type        = list(string)

  validation {
    condition     = length(var.queues) > 0
    error_message = "A pool must serve at least one queue: its nodes would run nothing."
  }

  validation {
    condition     = alltrue([for queue in var.queues : can(regex("^[A-Za-z0-9_.-]+$", queue))])
    error_message = "queues must be names of letters, digits, points, underscores and hyphens."
  }
}

variable "nodes" {
  description = "How many nodes the pool has. Give this, or min and max."
  type        = number
  default     = null

  validation {
    condition     = var.nodes == null || try(var.nodes >= 0 && floor(var.nodes) == var.nodes, false)
    error_message = "nodes must be a whole number, 0 or more."
  }

  validation {
    condition     = (var.nodes != null) != (var.min != null && var.max != null)
    error_message = "A pool has either nodes, or min and max: nodes = 2, or min = 1 and max = 60."
  }
}

variable "min" {
  description = "Fewest nodes of a pool that grows with its backlog."
  type        = number
  default     = null

  validation {
    condition     = var.min == null || try(var.min >= 1, false)
    error_message = "min must be 1 or more: without a slot there is no backlog per slot, and nothing would start the first node."
  }
}

variable "max" {
  description = "Most nodes of a pool that grows with its backlog."
  type        = number
  default     = null

  validation {
    condition     = var.max == null || try(var.max >= var.min, false)
    error_message = "max must be at least min."
  }
}

variable "backlog_per_slot" {
  description = "What a growing pool aims at: tasks that wait or run, for each slot. 1 keeps every slot busy and lets little wait."
  type        = number
  default     = 1

  validation {
    condition     = var.backlog_per_slot > 0
    error_message = "backlog_per_slot must be above 0."
  }
}

variable "concurrency" {
  description = "Slots of a node: tasks that run at once."
  type        = number
  default     = 16

  validation {
    condition     = var.concurrency >= 1
    error_message = "concurrency must be 1 or more."
  }
}

variable "instance_type" {
  description = "Size of a node."
  type        = string
  default     = "m6i.xlarge"
}

variable "more_instance_types" {
  description = "Sizes that will do as well: spot instances are had more often, and live longer, where there is a choice."
  type        = list(string)
  default     = []
}

variable "spot" {
  description = "Whether nodes are spot instances: for a fraction of the price, and AWS takes them back with two minutes' notice."
  type        = bool
  default     = false
}

variable "ami_id" {
  description = "Image of Debian 12. A new one is rolled out node by node."
  type        = string

  validation {
    condition     = can(regex("^ami-[0-9a-f]{8,17}$", var.ami_id))
    error_message = "ami_id must be an id such as ami-0123456789abcdef0."
  }
}

variable "volume_gib" {
  description = "Root volume of a node: images and what containers write."
  type        = number
  default     = 100

  validation {
    condition     = var.volume_gib >= 60
    error_message = "volume_gib must be 60 or more: workers keep up to 50 GiB of images (imageDiskCeiling)."
  }
}

variable "subnets" {
  description = "Subnets of the nodes, by zone."
  type        = map(string)

  validation {
    condition     = length(var.subnets) >= 2
    error_message = "subnets must be in at least two zones: a pool survives the loss of one."
  }
}

variable "security_group" {
  description = "Security group of the nodes."
  type        = string
}

variable "redis" {
  description = "Output redis of the data module."
  type        = object({ host = string, secret_arn = string })
}

variable "buckets" {
  description = "Output buckets of the data module."
  type        = object({ releases = string, logs = string })
}

variable "parameters" {
  description = "Path of the parameters that nodes read."
  type        = string
}

variable "kms_key_arn" {
  description = "The key that encrypts the secrets and buckets."
  type        = string
}

variable "metrics_port" {
  description = "Where workers show their metrics."
  type        = number
  default     = 9402
}

variable "ecr_repositories" {
  description = "ARNs of repositories whose images the nodes may pull."
  type        = list(string)
  default     = []

  validation {
    condition     = alltrue([for arn in var.ecr_repositories : can(regex("^arn:[a-z-]+:ecr:[a-z0-9-]+:[0-9]{12}:repository/", arn))])
    error_message = "ecr_repositories must be ARNs: arn:aws:ecr:REGION:ACCOUNT:repository/NAME, with * at the end for several."
  }
}

variable "settings" {
  description = "Further settings of the pool's workers, as variables: { LONGSHORE_ALLOW_IMAGE = \"analytics:*\" } (docs/configuration.md)."
  type        = map(string)
  default     = {}

  validation {
    condition     = alltrue([for name, value in var.settings : startswith(name, "LONGSHORE_") && !can(regex("[\"\\\\$`\n]", value))])
    error_message = "settings must be variables of Longshore (LONGSHORE_…), their values without quotes, backslashes, dollars and line breaks. Secrets do not belong there."
  }
}

variable "rollout_alarms" {
  description = "Names of further CloudWatch alarms that stop the roll-out of a new image and take it back."
  type        = list(string)
  default     = []
}

variable "alarm_topics" {
  description = "ARNs of SNS topics that alarms of the pool go to."
  type        = list(string)
  default     = []
}

variable "tags" {
  description = "Tags of everything here."
  type        = map(string)
  default     = {}
}
