module "data" {
  source                  = "../.."
  name                    = "longshore-example"
  subnets                 = { eu-central-1a = "subnet-0aaaaaaaaaaaaaaaa", eu-central-1b = "subnet-0bbbbbbbbbbbbbbbb" }
  redis_security_group    = "sg-0aaaaaaaaaaaaaaaa"
  database_security_group = "sg-0bbbbbbbbbbbbbbbb"

  release = {
    version = "0.2.0"
    key     = "0.2.0/longshore_0.2.0_amd64.deb"
    sha256  = "0000000000000000000000000000000000000000000000000000000000000000"
  }

  trusted_keys = {
    "3f0c9b1e2d4a5867" = <<-EOT
      -----BEGIN PUBLIC KEY-----
      MCowBQYDK2VwAyEAGb9ECWmEzf6FQbrBZ9w7lshQhqowtrbLDFw4rXAxZuE=
      -----END PUBLIC KEY-----
    EOT
  }
}
