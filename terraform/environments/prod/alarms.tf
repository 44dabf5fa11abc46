# The key that AWS keeps for SNS lets no other service use it: alarms of CloudWatch would be lost without a word.
data "aws_caller_identity" "here" {}
data "aws_partition" "here" {}

resource "aws_kms_key" "alarms" {
  description             = "${var.name}: alarms"
  enable_key_rotation     = true
  deletion_window_in_days = 7

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      { Sid = "Account", Effect = "Allow", Action = "kms:*", Resource = "*", Principal = { AWS = "arn:${data.aws_partition.here.partition}:iam::${data.aws_caller_identity.here.account_id}:root" } },
      { Sid = "Alarms", Effect = "Allow", Action = ["kms:Decrypt", "kms:GenerateDataKey*"], Resource = "*", Principal = { Service = "cloudwatch.amazonaws.com" } },
    ]
  })
}

resource "aws_sns_topic" "alarms" {
  name              = "${var.name}-alarms"
  kms_master_key_id = aws_kms_key.alarms.key_id
}

resource "aws_sns_topic_subscription" "mail" {
  topic_arn = aws_sns_topic.alarms.arn
  protocol  = "email"
  endpoint  = var.alarm_email
}
