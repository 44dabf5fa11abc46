variable "name" {
  description = "First part of the name of everything here, e.g. longshore-prod."
  type        = string

  validation {
    condition     = can(regex("^[a-z][a-z0-9-]{1,22}[a-z0-9]$", var.name))
    error_message = "name must be 3 to 24 lower-case letters, digits and hyphens and start with a letter: buckets and load balancers carry it."
  }
}

variable "subnets" {
  description = "Private subnets by zone (output private_subnets of the network)."
  type        = map(string)

  validation {
    condition     = length(var.subnets) >= 2
    error_message = "subnets must be in at least two zones: the standby of the database and of Redis are in another one."
  }
}

variable "redis_security_group" {
  description = "Security group of Redis."
  type        = string
}

variable "database_security_group" {
  description = "Security group of the database."
  type        = string
}

variable "redis_engine" {
  description = "valkey or redis."
  type        = string
  default     = "valkey"

  validation {
    condition     = contains(["valkey", "redis"], var.redis_engine)
    error_message = "redis_engine must be valkey or redis."
  }
}

variable "redis_node_type" {
  description = "Size of a Redis node. Memory is what counts: see docs/operations/scale.md."
  type        = string
  default     = "cache.t4g.medium"
}

variable "redis_nodes" {
  description = "Nodes of the replication group: a primary, and replicas in other zones."
  type        = number
  default     = 2

  validation {
    condition     = var.redis_nodes >= 2 && var.redis_nodes <= 6
    error_message = "redis_nodes must be 2 to 6: failover needs a replica."
  }
}

variable "database_instance_class" {
  description = "Size of the database."
  type        = string
  default     = "db.t4g.medium"
}

variable "database_storage" {
  description = "Storage of the database in GiB, at first and at most."
  type        = object({ first = number, most = number })
  default     = { first = 50, most = 500 }

  validation {
    condition     = var.database_storage.first >= 20 && var.database_storage.most > var.database_storage.first
    error_message = "database_storage must begin with 20 GiB or more, and most must be above first: a full disk stops the database."
  }
}

variable "database_connections" {
  description = "Connections that the database takes. All schedulers and web processes share them, 10 each by default (databasePool)."
  type        = number
  default     = 300

  validation {
    condition     = var.database_connections >= 50
    error_message = "database_connections must be 50 or more."
  }
}

variable "backup_days" {
  description = "For how many days the database can be taken back to any second."
  type        = number
  default     = 14

  validation {
    condition     = var.backup_days >= 1 && var.backup_days <= 35
    error_message = "backup_days must be 1 to 35."
  }
}

variable "deletion_protection" {
  description = "Whether the database refuses to be deleted, and leaves a last snapshot when it may be."
  type        = bool
  default     = true
}

variable "log_days" {
  description = "How long logs of tasks are kept."
  type        = number
  default     = 180

  validation {
    condition     = var.log_days >= 1
    error_message = "log_days must be 1 or more."
  }
}

variable "release" {
  description = "The version of Longshore that new nodes install: the object in the releases bucket and its SHA-256."
  type = object({
    version = string
    key     = string
    sha256  = string
  })

  validation {
    condition     = can(regex("^[0-9a-f]{64}$", var.release.sha256))
    error_message = "release.sha256 must be the 64 hexadecimal digits that sha256sum prints for the .deb."
  }

  validation {
    condition     = startswith(var.release.key, "${var.release.version}/") && endswith(var.release.key, ".deb")
    error_message = "release.key must be the .deb's key in the releases bucket, in the folder of its version, such as 0.2.0/longshore_0.2.0_amd64.deb."
  }
}

variable "trusted_keys" {
  description = "Public keys whose signatures workers trust, by the name that longshore keys generate gives them."
  type        = map(string)

  validation {
    condition     = length(var.trusted_keys) > 0 && alltrue([for key in values(var.trusted_keys) : startswith(trimspace(key), "-----BEGIN PUBLIC KEY-----")])
    error_message = "trusted_keys must hold at least one public key in PEM (-----BEGIN PUBLIC KEY-----): workers without one refuse to start. Never a private one."
  }

  validation {
    condition     = length(jsonencode(var.trusted_keys)) <= 4096
    error_message = "trusted_keys is more than 4 KiB: remove keys with which nothing is signed any more."
  }
}

variable "tags" {
  description = "Tags of everything here."
  type        = map(string)
  default     = {}
}
