/**
 * EventBridge's default bus: takes events, keeps the last of them, and delivers to the template's
 * rules.
 */
import { randomUUID } from "node:crypto";
import type { Answer, Call, Next } from "../gateway/call.ts";
import { awsError } from "../gateway/errors.ts";
import { ACCOUNT, REGION } from "../identity.ts";
import { isObject, type Json } from "../json.ts";

/** An event as targets get it. */
export interface CloudEvent extends Json {
  id: string;
  "detail-type": string;
  source: string;
  /** ISO 8601, in whole seconds. */
  time: string;
  resources: string[];
  detail: unknown;
}

/** Events that are kept for whoever looks. */
const KEPT = 1000;

/** PutEvents takes no more at once. */
const MAX_ENTRIES = 10;

export class EventBus {
  readonly #kept: CloudEvent[] = [];
  readonly #deliver: (event: CloudEvent) => void;

  /** @param deliver starts the delivery, and deals with its failure */
  constructor(deliver: (event: CloudEvent) => void) {
    this.#deliver = deliver;
  }

  /** The last thousand, the oldest first. */
  get events(): readonly CloudEvent[] {
    return [...this.#kept];
  }

  /** Answers EventBridge's calls, of which there is one. */
  readonly answer: Next = (call) => Promise.resolve(this.#answer(call));

  #answer({ operation, body }: Call): Answer {
    if (operation !== "PutEvents") {
      const message = `The embedded cloud does not know EventBridge's ${operation}.`;
      return awsError("events", 400, "UnknownOperationException", message);
    }
    const entries = Array.isArray(body.Entries) ? (body.Entries as Json[]) : [];
    if (entries.length === 0 || entries.length > MAX_ENTRIES) {
      const message = `1 validation error detected: Entries must have 1 to ${MAX_ENTRIES} members.`;
      return awsError("events", 400, "ValidationException", message);
    }
    const results = entries.map((entry) => this.#put(entry));
    const failed = results.filter((result) => "ErrorCode" in result).length;
    return { status: 200, body: { FailedEntryCount: failed, Entries: results } };
  }

  #put(entry: Json): Json {
    const { Source, DetailType, Detail, EventBusName = "default", Resources = [] } = entry;
    for (const [name, value] of Object.entries({ Source, DetailType, Detail })) {
      if (typeof value === "string" && value !== "") continue;
      return { ErrorCode: "InvalidArgument", ErrorMessage: `Parameter ${name} is not valid.` };
    }
    const detail = parse(String(Detail));
    if (!detail) return { ErrorCode: "MalformedDetail", ErrorMessage: "Detail is malformed." };
    if (!/(^|\/)default$/.test(String(EventBusName))) {
      return { ErrorCode: "NotFound", ErrorMessage: `Event bus ${EventBusName} does not exist.` };
    }
    const event: CloudEvent = {
      version: "0",
      id: randomUUID(),
      "detail-type": String(DetailType),
      source: String(Source),
      account: ACCOUNT,
      time: new Date().toISOString().replace(/\.\d+Z/, "Z"),
      region: REGION,
      resources: (Resources as unknown[]).map(String),
      detail,
    };
    this.#kept.push(event);
    if (this.#kept.length > KEPT) this.#kept.shift();
    this.#deliver(event);
    return { EventId: event.id };
  }
}

function parse(text: string): Json | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return isObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}
