/**
 * Which bands are paused: one item with an attribute `<pool>/<band>` for each, so that changes of
 * several operators do not undo one another. It never expires.
 */
import { GetCommand, UpdateCommand, type UpdateCommandInput } from "@aws-sdk/lib-dynamodb";
import type { PauseChange, Pauses, Place, Renewal } from "../../core/pauses.ts";
import type { Store } from "../../core/ports.ts";
import { readItem } from "./commands.ts";
import type { Item } from "./item.ts";
import { PAUSES_KEY } from "./keys.ts";
import type { Table } from "./table.ts";

export function createPauses(table: Table): Pick<Store, "pauses" | "changePauses"> {
  return {
    async pauses() {
      const command = new GetCommand(readItem(table.name, PAUSES_KEY));
      return pausesOf((await table.client.send(command)).Item);
    },

    async changePauses(change) {
      const command = new UpdateCommand(updatePauses(table.name, change));
      return pausesOf((await table.client.send(command)).Attributes);
    },
  };
}

/** Without a condition: each of its clauses bears repeating. */
export function updatePauses(
  table: string,
  { pause, resume = [], renewal }: PauseChange,
): UpdateCommandInput {
  const names: Record<string, string> = {};
  // Names of pools and bands hold hyphens, which placeholders must not.
  const nameOf = (attribute: string) => {
    const placeholder = `#n${Object.keys(names).length}`;
    names[placeholder] = attribute;
    return placeholder;
  };
  const sets = (pause?.places ?? []).map((place) => {
    const name = nameOf(attributeOf(place));
    return `${name} = if_not_exists(${name}, :since)`;
  });
  if (renewal) sets.push(`${nameOf("renewal")} = :renewal`);
  const removals = resume.map((place) => nameOf(attributeOf(place)));
  const values = {
    ...(pause ? { ":since": pause.at } : {}),
    ...(renewal ? { ":renewal": renewal } : {}),
  };
  return {
    TableName: table,
    Key: PAUSES_KEY,
    UpdateExpression: [
      ...(sets.length === 0 ? [] : [`SET ${sets.join(", ")}`]),
      ...(removals.length === 0 ? [] : [`REMOVE ${removals.join(", ")}`]),
    ].join(" "),
    ExpressionAttributeNames: names,
    ...(Object.keys(values).length === 0 ? {} : { ExpressionAttributeValues: values }),
    ReturnValues: "ALL_NEW",
  };
}

/** Neither name holds a slash. */
function attributeOf({ pool, band }: Place): string {
  return `${pool}/${band}`;
}

function pausesOf(item: Item | undefined): Pauses {
  const { pk: _, sk: __, renewal, ...rest } = item ?? {};
  const paused = Object.entries(rest).map(([name, since]) => {
    const [pool = "", band = ""] = name.split("/");
    return { pool, band, since: since as number };
  });
  paused.sort((a, b) => a.since - b.since || (a.pool + a.band < b.pool + b.band ? -1 : 1));
  return renewal === undefined ? { paused } : { paused, renewal: renewal as Renewal };
}
