/**
 * The embedded cloud: stands up on this machine what a synthesized template says.
 */
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { accessOf, describe } from "./describe.ts";
import { standEmulators } from "./emulators.ts";
import { createFaults } from "./faults.ts";
import { chain } from "./gateway/call.ts";
import { Callers } from "./gateway/callers.ts";
import { createLedger } from "./gateway/ledger.ts";
import { startGateway } from "./gateway.ts";
import { createAuthorize, openToAll } from "./http/authorize.ts";
import { startHttpApi } from "./http-api.ts";
import { checkMappings } from "./iam/checkMappings.ts";
import { PolicyEngine } from "./iam/engine.ts";
import { guard } from "./iam/guard.ts";
import { bundleBootstrap } from "./lambda/bundleBootstrap.ts";
import { createFunctions, type Functions, findFunction } from "./lambda/functions.ts";
import type { Cloud, CloudOptions } from "./options.ts";
import { openDataDirectory } from "./process/dataDirectory.ts";
import { lockDirectory } from "./process/lock.ts";
import { startReaper } from "./process/reaper.ts";
import { requeue } from "./requeue.ts";
import { createServices } from "./services.ts";
import { startSqs } from "./sqs/fauxqs.ts";
import { readAssembly } from "./template/assembly.ts";
import { type Blueprint, readBlueprint } from "./template/blueprint.ts";
import { startTriggers } from "./triggers.ts";

/** How long running invocations may go on when the cloud stops. */
const GRACE_MILLISECONDS = 2000;

/**
 * Starts the embedded cloud.
 * @throws LocalCloudError that says what to do; then nothing is left running
 * @example
 * const cloud = await startCloud({ assembly: "cdk.out" });
 * await fetch(`${cloud.endpoint}/bands`);
 * await cloud.stop();
 */
export async function startCloud(options: CloudOptions): Promise<Cloud> {
  const cleanUp = new AsyncDisposableStack();
  try {
    return await start(options, cleanUp);
  } catch (error) {
    await cleanUp.disposeAsync();
    throw error;
  }
}

/** Everything that `cleanUp` is told is undone in the opposite order. */
async function start(options: CloudOptions, cleanUp: AsyncDisposableStack): Promise<Cloud> {
  const { log = () => {} } = options;
  const faults = createFaults(options.faults ?? {});
  const directory = openDataDirectory(options.data);
  const data = directory.path;
  cleanUp.defer(() => directory.release());
  const lock = lockDirectory(data);
  cleanUp.defer(() => lock.release());
  const reaper = startReaper();
  cleanUp.defer(() => reaper.stop());

  // The addresses come first: the template's references resolve to them.
  const http = await startHttpApi(options.port ?? 0, log);
  cleanUp.defer(() => http.stop());
  const sqs = await startSqs();
  cleanUp.defer(() => sqs.stop());
  const callers = new Callers();
  const gateway = await startGateway(callers, log);
  cleanUp.defer(() => gateway.stop());
  const { assembly } = options;
  const stack = readAssembly(typeof assembly === "string" ? assembly : assembly());
  const blueprint = readBlueprint(stack, { gateway: gateway.url, api: http.url });

  const engine = new PolicyEngine(blueprint.policies, log);
  checkMappings(blueprint.mappings, engine);
  const { restarted, sqsAndDynamo } = await standEmulators(
    { blueprint, sqs, data, lock, reaper, log },
    cleanUp,
  );
  const functions = createFunctions(blueprint, {
    bootstrap: bundleBootstrap(data),
    logs: join(data, "logs"),
    show: options.verbose ? log : undefined,
    callers,
    gatewayUrl: gateway.url,
    reaper,
  });
  cleanUp.defer(async () => {
    await Promise.all([...functions.values()].map((each) => each.stop()));
  });
  const { answer, bus } = createServices({
    ...{ blueprint, data, sqsAndDynamo, functions, engine, gateway, callers, log },
  });
  const { ledger, count } = createLedger();
  const between = [guard(engine), faults.interceptor, ...(options.interceptors ?? [])];
  gateway.serve(chain([count, ...between], answer));
  log(`functions: ${blueprint.functions.map(({ label }) => label).join(", ")}`);

  if (restarted && options.data !== undefined) await resume(blueprint, functions, log);
  faults.begin();
  const endTriggers = startTriggers({ blueprint, functions, call: gateway.call, callers, log });
  cleanUp.defer(endTriggers);
  const { auth = false, jwtKeys } = options;
  noteAuthorizers(blueprint, auth, log);
  const authorize = auth ? createAuthorize({ callers, engine, jwtKeys }) : openToAll;
  http.open(blueprint.api, functions, authorize);

  const aws = accessOf(gateway, callers);
  const stop = async () => {
    http.close();
    endTriggers();
    const settled = Promise.all([...functions.values()].map((each) => each.settled()));
    await Promise.race([settled, sleep(GRACE_MILLISECONDS, undefined, { ref: false })]);
    await cleanUp.disposeAsync();
  };
  const { control } = faults;
  return describe({
    ...{ http, blueprint, data, ledger, functions, sqs, aws, engine, bus, faults: control, stop },
  });
}

/** The queues were lost with the last process, the table was not. */
async function resume(
  blueprint: Blueprint,
  functions: Functions,
  log: (line: string) => void,
): Promise<void> {
  const schedule = blueprint.schedules[0];
  if (!schedule) return;
  const pages = await requeue(findFunction(functions, schedule.target.logicalId));
  log(`restart: the table's unfinished work is queued again (pages: ${pages})`);
}

function noteAuthorizers({ api }: Blueprint, auth: boolean, log: (line: string) => void): void {
  const kinds = new Set(api.routes.map(({ authorization }) => authorization));
  kinds.delete("NONE");
  if (kinds.size === 0) return;
  const list = [...kinds].join(", ");
  log(
    auth
      ? `routes ask for ${list}, and so does this machine`
      : `note: routes ask for ${list}; on this machine they are open to all (--auth asks for it).`,
  );
}
