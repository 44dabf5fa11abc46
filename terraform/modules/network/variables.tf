variable "name" {
  description = "First part of the name of everything here, e.g. longshore-prod."
  type        = string

  validation {
    condition     = can(regex("^[a-z][a-z0-9-]{1,22}[a-z0-9]$", var.name))
    error_message = "name must be 3 to 24 lower-case letters, digits and hyphens and start with a letter: buckets and load balancers carry it."
  }
}

variable "cidr" {
  description = "Addresses of the VPC. Each zone gets a sixteenth of it for nodes and another for what faces the internet."
  type        = string
  default     = "10.60.0.0/16"

  validation {
    condition     = can(cidrhost(var.cidr, 0)) && try(tonumber(split("/", var.cidr)[1]) <= 20, false)
    error_message = "cidr must be a network of at least /20, such as 10.60.0.0/16."
  }
}

variable "zones" {
  description = "Availability zones. The database, Redis and the load balancer take no fewer than two."
  type        = list(string)

  validation {
    condition     = length(distinct(var.zones)) >= 2 && length(var.zones) == length(distinct(var.zones)) && length(var.zones) <= 8
    error_message = "zones must name 2 to 8 different availability zones: Multi-AZ and failover need a second one."
  }
}

variable "single_nat_gateway" {
  description = "One NAT gateway instead of one for each zone: cheaper, and the loss of its zone cuts all nodes from registries and AWS."
  type        = bool
  default     = false
}

variable "web_ingress_cidrs" {
  description = "Who may reach the web on port 443. 0.0.0.0/0 is the whole internet: a choice to be made, not a default."
  type        = list(string)

  validation {
    condition     = length(var.web_ingress_cidrs) > 0 && alltrue([for cidr in var.web_ingress_cidrs : can(cidrhost(cidr, 0))])
    error_message = "web_ingress_cidrs must hold at least one network, such as [\"203.0.113.0/24\"]: nobody else can open the pages."
  }
}

variable "worker_egress_cidrs" {
  description = "What tasks may connect to, on any port. Nodes also need registries and the services of AWS."
  type        = list(string)
  default     = ["0.0.0.0/0"]

  validation {
    condition     = alltrue([for cidr in var.worker_egress_cidrs : can(cidrhost(cidr, 0))])
    error_message = "worker_egress_cidrs must hold networks, such as 10.0.0.0/8."
  }
}

variable "interface_endpoints" {
  description = "Services of AWS that are reached without the NAT gateway, e.g. [\"ecr.api\", \"ecr.dkr\", \"ssm\", \"ssmmessages\", \"secretsmanager\"]. Each costs by the hour and zone."
  type        = set(string)
  default     = []
}

variable "tags" {
  description = "Tags of everything here."
  type        = map(string)
  default     = {}
}
