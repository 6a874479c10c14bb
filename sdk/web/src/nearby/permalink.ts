/**
 * An address that shows the same sources to whoever opens it: the filters and the source that was opened.
 *
 * Never a place: neither the square, nor a typed town, nor what was searched for, which may be one.
 */

import { CAPACITIES, type Capacity, EVERYTHING, type Wish } from "./finding.ts";

export interface Permalink {
  readonly wish: Wish;
  /** The id of a source. */
  readonly opened: string | null;
}

/** Return what the query of an address asks for; what it does not know it passes over. */
export function readPermalink(query: string): Permalink {
  const members = new URLSearchParams(query);
  const capacity = CAPACITIES.find((each) => each === members.get("capacity")) ?? null;
  return {
    wish: {
      ...EVERYTHING,
      technologies: listed(members.get("technologies")),
      owners: listed(members.get("owners")),
      capacity,
      order: members.get("order") === "capacity" ? "capacity" : "distance",
    },
    opened: members.get("source"),
  };
}

/** Return a query with the link in it; its other members stay. */
export function writePermalink(query: string, { wish, opened }: Permalink): string {
  const members = new URLSearchParams(query);
  const told: Readonly<Record<string, string | null>> = {
    technologies: [...wish.technologies].join(","),
    owners: [...wish.owners].join(","),
    capacity: wish.capacity satisfies Capacity | null,
    order: wish.order === "distance" ? null : wish.order,
    source: opened,
  };
  for (const [name, value] of Object.entries(told)) {
    if (value === null || value === "") members.delete(name);
    else members.set(name, value);
  }
  return members.toString();
}

/** Return the words of a list that commas or spaces part. */
export function listed(words: string | null): ReadonlySet<string> {
  return new Set((words ?? "").split(/[\s,]+/).filter((each) => each !== ""));
}
