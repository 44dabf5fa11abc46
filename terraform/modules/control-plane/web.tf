resource "aws_lb" "web" {
  name                       = "${var.name}-web"
  load_balancer_type         = "application"
  internal                   = var.internal
  subnets                    = values(var.public_subnets)
  security_groups            = [var.security_groups.alb]
  drop_invalid_header_fields = true
  enable_deletion_protection = var.deletion_protection
  # Live pages and followed logs are answers that stay open.
  idle_timeout = 120
  tags         = local.tags
}

resource "aws_lb_target_group" "web" {
  name                 = "${var.name}-web"
  vpc_id               = var.vpc_id
  port                 = var.web_port
  protocol             = "HTTP"
  target_type          = "instance"
  deregistration_delay = 30
  tags                 = local.tags

  # livez, not readyz: while the database is away every web process is unready, and the pages still say why.
  health_check {
    path                = "/livez"
    matcher             = "200"
    interval            = 10
    timeout             = 5
    healthy_threshold   = 2
    unhealthy_threshold = 3
  }
}

resource "aws_lb_target_group_attachment" "web" {
  for_each         = aws_instance.node
  target_group_arn = aws_lb_target_group.web.arn
  target_id        = each.value.id
  port             = var.web_port
}

resource "aws_lb_listener" "https" {
  load_balancer_arn = aws_lb.web.arn
  port              = 443
  protocol          = "HTTPS"
  ssl_policy        = "ELBSecurityPolicy-TLS13-1-2-2021-06"
  certificate_arn   = var.certificate_arn
  tags              = local.tags

  default_action {
    type             = "forward"
    target_group_arn = aws_lb_target_group.web.arn
  }
}

# Prometheus reads them on the nodes; outside they say too much.
resource "aws_lb_listener_rule" "no_metrics" {
  listener_arn = aws_lb_listener.https.arn
  priority     = 1
  tags         = local.tags

  condition {
    path_pattern {
      values = ["/metrics", "/metrics/*", "/readyz"]
    }
  }

  action {
    type = "fixed-response"

    fixed_response {
      content_type = "text/plain"
      status_code  = "404"
      message_body = "Not found."
    }
  }
}
