module "network" {
  source            = "../.."
  name              = "longshore-example"
  zones             = ["eu-central-1a", "eu-central-1b"]
  web_ingress_cidrs = ["203.0.113.0/24"]
}
