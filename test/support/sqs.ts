/**
 * SQS for tests: fauxqs in memory, in this process.
 */
import { SQSClient } from "@aws-sdk/client-sqs";
import { startFauxqs } from "fauxqs";
import type { QueueResources } from "../../core/config.ts";
import { DEFAULT_POOL } from "../../core/pools.ts";

export interface TestSqs {
  client: SQSClient;
  /** Makes the queues of a deployment with that many bands, dead-letter queues included. */
  createQueues(bands: number): QueueResources;
  stop(): Promise<void>;
}

export async function startSqs(): Promise<TestSqs> {
  const server = await startFauxqs({ port: 0, logger: false });
  const client = new SQSClient({
    endpoint: `http://127.0.0.1:${server.port}`,
    useQueueUrlAsEndpoint: false,
    region: "us-east-1",
    credentials: { accessKeyId: "test", secretAccessKey: "test" },
  });
  let deployments = 0;
  return {
    client,
    createQueues(bands) {
      const deployment = ++deployments;
      const names = [...Array(bands).keys()].map((band) => `band-${band}`);
      const made = [...names, "permit", "settle"].map((name) => {
        const dead = server.createQueue(`${deployment}-${name}-dead`);
        const live = server.createQueue(`${deployment}-${name}`, {
          attributes: {
            RedrivePolicy: JSON.stringify({
              deadLetterTargetArn: dead.queueArn,
              maxReceiveCount: 2,
            }),
          },
        });
        return { live: live.queueUrl, dead: dead.queueUrl };
      });
      const live = made.map((each) => each.live);
      return {
        pools: [
          { name: DEFAULT_POOL, bands: live.slice(0, bands), permits: live[bands] as string },
        ],
        settleQueue: live[bands + 1] as string,
        deadQueues: new Map(made.map((each) => [each.live, each.dead])),
      };
    },
    async stop() {
      client.destroy();
      await server.stop();
    },
  };
}
