/** What is said of a source. */

import type { Published } from "../api/catalogue.ts";
import type { CatalogueSource } from "../geo/index.ts";
import { capital, type Texts } from "../texts/texts.ts";

const KW_A_MW = 1_000;

/** Return its name, or what it is where it has none. */
export function sourceName(source: CatalogueSource, texts: Texts): string {
  return source.name ?? capital(texts.label(source.technology, source.ownerKind, source.count));
}

/** Return owner and capacity: "coöperatie · 312 kW". */
export function sourceFacts(source: CatalogueSource, texts: Texts): string {
  const owner = texts.named(`owner.${source.ownerKind}`);
  const technology = texts.named(`tech.${source.technology}`);
  const capacity = capacityText(source, texts);
  return [technology, owner, ...(capacity === null ? [] : [capacity])].join(" · ");
}

/** Return to whom a source, or all of a register, is owed: register, licence and date. */
export function sourceCredit(
  to: { readonly register: string | null; readonly licence: string },
  changedAt: string,
  texts: Texts,
): string {
  return texts.say(to.register === null ? "source.ours" : "source.from", {
    register: to.register ?? "",
    controller: texts.say("source.us"),
    licence: to.licence,
    date: texts.date(changedAt),
  });
}

/** Return to whom all of a register is owed, as its publisher wants to be named. */
export function registerCredit(
  owed: Published["attribution"][number],
  changedAt: string,
  texts: Texts,
): string {
  const { register, attribution, licence, edition } = owed;
  return sourceCredit({ register: attribution ?? register, licence }, edition ?? changedAt, texts);
}

function capacityText(source: CatalogueSource, texts: Texts): string | null {
  if (source.capacityKw !== null) return powerText(source.capacityKw, texts);
  if (source.capacityBandKw === null) return null;
  const [least, most] = source.capacityBandKw;
  const from = texts.kw(least);
  const band =
    most === null
      ? texts.say("capacity.more", { from })
      : texts.say("capacity.range", { from, to: texts.kw(most) });
  return source.count === 1 ? band : texts.say("capacity.each", { capacity: band });
}

function powerText(kw: number, texts: Texts): string {
  if (kw >= KW_A_MW) return texts.say("capacity.mw", { value: texts.kw(kw / KW_A_MW) });
  return texts.say("capacity.kw", { value: texts.kw(kw) });
}
