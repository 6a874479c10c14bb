/** What customers read, in Dutch and English: loaded when it is needed. */

import type generated from "./generated.nl.json";
import type nearby from "./nearby.nl.json";
import type base from "./nl.json";

export type Locale = "nl" | "en";
export const LOCALES: readonly Locale[] = ["nl", "en"];

/** Which texts an element needs: those of every element, or those about sources as well. */
export type Part = "base" | "nearby";

type Base = typeof base;
type Nearby = typeof nearby;

/** A key of `nl.json` or `nearby.nl.json`, and of the same in English. */
export type Key = keyof Base | keyof Nearby;

type Stem<K> = K extends `${infer Base}.other` ? Base : never;
/** A key that has a form for one and another for several: `key.one` and `key.other`. */
export type CountedKey = Stem<Key>;

export type Values = Readonly<Record<string, string | number>>;

type Own = Base & Partial<Nearby>;
type Generated = typeof generated;

/** The texts of one language, and how it writes numbers and moments. */
export class Texts {
  readonly locale: Locale;
  readonly shared: Generated;
  readonly #own: Own;

  constructor(locale: Locale, own: Own, shared: Generated) {
    this.locale = locale;
    this.#own = own;
    this.shared = shared;
  }

  /** Return a text with `{x}` filled in. */
  say(key: Key, values: Values = {}): string {
    const text = this.#own[key];
    if (text === undefined) throw new Error(`${key} is of a part that was not loaded.`);
    return filled(text, values);
  }

  /** Return a text in the form that fits `n`, which is filled in as `{n}`. */
  count(key: CountedKey, n: number, values: Values = {}): string {
    const form: Key = `${key}.${n === 1 ? "one" : "other"}`;
    return this.say(form, { ...values, n: this.number(n) });
  }

  /** Return the text of a key that a value is part of ("tech.solar"); one that is not known names itself. */
  named(key: string): string {
    const own: Readonly<Record<string, string>> = this.#own;
    return own[key] ?? key.slice(key.indexOf(".") + 1);
  }

  /** Return what a value of the service is called. */
  value(name: string): string {
    const values: Readonly<Record<string, string>> = this.shared.values;
    return values[name] ?? name;
  }

  /** Return what a source without a name is, and whose. */
  label(technology: string, ownerKind: string, count: number): string {
    const nouns: Readonly<Record<string, readonly string[]>> = this.shared.nouns;
    const [one = "", several = ""] = nouns[technology] ?? this.shared.other;
    if (ownerKind !== "person") return one;
    const [ofOne = "", ofSeveral = ""] = this.shared.whose;
    return count === 1 ? `${one} ${ofOne}` : `${this.number(count)} ${several} ${ofSeveral}`;
  }

  /** Return a number with at most so many decimals. */
  number(value: number, decimals = 0): string {
    const digits = { maximumFractionDigits: decimals, minimumFractionDigits: decimals };
    return new Intl.NumberFormat(this.#tag, digits).format(value);
  }

  /** Return a length in kilometres: "0,8" and "12". */
  km(metres: number): string {
    const km = metres / 1000;
    return this.number(km, km < 10 ? 1 : 0);
  }

  /** Return a capacity, without needless decimals. */
  kw(value: number): string {
    return new Intl.NumberFormat(this.#tag, { maximumFractionDigits: 1 }).format(value);
  }

  /** Return a day in the reader's time zone. */
  date(moment: string | Date): string {
    return this.#moment(moment, { dateStyle: "long" });
  }

  /** Return a day and the time. */
  moment(moment: string | Date): string {
    return this.#moment(moment, { dateStyle: "long", timeStyle: "short" });
  }

  /** Return the time to the second. */
  time(moment: string | Date): string {
    return this.#moment(moment, { timeStyle: "medium" });
  }

  /** Return texts as a list in a sentence: "vierkant, wifi en mobiel netwerk". */
  list(texts: readonly string[]): string {
    return new Intl.ListFormat(this.#tag).format(texts);
  }

  get #tag(): string {
    return this.locale === "nl" ? "nl-NL" : "en-GB";
  }

  #moment(moment: string | Date, style: Intl.DateTimeFormatOptions): string {
    return new Intl.DateTimeFormat(this.#tag, style).format(new Date(moment));
  }
}

const loaded = new Map<string, Promise<Texts>>();

/** Load the texts of a language, once. */
export function loadTexts(locale: Locale, part: Part = "base"): Promise<Texts> {
  const name = `${part}.${locale}`;
  const found = loaded.get(name) ?? load(locale, part);
  loaded.set(name, found);
  return found;
}

async function load(locale: Locale, part: Part): Promise<Texts> {
  const [own, shared, more] = await Promise.all([
    locale === "nl" ? import("./nl.json") : import("./en.json"),
    locale === "nl" ? import("./generated.nl.json") : import("./generated.en.json"),
    part === "nearby" ? loadNearby(locale) : {},
  ]);
  return new Texts(locale, { ...own.default, ...more }, shared.default);
}

async function loadNearby(locale: Locale): Promise<Nearby> {
  const file = locale === "nl" ? import("./nearby.nl.json") : import("./nearby.en.json");
  return (await file).default;
}

/** Return the customer's sentence for a problem of the service; loaded only when one is met. */
export async function problemText(slug: string, texts: Texts): Promise<string> {
  const loading =
    texts.locale === "nl" ? import("./problems.nl.json") : import("./problems.en.json");
  const problems: Readonly<Record<string, string>> = (await loading).default;
  return problems[slug] ?? texts.say("st.error");
}

/** Return a text that begins with a capital. */
export function capital(text: string): string {
  return text.slice(0, 1).toUpperCase() + text.slice(1);
}

function filled(text: string, values: Values): string {
  return text.replace(/\{(\w+)\}/g, (_, name: string) => String(values[name] ?? ""));
}
