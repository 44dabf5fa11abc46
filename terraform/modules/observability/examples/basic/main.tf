resource "aws_sns_topic" "alarms" {
  name = "longshore-example-alarms"
}

module "observability" {
  source               = "../.."
  name                 = "longshore-example"
  topic_arn            = aws_sns_topic.alarms.arn
  database_identifier  = "longshore-example"
  database_connections = 300
  redis                = { group = "longshore-example", nodes = 2 }
  load_balancer        = { arn_suffix = "app/longshore-example-web/0123456789abcdef", target_suffix = "targetgroup/longshore-example-web/0123456789abcdef" }
  control_instances    = { a = "i-0aaaaaaaaaaaaaaaa", b = "i-0bbbbbbbbbbbbbbbb" }
}
