/**
 * What a sweep did, as metrics. Zeros are not told: a deployment that is idle pays for none.
 */
import type { SweepReport } from "../../core/usecases/sweep.ts";
import type { Emf } from "./emf.ts";

export function sweeperMetrics(emf: Emf) {
  return ({ rung, redriven, unreadable }: SweepReport): void => {
    if (rung > 0) emf.count("RungBySweeper", rung);
    if (redriven > 0) emf.count("DeadLettersRedriven", redriven);
    if (unreadable > 0) emf.count("DeadLettersUnreadable", unreadable);
    emf.flush();
  };
}
