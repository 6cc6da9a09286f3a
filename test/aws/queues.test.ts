import { setTimeout as sleep } from "node:timers/promises";
import { ReceiveMessageCommand, SendMessageCommand } from "@aws-sdk/client-sqs";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { createQueues } from "../../aws/sqs/queues.ts";
import type { QueueResources } from "../../core/config.ts";
import type { QueueName, Queues } from "../../core/ports.ts";
import { PERMITS } from "../support/queueKey.ts";
import { startSqs, type TestSqs } from "../support/sqs.ts";

const AT_ONCE = { waitSeconds: 0, visibilitySeconds: 30 };

describe("the queues on SQS", () => {
  let sqs: TestSqs;
  let resources: QueueResources;
  let queues: Queues;

  beforeAll(async () => {
    sqs = await startSqs();
  });
  afterAll(() => sqs.stop());
  beforeEach(() => {
    resources = sqs.createQueues(2);
    queues = createQueues(sqs.client, resources);
  });

  const send = (url: string, body: string) =>
    sqs.client.send(new SendMessageCommand({ QueueUrl: url, MessageBody: body }));

  it("gives a task's message as it was sent, to the band it was sent to", async () => {
    const before = Date.now();
    const body = { id: "a", turn: 3, due: 1_800_000_000_000 };
    await queues.sendTasks({ band: 1 }, [{ body, delaySeconds: 0, group: "tenant" }]);
    expect(await queues.receiveTask({ band: 0 }, AT_ONCE)).toBeUndefined();
    const message = await queues.receiveTask({ band: 1 }, AT_ONCE);
    expect(message?.body).toEqual(body);
    expect(message?.receives).toBe(1);
    expect(message?.sentAt).toBeGreaterThanOrEqual(before - 1000);
    expect(message?.sentAt).toBeLessThanOrEqual(Date.now() + 1000);
    expect(await queues.receiveTask({ band: 1 }, AT_ONCE)).toBeUndefined();
  });

  it("sends hundreds in batches without losing one", async () => {
    const ids = Array.from({ length: 237 }, (_, index) => `id-${index}`);
    await queues.sendTasks(
      { band: 0 },
      ids.map((id) => ({ body: { id, turn: 0 }, delaySeconds: 0 })),
    );
    expect((await queues.depth({ band: 0 })).ready).toBe(237);
    const met = new Set<string>();
    for (;;) {
      const message = await queues.receiveTask({ band: 0 }, AT_ONCE);
      if (!message) break;
      met.add(message.body.id);
      await queues.remove({ band: 0 }, message.handle);
    }
    expect([...met].sort()).toEqual([...ids].sort());
  });

  it("sends nothing when there is nothing to send", async () => {
    await queues.sendPermits(PERMITS, []);
    expect(await queues.depth(PERMITS)).toEqual({ ready: 0, inFlight: 0, delayed: 0 });
  });

  it("keeps delayed messages back, each by its own delay", async () => {
    await queues.sendSeeTo([
      { body: { id: "now" }, delaySeconds: 0 },
      { body: { id: "later" }, delaySeconds: 900 },
    ]);
    await queues.sendSeeTo([{ body: { id: "later too" }, delaySeconds: 60 }]);
    expect(await queues.depth("settle")).toEqual({ ready: 1, inFlight: 0, delayed: 2 });
  });

  it("holds an empty receive for as long as it is told, and no longer", async () => {
    const start = Date.now();
    expect(
      await queues.receivePermit(PERMITS, { waitSeconds: 1, visibilitySeconds: 1 }),
    ).toBeUndefined();
    expect(Date.now() - start).toBeGreaterThan(900);
    expect(Date.now() - start).toBeLessThan(4000);
  });

  it("shows a message again at once when its hiding is ended, and counts the receives", async () => {
    await queues.sendPermits(PERMITS, [{ body: { band: 1 }, delaySeconds: 0 }]);
    const first = await queues.receivePermit(PERMITS, AT_ONCE);
    await queues.hide(PERMITS, first?.handle ?? "", 0);
    const second = await queues.receivePermit(PERMITS, AT_ONCE);
    expect(second).toMatchObject({ body: { band: 1 }, receives: 2 });
  });

  it("takes a stale receipt handle for no error, whoever has the message now", async () => {
    await queues.sendPermits(PERMITS, [{ body: { band: 0 }, delaySeconds: 0 }]);
    const first = await queues.receivePermit(PERMITS, { waitSeconds: 0, visibilitySeconds: 1 });
    const handle = first?.handle ?? "";
    await sleep(1100);
    const second = await queues.receivePermit(PERMITS, AT_ONCE);
    expect(second).toBeDefined();
    await queues.hide(PERMITS, handle, 30);
    await queues.hide(PERMITS, handle, 0.5);
    await queues.hide(PERMITS, "nonsense", 30);
    await queues.remove(PERMITS, "nonsense");
    await queues.remove(PERMITS, second?.handle ?? "");
    await queues.remove(PERMITS, second?.handle ?? "");
    expect(await queues.depth(PERMITS)).toEqual({ ready: 0, inFlight: 0, delayed: 0 });
  });

  it("hands what is no task's message to the settler, and finds the task behind it", async () => {
    const band = resources.pools[0]?.bands[0] as string;
    for (const body of ["no JSON", "7", '{"turn":1}', '{"id":"a"}', '{"id":"a","turn":"1"}']) {
      await send(band, body);
    }
    await queues.sendTasks({ band: 0 }, [{ body: { id: "good", turn: 0 }, delaySeconds: 0 }]);
    expect((await queues.receiveTask({ band: 0 }, AT_ONCE))?.body.id).toBe("good");
    expect(await queues.depth({ band: 0 })).toMatchObject({ ready: 0, inFlight: 1 });
    expect((await queues.depth("settle")).ready).toBe(5);
    const receive = new ReceiveMessageCommand({
      QueueUrl: resources.settleQueue,
      MaxNumberOfMessages: 10,
    });
    const { Messages = [] } = await sqs.client.send(receive);
    expect(Messages.map((each) => each.Body)).toContain("no JSON");
  });

  it("takes a permit that cannot be read for one that hints at the first band", async () => {
    await send(resources.pools[0]?.permits as string, "no JSON");
    expect((await queues.receivePermit(PERMITS, AT_ONCE))?.body).toEqual({ band: 0 });
  });

  describe("dead letters", () => {
    const names: QueueName[] = [{ band: 0 }, { band: 1 }, PERMITS, "settle"];

    it("are read from the dead-letter queue that belongs to the queue", async () => {
      for (const [index, url] of [...resources.deadQueues.values()].entries()) {
        await send(url, JSON.stringify({ id: `dead-${index}`, band: 0 }));
      }
      for (const [index, queue] of names.entries()) {
        const letters = await queues.receiveDead(queue);
        expect(letters).toHaveLength(1);
        if (queue !== PERMITS) expect(letters[0]?.body).toMatchObject({ id: `dead-${index}` });
        await queues.removeDead(queue, letters[0]?.handle ?? "");
        expect(await queues.receiveDead(queue)).toEqual([]);
      }
    });

    it("come up to ten at a time", async () => {
      for (let count = 0; count < 12; count++)
        await send(resources.deadQueues.get(resources.settleQueue) as string, "{}");
      expect(await queues.receiveDead("settle")).toHaveLength(10);
    });

    it("that name no future are given as they are, hidden meanwhile and shown again", async () => {
      await send([...resources.deadQueues.values()][0] as string, "no JSON");
      await send([...resources.deadQueues.values()][0] as string, '{"turn":1}');
      const letters = await queues.receiveDead({ band: 0 });
      expect(letters.map((each) => each.body)).toEqual([undefined, undefined]);
      expect(letters.map((each) => each.text).sort()).toEqual(["no JSON", '{"turn":1}']);
      expect(await queues.receiveDead({ band: 0 })).toEqual([]);
      expect(await queues.deadDepth({ band: 0 })).toMatchObject({ ready: 0, inFlight: 2 });
      for (const { handle } of letters) await queues.showDead({ band: 0 }, handle);
      expect(await queues.deadDepth({ band: 0 })).toMatchObject({ ready: 2, inFlight: 0 });
    });

    it("are not asked of a function that is not given their queues, by a clear error", async () => {
      const others = createQueues(sqs.client, { ...resources, deadQueues: new Map() });
      await expect(others.receiveDead("settle")).rejects.toThrow("FORERUN_DEAD_QUEUES");
    });
  });
});
