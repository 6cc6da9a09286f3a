/**
 * Directed deaths: half of the seeds are each told one crash point, all of them in turn, and
 * processes that come to it die there. So as many seeds as there are points, twice, cover whatever
 * the workload reaches, however seldom.
 */
import { allCrashPoints, type CrashPoint, callingPlace } from "./crashPoints.ts";
import { Random } from "./random.ts";

/**
 * How likely a process dies each time it comes there. What is seldom reached needs the highest; the
 * others leave some of the work alone, so that later work meets it as well.
 */
const CHANCES = [0.1, 0.5, 1] as const;

/** Deaths after which a run is left in peace: those that come again and again would end no work. */
const MAX_DEATHS = 6;

/** The point that a seed is told; undefined: it is told none. */
export function pointOf(seed: number): CrashPoint | undefined {
  if (seed % 2 === 0) return undefined;
  const points = allCrashPoints();
  const turn = ((seed - 1) / 2) % points.length;
  // In steps, so that few seeds after another are told points of all parts of the code.
  return points[(turn * stepOf(points.length)) % points.length];
}

/** About a golden section of the number, and without a divisor in common: all come in turn. */
function stepOf(number: number): number {
  const common = (a: number, b: number): number => (b === 0 ? a : common(b, a % b));
  let step = Math.max(1, Math.round(number * 0.618));
  while (common(step, number) !== 1) step += 1;
  return step;
}

export class DirectedDeaths {
  readonly point: CrashPoint;
  /** How often a process came there while it could have died. */
  visits = 0;
  deaths = 0;
  private readonly random: Random;
  private readonly chance: number;

  /** @param always whether a process dies whenever one comes there */
  constructor(seed: number, point: CrashPoint, always = false) {
    this.point = point;
    // One of its own: where no process comes to the point, the seed's run is what it would be.
    this.random = new Random(seed ^ 0x5eed);
    const chance = this.random.pick(CHANCES);
    this.chance = always ? 1 : chance;
  }

  /** Whether the process that makes this call is to die at it, and when. */
  strikes(method: string): CrashPoint | undefined {
    if (method !== this.point.method || this.deaths === MAX_DEATHS) return undefined;
    if (callingPlace() !== this.point.place) return undefined;
    this.visits += 1;
    if (!this.random.chance(this.chance)) return undefined;
    this.deaths += 1;
    return this.point;
  }
}
