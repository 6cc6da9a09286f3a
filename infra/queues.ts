/**
 * The queues: for each pool one for each band and the permits, and the settle queue of all; each
 * with a dead-letter queue that the sweeper drains; and one for the sweeper's own schedule.
 */
import { Duration } from "aws-cdk-lib";
import type { IKey } from "aws-cdk-lib/aws-kms";
import { Queue, type QueueProps } from "aws-cdk-lib/aws-sqs";
import { Construct } from "constructs";
import type { Band } from "../core/bands.ts";
import { DEFAULT_POOL, type Pool } from "../core/pools.ts";
import { queueEncryption } from "./encryption.ts";
import { except } from "./exceptions.ts";
import { functionSeconds, type TimedPool } from "./timeouts.ts";

/** SQS keeps no message longer. */
const RETENTION = Duration.days(14);

/** A worker that meets a task whose lease lives hides it and comes again: that is no failure. */
const BAND_RECEIVES = 1000;
const PERMIT_RECEIVES = 100;
/** A throttled table makes the settler fail; after these tries the sweeper sends it again. */
const SETTLE_RECEIVES = 20;

export interface QueuesProps {
  bands: readonly Band[];
  /** The default one first. */
  pools: readonly TimedPool[];
  settlerTimeout: Duration;
  /** @default SQS's own keys */
  encryptionKey?: IKey | undefined;
}

/** A queue and where its dead letters go. */
export interface QueuePair {
  queue: Queue;
  dead: Queue;
}

/** The queues of a pool. */
export interface PoolQueues {
  pool: Pool;
  /** In the order of the bands. */
  bands: readonly QueuePair[];
  permits: QueuePair;
  /** The permits of its reserved slots, if it has some. */
  reserved?: QueuePair;
}

export class Queues extends Construct {
  /** The default pool first. */
  readonly pools: readonly PoolQueues[];
  readonly settle: QueuePair;
  /** Events of the sweeper's schedule that could not be delivered. */
  readonly sweepDead: Queue;
  readonly #encryption: Partial<QueueProps>;

  constructor(scope: Construct, id: string, props: QueuesProps) {
    super(scope, id);
    this.#encryption = queueEncryption(props.encryptionKey);
    this.pools = props.pools.map((pool) => this.ofPool(pool, props));
    // What a settler that died had in hand comes back within two minutes (promise 6). AWS advises six
    // times the timeout, for functions that are throttled: what then comes back early is met again.
    const hidden = Duration.seconds(props.settlerTimeout.toSeconds() * 2);
    this.settle = this.pair("Settle", hidden, SETTLE_RECEIVES);
    // With SQS's own key: EventBridge may not use a key of the user's, and the events hold no data.
    this.sweepDead = new Queue(this, "SweepDead", {
      retentionPeriod: RETENTION,
      ...queueEncryption(undefined),
      enforceSSL: true,
    });
    except(this.sweepDead, "ofSchedule");
  }

  /** All of them: of each pool the bands, the permits and those of reserved slots; then settle. */
  all(): readonly QueuePair[] {
    return [...this.pools.flatMap(queuesOf), this.settle];
  }

  private ofPool(pool: TimedPool, { bands }: QueuesProps): PoolQueues {
    const prefix = pool.name === DEFAULT_POOL ? "" : pascal(pool.name);
    // A message must stay hidden for as long as the function that has it may run.
    const running = Duration.seconds(functionSeconds(pool));
    const permits = (name: string) => this.pair(`${prefix}${name}`, running, PERMIT_RECEIVES);
    return {
      pool,
      bands: bands.map(({ name }) =>
        // Receivers say for how long they hide a band's message; this is for whoever does not.
        this.pair(`${prefix}Band${pascal(name)}`, Duration.seconds(60), BAND_RECEIVES),
      ),
      permits: permits("Permits"),
      ...(pool.reserved ? { reserved: permits("ReservedPermits") } : {}),
    };
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

/** Of one pool: bands, permits, permits of reserved slots. */
export function queuesOf({ bands, permits, reserved }: PoolQueues): readonly QueuePair[] {
  return [...bands, permits, ...(reserved ? [reserved] : [])];
}

export function pascal(name: string): string {
  return name.replace(/(?:^|-)(.)/g, (_, letter: string) => letter.toUpperCase());
}
