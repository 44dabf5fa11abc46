module "etl" {
  source         = "../.."
  name           = "longshore-example"
  pool           = "etl"
  queues         = ["default", "etl"]
  nodes          = 2
  ami_id         = "ami-0123456789abcdef0"
  subnets        = { eu-central-1a = "subnet-0aaaaaaaaaaaaaaaa", eu-central-1b = "subnet-0bbbbbbbbbbbbbbbb" }
  security_group = "sg-0aaaaaaaaaaaaaaaa"
  redis          = { host = "redis.internal", secret_arn = "arn:aws:secretsmanager:eu-central-1:123456789012:secret:longshore-example/redis" }
  buckets        = { releases = "longshore-example-releases", logs = "longshore-example-logs" }
  parameters     = "/longshore-example"
  kms_key_arn    = "arn:aws:kms:eu-central-1:123456789012:key/1234abcd-12ab-4cde-89ab-1234567890ab"
}
