/**
 * The embedded cloud: stands up on this machine what a synthesized template says.
 */
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { standEmulators } from "./emulators.ts";
import { Callers, SECRET_ACCESS_KEY } from "./gateway/callers.ts";
import { createLedger, type RequestLedger } from "./gateway/ledger.ts";
import { type Gateway, startGateway } from "./gateway.ts";
import { type HttpApi, startHttpApi } from "./http-api.ts";
import { REGION } from "./identity.ts";
import { bundleBootstrap } from "./lambda/bundleBootstrap.ts";
import { createFunctions, type Functions, findFunction } from "./lambda/functions.ts";
import { findNamed } from "./named.ts";
import type { AwsAccess, Cloud, CloudOptions } from "./options.ts";
import { openDataDirectory } from "./process/dataDirectory.ts";
import { lockDirectory } from "./process/lock.ts";
import { startReaper } from "./process/reaper.ts";
import { requeue } from "./requeue.ts";
import { type Sqs, startSqs } from "./sqs/fauxqs.ts";
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

  const { ledger, count } = createLedger();
  const interceptors = [count, ...(options.interceptors ?? [])];
  const { restarted } = await standEmulators(
    { blueprint, gateway, sqs, data, lock, reaper, interceptors, log },
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
  log(`functions: ${blueprint.functions.map(({ label }) => label).join(", ")}`);

  if (restarted && options.data !== undefined) await resume(blueprint, functions, log);
  const endTriggers = startTriggers({ blueprint, functions, call: gateway.call, callers, log });
  cleanUp.defer(endTriggers);
  noteAuthorizers(blueprint, log);
  http.open(blueprint.api, functions);

  const aws = accessOf(gateway, callers);
  const stop = async () => {
    http.close();
    endTriggers();
    const settled = Promise.all([...functions.values()].map((each) => each.settled()));
    await Promise.race([settled, sleep(GRACE_MILLISECONDS, undefined, { ref: false })]);
    await cleanUp.disposeAsync();
  };
  return describe({ http, blueprint, data, ledger, functions, sqs, aws, stop });
}

interface Parts {
  http: HttpApi;
  blueprint: Blueprint;
  data: string;
  ledger: RequestLedger;
  functions: Functions;
  sqs: Sqs;
  aws: AwsAccess;
  stop: () => Promise<void>;
}

/** The parts as callers see them. */
function describe({ http, blueprint, data, ledger, functions, sqs, aws, stop }: Parts): Cloud {
  let stopping: Promise<void> | undefined;
  return {
    endpoint: http.url,
    outputs: blueprint.outputs,
    data,
    requests: ledger,
    aws,
    tables: blueprint.tables.map(({ name }) => name),
    functions: {
      names: () => [...functions.values()].map(({ spec }) => spec.label),
      processes: (name) => findFunction(functions, name).processes,
      kill(process) {
        for (const each of functions.values()) each.kill(process);
      },
    },
    queues: {
      names: () => blueprint.queues.map(({ name }) => name),
      depth(name) {
        const queue = findNamed(blueprint.queues, name, (each) => [each.name, each.logicalId]);
        return sqs.depth(queue.name);
      },
    },
    invoke: async (name, event) =>
      JSON.parse(await findFunction(functions, name).invoke(event)) as unknown,
    stop: () => (stopping ??= stop()),
  };
}

function accessOf(gateway: Gateway, callers: Callers): AwsAccess {
  const { accessKeyId } = callers.add("operator", "operator");
  const credentials = { accessKeyId, secretAccessKey: SECRET_ACCESS_KEY };
  return { endpoint: gateway.url, region: REGION, credentials };
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

function noteAuthorizers({ api }: Blueprint, log: (line: string) => void): void {
  const kinds = new Set(api.routes.map(({ authorization }) => authorization));
  kinds.delete("NONE");
  if (kinds.size === 0) return;
  log(`note: routes ask for ${[...kinds].join(", ")}; on this machine they are open to all.`);
}
