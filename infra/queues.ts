/**
 * The queues: one for each band, the permits and the settle queue, each with a dead-letter queue
 * that the sweeper drains.
 */
import { Duration } from "aws-cdk-lib";
import type { IKey } from "aws-cdk-lib/aws-kms";
import { Queue, type QueueProps } from "aws-cdk-lib/aws-sqs";
import { Construct } from "constructs";
import type { Band } from "../core/bands.ts";
import { queueEncryption } from "./encryption.ts";

/** SQS keeps no message longer. */
const RETENTION = Duration.days(14);

/** A worker that meets a task whose lease lives hides it and comes again: that is no failure. */
const BAND_RECEIVES = 1000;
const PERMIT_RECEIVES = 100;
/** A throttled table makes the settler fail; after these tries the sweeper sends it again. */
const SETTLE_RECEIVES = 20;

export interface QueuesProps {
  bands: readonly Band[];
  /** A message must stay hidden for as long as the function that has it may run. */
  workerTimeout: Duration;
  settlerTimeout: Duration;
  /** @default SQS's own keys */
  encryptionKey?: IKey | undefined;
}

/** A queue and where its dead letters go. */
export interface QueuePair {
  queue: Queue;
  dead: Queue;
}

export class Queues extends Construct {
  /** In the order of the bands. */
  readonly bands: readonly QueuePair[];
  readonly permits: QueuePair;
  readonly settle: QueuePair;
  readonly #encryption: Partial<QueueProps>;

  constructor(scope: Construct, id: string, props: QueuesProps) {
    super(scope, id);
    this.#encryption = queueEncryption(props.encryptionKey);
    this.bands = props.bands.map(({ name }) =>
      // Receivers say for how long they hide a band's message; this is for whoever does not.
      this.pair(`Band${pascal(name)}`, Duration.seconds(60), BAND_RECEIVES),
    );
    this.permits = this.pair("Permits", props.workerTimeout, PERMIT_RECEIVES);
    // Six times the function's timeout, as AWS advises for batches.
    const hidden = Duration.seconds(props.settlerTimeout.toSeconds() * 6);
    this.settle = this.pair("Settle", hidden, SETTLE_RECEIVES);
  }

  /** All of them, in the order bands…, permits, settle. */
  all(): readonly QueuePair[] {
    return [...this.bands, this.permits, this.settle];
  }

  private pair(name: string, visibilityTimeout: Duration, maxReceiveCount: number): QueuePair {
    const common = {
      retentionPeriod: RETENTION,
      ...this.#encryption,
      enforceSSL: true,
    };
    const dead = new Queue(this, `${name}Dead`, common);
    const queue = new Queue(this, name, {
      ...common,
      visibilityTimeout,
      deadLetterQueue: { queue: dead, maxReceiveCount },
    });
    return { queue, dead };
  }
}

function pascal(name: string): string {
  return name.replace(/(?:^|-)(.)/g, (_, letter: string) => letter.toUpperCase());
}
