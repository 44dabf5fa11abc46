# Longshore on AWS. `terraform.tfvars.example` shows what to give.

module "network" {
  source              = "../../modules/network"
  name                = var.name
  cidr                = var.cidr
  zones               = var.zones
  single_nat_gateway  = var.single_nat_gateway
  web_ingress_cidrs   = var.web_ingress_cidrs
  interface_endpoints = var.interface_endpoints
}

module "data" {
  source                  = "../../modules/data"
  name                    = var.name
  subnets                 = module.network.private_subnets
  redis_security_group    = module.network.security_groups["redis"]
  database_security_group = module.network.security_groups["database"]
  redis_engine            = var.data.redis_engine
  redis_node_type         = var.data.redis_node_type
  redis_nodes             = var.data.redis_nodes
  database_instance_class = var.data.database_instance_class
  database_storage        = var.data.database_storage
  database_connections    = var.data.database_connections
  backup_days             = var.data.backup_days
  log_days                = var.data.log_days
  release                 = var.release
  trusted_keys            = var.trusted_keys
  deletion_protection     = var.deletion_protection
}

module "control_plane" {
  source              = "../../modules/control-plane"
  name                = var.name
  vpc_id              = module.network.vpc_id
  vpc_cidr            = var.cidr
  private_subnets     = module.network.private_subnets
  public_subnets      = module.network.public_subnets
  security_groups     = { alb = module.network.security_groups["alb"], control = module.network.security_groups["control"] }
  web_port            = module.network.web_port
  metrics_port        = module.network.metrics_ports.control
  nodes               = var.control.nodes
  instance_type       = var.control.instance_type
  settings            = merge(var.prometheus ? { LONGSHORE_PUSHGATEWAY_URL = module.observability.pushgateway_url } : {}, var.control.settings)
  ami_id              = var.ami_id
  certificate_arn     = var.certificate_arn
  public_url          = var.public_url
  database            = module.data.database
  redis               = module.data.redis
  signing_key_arn     = module.data.signing_key_arn
  buckets             = module.data.buckets
  parameters          = module.data.parameters
  kms_key_arn         = module.data.kms_key_arn
  deletion_protection = var.deletion_protection
}

module "worker_pool" {
  source              = "../../modules/worker-pool"
  for_each            = var.worker_pools
  name                = var.name
  pool                = each.key
  queues              = each.value.queues
  nodes               = each.value.nodes
  min                 = each.value.min
  max                 = each.value.max
  concurrency         = each.value.concurrency
  instance_type       = each.value.instance_type
  more_instance_types = each.value.more_instance_types
  spot                = each.value.spot
  volume_gib          = each.value.volume_gib
  backlog_per_slot    = each.value.backlog_per_slot
  ecr_repositories    = each.value.ecr_repositories
  settings            = each.value.settings
  ami_id              = var.ami_id
  subnets             = module.network.private_subnets
  security_group      = module.network.security_groups["worker"]
  redis               = module.data.redis
  buckets             = module.data.buckets
  parameters          = module.data.parameters
  kms_key_arn         = module.data.kms_key_arn
  metrics_port        = module.network.metrics_ports.worker
  alarm_topics        = [aws_sns_topic.alarms.arn]
}

module "observability" {
  source               = "../../modules/observability"
  name                 = var.name
  topic_arn            = aws_sns_topic.alarms.arn
  database_identifier  = module.data.database.identifier
  database_connections = var.data.database_connections
  redis                = module.data.redis
  load_balancer        = module.control_plane.load_balancer
  control_instances    = module.control_plane.instances
  grafana              = var.grafana

  prometheus = !var.prometheus ? null : {
    ami_id         = var.ami_id
    subnet         = module.network.private_subnets[var.zones[0]]
    security_group = module.network.security_groups["monitoring"]
    ports          = merge({ web = module.network.web_port }, module.network.metrics_ports)
    package        = { parameters = module.data.parameters, bucket = module.data.buckets.releases, kms_key_arn = module.data.kms_key_arn }
  }
}
