import type { AutoScalingClient } from '@aws-sdk/client-auto-scaling'
import type { Imds } from './imds.js'

/** The hook of terraform/modules/worker-pool. */
const HOOK = 'terminating'

/** The autoscaling group that waits for this machine to be done. */
export interface Hook {
  /** Asks for more time. */
  beat(): Promise<void>
  /** Says that it may go. */
  complete(): Promise<void>
  /** Whether another machine is to be chosen when one has to go. */
  protect(isBusy: boolean): Promise<void>
}

/** The group of this instance, with the rights of the instance's role. The SDK is loaded when it is needed: a machine goes once. */
export class AwsHook implements Hook {
  #client: Promise<AutoScalingClient> | null = null

  constructor(private readonly imds: Pick<Imds, 'get'>, private readonly group: string) {}

  async beat(): Promise<void> {
    const { RecordLifecycleActionHeartbeatCommand } = await import('@aws-sdk/client-auto-scaling')
    await (await this.#open()).send(new RecordLifecycleActionHeartbeatCommand(await this.#names()))
  }

  async complete(): Promise<void> {
    const { CompleteLifecycleActionCommand } = await import('@aws-sdk/client-auto-scaling')
    await (await this.#open()).send(new CompleteLifecycleActionCommand({ ...await this.#names(), LifecycleActionResult: 'CONTINUE' }))
  }

  async protect(isBusy: boolean): Promise<void> {
    const { SetInstanceProtectionCommand } = await import('@aws-sdk/client-auto-scaling')
    const { AutoScalingGroupName, InstanceId } = await this.#names()
    await (await this.#open()).send(new SetInstanceProtectionCommand({ AutoScalingGroupName, InstanceIds: [InstanceId], ProtectedFromScaleIn: isBusy }))
  }

  async #names() {
    return { AutoScalingGroupName: this.group, LifecycleHookName: HOOK, InstanceId: await this.imds.get('instance-id') ?? '' }
  }

  #open(): Promise<AutoScalingClient> {
    return this.#client ??= (async () => {
      process.env['AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED'] ??= 'true'
      const [{ AutoScalingClient }, region] = await Promise.all([import('@aws-sdk/client-auto-scaling'), this.imds.get('placement/region')])
      return new AutoScalingClient({ ...(region !== null && { region }), maxAttempts: 5 })
    })()
  }
}
