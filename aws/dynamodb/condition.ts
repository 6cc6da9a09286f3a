/**
 * core's `When` as a ConditionExpression.
 */
import type { When } from "../../core/ports.ts";
import type { Placeholders } from "./expression.ts";

/** All that is given must hold, and the future must exist: an update creates none. */
export function conditionOf(when: When, placeholders: Placeholders): string {
  const { states, turn, token, dueBy, uncancelled, sealed, watchersBelow } = when;
  const { extent, extentBelow, uncancelledBut, awaiting, priorityAbove, lentAbove, unstopped } =
    when;
  const name = (attribute: string) => placeholders.name(attribute);
  const value = (label: string, given: unknown) => placeholders.value(`if_${label}`, given);

  const exists = `attribute_exists(${name("pk")})`;
  const inStates = states && anyOf(name("state"), states, (state) => value(state, state));
  const ofTurn = turn !== undefined && `${name("turn")} = ${value("turn", turn)}`;
  const ofToken = token !== undefined && `${name("token")} = ${value("token", token)}`;
  const isDue =
    dueBy !== undefined && `${absent(name("due"))} OR ${name("due")} <= ${value("due", dueBy)}`;
  const notCancelled = uncancelled && isFalse(name("cancel"), value("false", false));
  const notStopping = unstopped && absent(name("stopping"));
  const cancelledBy =
    uncancelledBut !== undefined &&
    `${isFalse(name("cancel"), value("false", false))} OR ${name("asked")} = ${value("asked", uncancelledBut)}`;
  const awaitsIt =
    awaiting !== undefined && `contains(${name("awaits")}, ${value("awaiting", awaiting)})`;
  const lessUrgent =
    priorityAbove !== undefined && `${name("priority")} > ${value("priorityAbove", priorityAbove)}`;
  const lentLess =
    lentAbove !== undefined &&
    `${absent(name("lent"))} OR ${name("lent")} > ${value("lentAbove", lentAbove)}`;
  const sealedOrNot =
    sealed !== undefined &&
    (sealed
      ? `${name("sealed")} = ${value("true", true)}`
      : isFalse(name("sealed"), value("false", false)));
  const extendsTo =
    extent !== undefined &&
    (extent === 0
      ? `${absent(name("extent"))} OR ${name("extent")} = ${value("extent", 0)}`
      : `${name("extent")} = ${value("extent", extent)}`);
  const extendsLess =
    extentBelow !== undefined &&
    `${absent(name("extent"))} OR ${name("extent")} < ${value("extentBelow", extentBelow)}`;
  const roomForWatcher =
    watchersBelow !== undefined &&
    `${absent(name("watchers"))} OR size(${name("watchers")}) < ${value("watchers", watchersBelow)}`;

  const ofExtent = [extendsTo, extendsLess];
  const ofState = [inStates, ofTurn, ofToken, isDue, notCancelled, notStopping, sealedOrNot];
  const ofCoroutine = [cancelledBy, awaitsIt, lessUrgent, lentLess];
  return [exists, ...ofState, ...ofExtent, ...ofCoroutine, roomForWatcher]
    .filter((each) => typeof each === "string")
    .map((each) => (each.includes(" OR ") ? `(${each})` : each))
    .join(" AND ");
}

function anyOf<T>(name: string, options: readonly T[], value: (option: T) => string): string {
  return `${name} IN (${options.map(value).join(", ")})`;
}

/** Flags are stored only when they are true, or were set to false again. */
function isFalse(name: string, no: string): string {
  return `${absent(name)} OR ${name} = ${no}`;
}

function absent(name: string): string {
  return `attribute_not_exists(${name})`;
}
