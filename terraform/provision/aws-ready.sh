#!/bin/bash
# Tells the autoscaling group, named in /etc/longshore/aws.env, that this instance may count as one of its nodes. Until then it waits in Pending:Wait; one
# that is not ready in time is replaced, and stops an instance refresh.
set -euo pipefail
# shellcheck disable=SC1091
. /etc/longshore/aws.env
token=$(curl -sf -X PUT -H 'X-aws-ec2-metadata-token-ttl-seconds: 60' http://169.254.169.254/latest/api/token)
instance=$(curl -sf -H "X-aws-ec2-metadata-token: $token" http://169.254.169.254/latest/meta-data/instance-id)
aws autoscaling complete-lifecycle-action --auto-scaling-group-name "$AUTOSCALING_GROUP" --lifecycle-hook-name launching \
  --instance-id "$instance" --lifecycle-action-result CONTINUE
