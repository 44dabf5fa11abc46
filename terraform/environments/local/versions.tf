# Nothing but what is built into Terraform: no provider is fetched.
terraform {
  required_version = ">= 1.11"
}
