/**
 * Deployments with different options, in one app: what must hold must hold for each of them.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { App, Stack } from "aws-cdk-lib";
import { Template } from "aws-cdk-lib/assertions";
import { InterfaceVpcEndpoint, type IVpc, Vpc } from "aws-cdk-lib/aws-ec2";
import { Key } from "aws-cdk-lib/aws-kms";
import type { ForerunProps } from "../../../infra/props.ts";
import { ForerunStack } from "../../../infra/stack.ts";

export const TASKS = fileURLToPath(new URL("../../../examples/tasks.ts", import.meta.url));

export const VARIANTS = ["defaults", "production", "guarded", "open", "private"] as const;

export type Variant = (typeof VARIANTS)[number];

const ENV = { account: "123456789012", region: "eu-west-1" };

export const BOUNDARY = "arn:aws:iam::123456789012:policy/Boundary";

const known = new WeakMap<App, ReturnType<typeof createTheirs>>();

/** What is somebody else's, in a stack of its own: key, VPC and an endpoint in it. */
function theirs(app: App): ReturnType<typeof createTheirs> {
  const made = known.get(app) ?? createTheirs(app);
  known.set(app, made);
  return made;
}

function createTheirs(app: App) {
  const stack = new Stack(app, "Theirs", { env: ENV });
  const encryptionKey = new Key(stack, "Key", { enableKeyRotation: true });
  // By attributes: a VPC of CDK's would bring a hundred resources that are not ours.
  const vpc = Vpc.fromVpcAttributes(stack, "Vpc", {
    vpcId: "vpc-0123456789abcdef0",
    availabilityZones: ["eu-west-1a", "eu-west-1b"],
    privateSubnetIds: ["subnet-0123456789abcdef0", "subnet-0123456789abcdef1"],
  }) as IVpc;
  const heavyVpc = Vpc.fromVpcAttributes(stack, "HeavyVpc", {
    vpcId: "vpc-1123456789abcdef0",
    availabilityZones: ["eu-west-1a"],
    privateSubnetIds: ["subnet-1123456789abcdef0"],
  }) as IVpc;
  const endpoint = InterfaceVpcEndpoint.fromInterfaceVpcEndpointAttributes(stack, "Endpoint", {
    vpcEndpointId: "vpce-0123456789abcdef0",
    port: 443,
  });
  return { encryptionKey, vpc, heavyVpc, endpoint };
}

/** The app with a stack for each variant; not yet synthesized. */
export function variants(app: App, names: readonly Variant[]): Record<Variant, ForerunStack> {
  const props: Record<Variant, () => Partial<ForerunProps>> = {
    defaults: () => ({}),
    production: () => ({ stage: "prod", slots: 20, workerMemory: 2048 }),
    guarded: () => ({
      encryptionKey: theirs(app).encryptionKey,
      vpc: theirs(app).vpc,
      stage: "prod",
      auth: { jwt: { issuer: "https://id.example.com", audience: ["forerun"], scopes: ["run"] } },
      tenantClaim: "custom:tenant",
      limits: { waiting: { low: 100_000 } },
      throttle: {
        requestsPerSecond: 50,
        burst: 100,
        routes: { "POST /tasks": { requestsPerSecond: 70 } },
      },
      corsOrigins: ["https://example.com"],
      apiConcurrency: 20,
      logRetentionDays: 90,
      permissionsBoundary: BOUNDARY,
      reserved: { critical: 2 },
      pools: { heavy: { slots: 3, timeoutSeconds: 600, vpc: theirs(app).heavyVpc } },
    }),
    private: () => ({ stage: "prod", privateEndpoints: [theirs(app).endpoint] }),
    open: () => ({ auth: "open-to-everybody" }),
  };
  return Object.fromEntries(
    names.map((name) => {
      const id = `Forerun-${name}`;
      return [name, new ForerunStack(app, id, { tasks: TASKS, ...props[name]() }, { env: ENV })];
    }),
  ) as Record<Variant, ForerunStack>;
}

/** An app that writes to a directory which goes away by `remove()`. */
export function temporaryApp(): { app: App; remove(): void } {
  const outdir = mkdtempSync(join(tmpdir(), "forerun-infra-"));
  const app = new App({
    outdir,
    analyticsReporting: false,
    builtinCloudFormationValidation: false,
  });
  return { app, remove: () => rmSync(outdir, { recursive: true, force: true }) };
}

/** The templates of variants, by name. */
export function templates<V extends Variant>(...names: V[]): Record<V, Template> {
  const { app, remove } = temporaryApp();
  try {
    const stacks = variants(app, names);
    return Object.fromEntries(
      names.map((name) => [name, Template.fromStack(stacks[name])]),
    ) as Record<V, Template>;
  } finally {
    remove();
  }
}
