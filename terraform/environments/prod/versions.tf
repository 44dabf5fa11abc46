terraform {
  required_version = ">= 1.11"

  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = ">= 6.25, < 7.0"
    }
  }

  # bucket, region and kms_key_id come from backend.hcl: terraform init -backend-config=backend.hcl
  backend "s3" {
    key          = "longshore/prod.tfstate"
    encrypt      = true
    use_lockfile = true
  }
}

provider "aws" {
  region = var.region

  default_tags {
    tags = { Project = "longshore", Environment = "prod", ManagedBy = "terraform" }
  }
}
