/**
 * What all parts of one simulated run share.
 */
import type { CrashPoints } from "./crashPoints.ts";
import type { Faults } from "./faults.ts";
import type { History } from "./history.ts";
import type { SimulatedProcess } from "./process.ts";
import type { Random } from "./random.ts";
import type { World } from "./world.ts";

export interface Environment {
  world: World;
  random: Random;
  faults: Faults;
  history: History;
  crashPoints: CrashPoints;
  /** The process whose call is having its effect; undefined: AWS itself acts. */
  acting: SimulatedProcess | undefined;
  /** When its code made that call. */
  calledAt: number;
}
