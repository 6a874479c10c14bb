/**
 * A link that shows the same sources to whoever opens it: the filters and the source that is open.
 *
 * The link stands in the fragment of the address, which no browser sends (RFC 9110, 7.1): nobody is told
 * which source is open when the page is loaded again. It never holds a place: neither the square, nor a
 * typed town, nor the text of the search, which may name one.
 */

import { CAPACITIES, type Capacity, type Criteria, EVERYTHING } from "./finding.ts";

export interface Permalink {
  readonly criteria: Criteria;
  /** The id of a source. */
  readonly opened: string | null;
}

/** Return what the fragment of an address (with its #) asks for; unknown members are ignored. */
export function readPermalink(fragment: string): Permalink {
  const members = new URLSearchParams(fragment.slice(1));
  const capacity = CAPACITIES.find((each) => each === members.get("capacity")) ?? null;
  return {
    criteria: {
      ...EVERYTHING,
      technologies: listed(members.get("technologies")),
      owners: listed(members.get("owners")),
      capacity,
      order: members.get("order") === "capacity" ? "capacity" : "distance",
    },
    opened: members.get("source"),
  };
}

/** Return the fragment of a link, without its #; empty where everything is shown and nothing is open. */
export function writePermalink({ criteria, opened }: Permalink): string {
  const members = new URLSearchParams();
  const told: Readonly<Record<string, string | null>> = {
    technologies: [...criteria.technologies].join(","),
    owners: [...criteria.owners].join(","),
    capacity: criteria.capacity satisfies Capacity | null,
    order: criteria.order === "distance" ? null : criteria.order,
    source: opened,
  };
  for (const [name, value] of Object.entries(told)) {
    if (value !== null && value !== "") members.set(name, value);
  }
  return members.toString();
}

/** Return the words of a list that commas or spaces part. */
export function listed(words: string | null): ReadonlySet<string> {
  return new Set((words ?? "").split(/[\s,]+/).filter((each) => each !== ""));
}
