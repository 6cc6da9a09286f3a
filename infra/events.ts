/**
 * Events of settled futures on EventBridge, for the tasks that ask for them.
 */
import { Stack } from "aws-cdk-lib";
import type { IEventBus } from "aws-cdk-lib/aws-events";
import { PolicyStatement } from "aws-cdk-lib/aws-iam";
import type { Function as Lambda } from "aws-cdk-lib/aws-lambda";
import type { Manifest } from "../core/wire.ts";

/** Lets the settler publish, and nobody if no task asks for events. */
export function publishEvents(settler: Lambda, manifest: Manifest, bus?: IEventBus): void {
  if (!Object.values(manifest.tasks).some((task) => task.event)) return;
  const resourceName = "default";
  const arn =
    bus?.eventBusArn ??
    Stack.of(settler).formatArn({ service: "events", resource: "event-bus", resourceName });
  settler.addEnvironment("FORERUN_EVENT_BUS", arn);
  settler.addToRolePolicy(new PolicyStatement({ actions: ["events:PutEvents"], resources: [arn] }));
}
