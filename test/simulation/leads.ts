/**
 * What leads to crash points that are seldom reached otherwise: a seed that is told one of them is
 * drawn so that the work gets there. All other seeds are what they would be without.
 */
import type { Config } from "../../core/config.ts";
import type { CallSite } from "./crashPoints.ts";
import type { Rates } from "./faults.ts";
import { aggregate, aWait, largeAggregate } from "./workload/aggregates.ts";
import { cancelOpen, cancelSome, moveAggregate, moveSome, requeue } from "./workload/changes.ts";
import { circle } from "./workload/circles.ts";
import { foreignLetter, redriveSome } from "./workload/deadLetters.ts";
import { readHuge } from "./workload/huge.ts";
import { submitLimited } from "./workload/limited.ts";
import { pauseForLong } from "./workload/longPauses.ts";
import { askDoctorLater, lookAtBands } from "./workload/looking.ts";
import { opened } from "./workload/opened.ts";
import {
  cancelledProgram,
  drawChild,
  programsThat,
  type Statement,
  submitProgram,
} from "./workload/programs.ts";
import { readSome, readTrees } from "./workload/reading.ts";
import { submitHanging, submitLarge, submitMany, submitPadded } from "./workload/tasks.ts";
import { farTimer, promise, timer } from "./workload/timed.ts";
import type { Operation } from "./workload/workload.ts";

export interface Lead {
  /** What callers do in half of all cases. */
  often?: readonly Operation[];
  config?: Partial<Config>;
  maxReceives?: number;
  rates?: Rates;
  /** It is reached so seldom that a process dies whenever one comes there. */
  always?: boolean;
  /** Milliseconds for which faults go on after the last call was answered. */
  troubleMs?: number;
}

/** @param coroutines whether callers submit coroutines */
export function leadTo({ place, method }: CallSite, coroutines = false): Lead {
  const [file] = place.split(":");
  const site = `${file} ${method}`;
  const { programs, ...lead } = LEADS.find(({ to }) => to.test(site)) ?? NONE;
  return coroutines && programs ? { ...lead, often: [...(lead.often ?? []), ...programs] } : lead;
}

interface LeadTo extends Lead {
  /** File and method. */
  to: RegExp;
  /** What callers do as often that submit coroutines. */
  programs?: readonly Operation[];
}

const NONE: LeadTo = { to: /^/ };

const MINUTE_MS = 60_000;

/** Messages return minutes later, and yet the sweeper, which makes many calls, comes to its end. */
const LEFT_LYING: Rates = {
  death: 0.002,
  kill: 0,
  pause: 0,
  "failed call": 0,
  "lost answer": 0,
  "throttled invocation": 0.7,
};

const steps = programsThat((random) =>
  Array.from({ length: 3 }, () => ({
    do: "step",
    milliseconds: random.whole(0, 400),
    atMostOnce: random.chance(0.8),
    fails: random.chance(0.2),
  })),
);

const continuing = programsThat((random) => [
  { do: "await", child: drawChild(random, 2) },
  { do: "continue" },
]);

/** More is delivered to it between two calls than stands in an item. */
const hearingMuch = programsThat((random) => {
  const sleep = (): Statement[] => [{ do: "sleep", seconds: random.whole(1, 3) }];
  return [
    { do: "together", branches: Array.from({ length: 50 }, sleep) },
    { do: "await", child: drawChild(random, 2) },
    { do: "sleep", seconds: 1 },
  ];
});

/** Deeper than what is read with a result. */
const nesting = programsThat((random) => [
  { do: "nest", child: drawChild(random, 2), levels: random.whole(21, 24) },
]);

/** The first that fits. */
const LEADS: readonly LeadTo[] = [
  {
    to: /^core.doctor.queues/,
    often: [askDoctorLater, foreignLetter],
    rates: LEFT_LYING,
  },
  {
    to: /^core.doctor/,
    often: [askDoctorLater, pauseForLong, timer, promise],
    programs: [submitProgram],
    rates: LEFT_LYING,
  },
  {
    to: /deadLetters/,
    often: [foreignLetter, redriveSome, opened, aggregate],
    config: { pageSize: 1, inlineWatchers: 0 },
    maxReceives: 3,
    rates: LEFT_LYING,
    troubleMs: 10 * MINUTE_MS,
  },
  { to: /texts.ts store.blob/, often: [submitLarge], programs: [hearingMuch] },
  {
    to: /addMembers|takenMembers|extent|seal|abandon/,
    often: [opened],
  },
  { to: /continueAs/, programs: [continuing] },
  { to: /endStep|recordStep/, programs: [steps] },
  // A circle is looked for among the watchers in the items (core/usecases/circle.ts).
  {
    to: /listen|circle/,
    programs: [circle, submitProgram],
    config: { inlineWatchers: 1000 },
  },
  { to: /worker.coroutine.outcome/, programs: [nesting] },
  { to: /cancelOne/, often: [cancelSome, opened, cancelOpen, cancelOpen] },
  { to: /askAwaited/, often: [cancelSome], programs: [cancelledProgram] },
  { to: /frozen/, often: [aWait, readSome], config: { inlineReports: 0 } },
  { to: /keep/, often: [aggregate, submitLarge], config: { objectBytes: 400 } },
  { to: /usecases.members/, often: [largeAggregate] },
  {
    to: /move.ts|remind.ts queues|overMembers.ts (store.update|queues)/,
    often: [moveAggregate, moveSome, aggregate],
    config: { pageSize: 1 },
    always: true,
  },
  {
    to: /outcome.ts store.(report|readMany)$/,
    often: [aWait, submitMany],
    config: { leafSize: 64 },
    rates: { death: 0.06 },
  },
  { to: /reconcile/, often: [submitMany], rates: { death: 0.06, "caller gives up": 1 } },
  { to: /submitBatch/, often: [submitMany], rates: { death: 0.06, "caller gives up": 0 } },
  { to: /submit.ts store.read/, often: [submitPadded], always: true },
  { to: /remind.ts store|sweep.ts store/, often: [farTimer], troubleMs: 20 * MINUTE_MS },
  { to: /usecases.renew/, often: [pauseForLong], always: true },
  { to: /usecases.pause/, often: [pauseForLong] },
  { to: /tellWatchers/, config: { pageSize: 1, inlineWatchers: 0 }, always: true },
  { to: /requeue/, often: [requeue] },
  { to: /view.bands/, often: [lookAtBands] },
  { to: /backlog/, often: [submitLimited] },
  { to: /view.download/, often: [readHuge] },
  { to: /view.tree/, often: [readTrees], programs: [submitProgram] },
  { to: /view.|frozen/, often: [readSome, aggregate] },
  { to: /createTimed/, often: [timer], config: { objectBytes: 400 } },
  { to: /approve|settle.ts/, often: [promise] },
  {
    to: /strays/,
    programs: [submitProgram, cancelledProgram],
    rates: { death: 0.03 },
    always: true,
  },
  { to: /worker.heart.ts queues.remove/, often: [submitHanging] },
  {
    to: /worker.coroutine|suspend|wake|lend|makeCalls|strays/,
    programs: [submitProgram, cancelledProgram],
  },
];
