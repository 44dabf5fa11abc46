# A control node and worker nodes on this machine: each is a container that boots systemd, made a node by the same script and the same .deb as an
# instance of AWS.

locals {
  control      = "${var.name}-control"
  script       = "${path.module}/node.sh"
  provision    = "${path.module}/../../provision/provision.sh"
  database_url = coalesce(var.database_url, "mysql://longshore:longshore@${local.control}/longshore")
  redis_url    = coalesce(var.redis_url, "redis://${local.control}:6379")

  common = merge({
    LONGSHORE_HTTP_HOST = "0.0.0.0"
    LONGSHORE_LOG_STORE = "file:/var/lib/longshore/logs"
  }, var.settings)

  package = { NODE_PACKAGE = "/root/longshore.deb", NODE_SHA256 = filesha256(var.deb), NODE_EXPORTER = var.node_exporter ? "yes" : "no" }

  workers = merge([for pool, is in var.worker_pools : {
    for number in range(1, coalesce(is.nodes, var.nodes) + 1) : "${pool}-${number}" => {
      pool = pool
      settings = merge(local.common, local.package, {
        NODE_ROLES             = "worker"
        NODE_POOL              = pool
        NODE_QUEUES            = join(",", is.queues)
        NODE_CONCURRENCY       = tostring(is.concurrency)
        NODE_SECRET_REDIS_URL  = local.redis_url
        LONGSHORE_HTTP_PORT    = "9402"
        LONGSHORE_TRUSTED_KEYS = "/etc/longshore/keys/trusted"
      }, is.settings)
    }
  }]...)

  control_settings = merge(local.common, local.package, {
    NODE_ROLES               = trimspace("${var.database_url == null || var.redis_url == null ? "data" : ""} keys scheduler web")
    NODE_DATABASE_PASSWORD   = "longshore"
    NODE_SECRET_DATABASE_URL = local.database_url
    NODE_SECRET_REDIS_URL    = local.redis_url
    LONGSHORE_HTTP_PORT      = "9401"
  })
}

resource "terraform_data" "network" {
  input = { name = var.name }

  provisioner "local-exec" {
    command = "docker network create ${self.input.name} && docker volume create ${self.input.name}-logs"
    quiet   = true
  }

  provisioner "local-exec" {
    when    = destroy
    command = "docker network rm ${self.output.name} && docker volume rm ${self.output.name}-logs"
    quiet   = true
  }
}

# What a node is made of stands in the provisioner alone: a later package or setting is for nodes to come, and replaces none.
resource "terraform_data" "control" {
  input = { name = local.control, script = local.script }

  provisioner "local-exec" {
    command = "${local.script} create"
    environment = {
      NAME      = local.control
      NETWORK   = var.name
      LOGS      = "${var.name}-logs"
      IMAGE     = var.image
      PROVISION = local.provision
      DEB       = var.deb
      SETTINGS  = join("\n", [for name, value in local.control_settings : "${name}=\"${value}\""])
      PUBLISH   = "127.0.0.1:${var.web_port}:8080"
      DAGS      = var.dags == null ? "" : abspath(var.dags)
    }
  }

  provisioner "local-exec" {
    when        = destroy
    command     = "${self.output.script} destroy"
    environment = { NAME = self.output.name }
  }

  depends_on = [terraform_data.network]
}

resource "terraform_data" "worker" {
  for_each = local.workers
  input    = { name = "${var.name}-${each.key}", pool = each.value.pool, script = local.script }

  provisioner "local-exec" {
    command = "${local.script} create"
    environment = {
      NAME        = "${var.name}-${each.key}"
      NETWORK     = var.name
      LOGS        = "${var.name}-logs"
      IMAGE       = var.image
      PROVISION   = local.provision
      DEB         = var.deb
      SETTINGS    = join("\n", [for name, value in each.value.settings : "${name}=\"${value}\""])
      CONTROL     = local.control
      TASK_IMAGES = join(" ", var.task_images)
    }
  }

  # Its tasks are waited for.
  provisioner "local-exec" {
    when        = destroy
    command     = "${self.output.script} destroy"
    environment = { NAME = self.output.name, POOL = self.output.pool }
  }

  depends_on = [terraform_data.control]
}
