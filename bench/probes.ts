/**
 * Watches the worker's receives for inversions: a less urgent task was taken although the slot's
 * last look at a more urgent queue began when a message was there to be received.
 */
import type { Interceptor } from "../local/index.ts";

export interface Inversion {
  /** The queue of the task that was taken. */
  taken: string;
  /** The queue of the message that was passed over. */
  passedOver: string;
}

/** @param isUrgent whether a queue, by its name, is the more urgent of the two that are compared */
export function createProbeWatch(isUrgent: (queue: string) => boolean) {
  const inversions: Inversion[] = [];
  /** Urgent messages: when they were surely visible, and when they were received. */
  const urgent = new Map<string, { visible: number; received: number; queue: string }>();
  /** When each process last began to look at the urgent queue. */
  const looked = new Map<string, number>();
  let taken = 0;

  const interceptor: Interceptor = async (call, next) => {
    if (call.service !== "sqs") return next(call);
    const begun = performance.now();
    const answer = await next(call);
    const now = performance.now();
    if (call.operation === "SendMessage" && isUrgent(call.resource)) {
      const id = String(answer.body.MessageId);
      const known = urgent.get(id);
      const received = known?.received ?? Number.POSITIVE_INFINITY;
      urgent.set(id, { visible: now, received, queue: call.resource });
    }
    if (call.operation !== "ReceiveMessage" || call.caller.kind !== "function") return answer;
    const messages = (answer.body.Messages ?? []) as { MessageId: string }[];
    const slot = call.session ?? "";
    if (isUrgent(call.resource)) {
      looked.set(slot, begun);
      for (const { MessageId } of messages) {
        const visible = urgent.get(MessageId)?.visible ?? Number.POSITIVE_INFINITY;
        urgent.set(MessageId, { visible, received: begun, queue: call.resource });
      }
    } else if (messages.length > 0 && !call.resource.toLowerCase().includes("permit")) {
      taken += 1;
      const look = looked.get(slot) ?? 0;
      const over = [...urgent.values()].find((each) => each.visible < look && each.received > look);
      if (over) inversions.push({ taken: call.resource, passedOver: over.queue });
    }
    return answer;
  };
  return { interceptor, inversions, taken: () => taken };
}
