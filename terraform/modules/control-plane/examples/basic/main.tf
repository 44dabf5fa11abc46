module "control_plane" {
  source          = "../.."
  name            = "longshore-example"
  vpc_id          = "vpc-0aaaaaaaaaaaaaaaa"
  vpc_cidr        = "10.60.0.0/16"
  private_subnets = { eu-central-1a = "subnet-0aaaaaaaaaaaaaaaa", eu-central-1b = "subnet-0bbbbbbbbbbbbbbbb" }
  public_subnets  = { eu-central-1a = "subnet-0cccccccccccccccc", eu-central-1b = "subnet-0dddddddddddddddd" }
  security_groups = { alb = "sg-0aaaaaaaaaaaaaaaa", control = "sg-0bbbbbbbbbbbbbbbb" }
  ami_id          = "ami-0123456789abcdef0"
  certificate_arn = "arn:aws:acm:eu-central-1:123456789012:certificate/00000000-0000-0000-0000-000000000000"
  public_url      = "https://longshore.example.com"
  database        = { host = "database.internal", secret_arn = "arn:aws:secretsmanager:eu-central-1:123456789012:secret:rds-1" }
  redis           = { host = "redis.internal", secret_arn = "arn:aws:secretsmanager:eu-central-1:123456789012:secret:longshore-example/redis" }
  signing_key_arn = "arn:aws:secretsmanager:eu-central-1:123456789012:secret:longshore-example/signing-key"
  buckets         = { releases = "longshore-example-releases", logs = "longshore-example-logs", bundles = "longshore-example-bundles" }
  parameters      = "/longshore-example"
  kms_key_arn     = "arn:aws:kms:eu-central-1:123456789012:key/1234abcd-12ab-4cde-89ab-1234567890ab"
}
