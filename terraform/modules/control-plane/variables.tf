variable "name" {
  description = "First part of the name of everything here, e.g. longshore-prod."
  type        = string

  validation {
    condition     = can(regex("^[a-z][a-z0-9-]{1,22}[a-z0-9]$", var.name))
    error_message = "name must be 3 to 24 lower-case letters, digits and hyphens and start with a letter: buckets and load balancers carry it."
  }
}

variable "vpc_id" {
  description = "The VPC (output of the network)."
  type        = string
}

variable "vpc_cidr" {
  description = "Its addresses: whose X-Forwarded-For the web believes."
  type        = string
}

variable "private_subnets" {
  description = "Subnets of the nodes, by zone."
  type        = map(string)

  validation {
    condition     = length(var.private_subnets) >= 2
    error_message = "private_subnets must be in at least two zones: the web and the schedulers survive the loss of one."
  }
}

variable "public_subnets" {
  description = "Subnets of the load balancer, by zone."
  type        = map(string)

  validation {
    condition     = length(var.public_subnets) >= 2
    error_message = "public_subnets must be in at least two zones: AWS makes no load balancer in one."
  }
}

variable "security_groups" {
  description = "Security groups of the load balancer and of the nodes."
  type        = object({ alb = string, control = string })
}

variable "web_port" {
  description = "Where the web listens on its nodes."
  type        = number
  default     = 8080
}

variable "metrics_port" {
  description = "Where the scheduler shows its metrics."
  type        = number
  default     = 9401
}

variable "nodes" {
  description = "Nodes, each with a scheduler and a web process."
  type        = number
  default     = 2

  validation {
    condition     = var.nodes >= 1 && var.nodes <= 9 && floor(var.nodes) == var.nodes
    error_message = "nodes must be 1 to 9; 2 survive the loss of a zone."
  }
}

variable "instance_type" {
  description = "Size of a node."
  type        = string
  default     = "t3.medium"
}

variable "ami_id" {
  description = "Image of Debian 12: aws ssm get-parameter --name /aws/service/debian/release/12/latest/amd64. Written down, so that a plan next week is the plan of today."
  type        = string

  validation {
    condition     = can(regex("^ami-[0-9a-f]{8,17}$", var.ami_id))
    error_message = "ami_id must be an id such as ami-0123456789abcdef0."
  }
}

variable "volume_gib" {
  description = "Root volume of a node."
  type        = number
  default     = 30

  validation {
    condition     = var.volume_gib >= 10
    error_message = "volume_gib must be 10 or more."
  }
}

variable "certificate_arn" {
  description = "The ACM certificate of the web's name."
  type        = string

  validation {
    condition     = can(regex("^arn:[a-z-]+:acm:", var.certificate_arn))
    error_message = "certificate_arn must be the ARN of an ACM certificate in the same region: the web is served over TLS only."
  }
}

variable "public_url" {
  description = "Where people reach the web: https://longshore.example.com."
  type        = string

  validation {
    condition     = can(regex("^https://[^/]+$", var.public_url))
    error_message = "public_url must be https:// and a host name, nothing behind it."
  }
}

variable "internal" {
  description = "Whether the load balancer has private addresses only, for who comes through a VPN."
  type        = bool
  default     = false
}

variable "database" {
  description = "Output database of the data module."
  type        = object({ host = string, secret_arn = string })
}

variable "redis" {
  description = "Output redis of the data module."
  type        = object({ host = string, secret_arn = string })
}

variable "signing_key_arn" {
  description = "The secret with the private signing key."
  type        = string
}

variable "buckets" {
  description = "Output buckets of the data module."
  type        = object({ releases = string, logs = string, bundles = string })
}

variable "parameters" {
  description = "Path of the parameters that nodes read."
  type        = string
}

variable "kms_key_arn" {
  description = "The key that encrypts the secrets and buckets."
  type        = string
}

variable "settings" {
  description = "Further settings of schedulers and web, as variables: { LONGSHORE_PARALLELISM = \"2000\" } (docs/configuration.md)."
  type        = map(string)
  default     = {}

  validation {
    condition     = alltrue([for name, value in var.settings : startswith(name, "LONGSHORE_") && !can(regex("[\"\\\\$`\n]", value))])
    error_message = "settings must be variables of Longshore (LONGSHORE_…), their values without quotes, backslashes, dollars and line breaks. Secrets do not belong there."
  }
}

variable "deletion_protection" {
  description = "Whether load balancer and nodes refuse to be deleted."
  type        = bool
  default     = true
}

variable "tags" {
  description = "Tags of everything here."
  type        = map(string)
  default     = {}
}
