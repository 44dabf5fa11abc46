output "backend" {
  description = "What to write into backend.hcl of an environment."
  value       = <<-EOT
    bucket     = "${var.bucket}"
    kms_key_id = "${aws_kms_key.state.arn}"
  EOT
}
