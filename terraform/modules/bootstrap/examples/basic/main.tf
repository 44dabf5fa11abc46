provider "aws" {
  region = "eu-central-1"
}

module "bootstrap" {
  source = "../.."
  bucket = "longshore-state-123456789012"
}

output "backend" {
  value = module.bootstrap.backend
}
