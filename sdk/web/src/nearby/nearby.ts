/** `<nabij-nearby>`: the energy around a square, a typed place or where the browser is. */

import { css, html, nothing, type PropertyValues, type TemplateResult } from "lit";
import { customElement, property, query, state } from "lit/decorators.js";
import { type AllPlaces, fetchCatalogue, fetchPlaces, type Published } from "../api/catalogue.ts";
import { get, orUnreachable, request, type Schemas } from "../api/service.ts";
import { NabijElement } from "../elements/base.ts";
import { drawSquare, squareStyles } from "../elements/square.ts";
import { tokens } from "../elements/styles.ts";
import { townsAround } from "../elements/towns.ts";
import { type CatalogueSource, Cell } from "../geo/index.ts";
import "./filters.ts";
import {
  type Around,
  type Criteria,
  distanceOf,
  EVERYTHING,
  type Found,
  find,
  fits,
  isNarrowed,
  isOwn,
} from "./finding.ts";
import { listed, readPermalink, writePermalink } from "./permalink.ts";
import "./source_list.ts";
import type { NabijSourceList } from "./source_list.ts";
import { registerCredit, sourceName } from "./source_text.ts";
import "./where.ts";

const WIDE_PX = 900;

/**
 * The energy sources around somebody, ranked in the browser from the file that everybody gets.
 *
 * Attributes: `src`, the origin of the service where another one serves the page; `locale` (nl or en);
 * `theme` (light or dark; else as the browser likes it); `k`, how many sources are listed at first;
 * `technologies` and `owners`, which alone are shown; `permalinks`, with which the fragment of the page's
 * address names the filters and the source that is open; `signed-in`, with which the element reads the
 * customer's own square and offers to choose sources; `streets`, with which a visitor may put PDOK's map
 * under ours.
 *
 * Event: `nabij-open` {path} where a link of the page was chosen.
 */
@customElement("nabij-nearby")
export class NabijNearby extends NabijElement {
  static override styles = [
    tokens,
    ...NabijElement.styles,
    squareStyles,
    css`
      :host {
        container-type: inline-size;
      }
      .sides {
        display: grid;
        grid-template-columns: minmax(0, 1fr);
        gap: calc(3 * var(--nabij-space));
        align-items: start;
      }
      .next {
        margin-block: var(--nabij-space);
      }
      .drawn {
        max-width: 20rem;
      }
      @container (min-width: 56rem) {
        .sides.wide {
          grid-template-columns: minmax(0, 5fr) minmax(0, 6fr);
        }
        .sides.wide > :last-child {
          position: sticky;
          inset-block-start: calc(2 * var(--nabij-space));
        }
      }
    `,
  ];

  protected override readonly textPart = "nearby";

  @property() src = "";
  @property({ reflect: true }) theme: "light" | "dark" | null = null;
  @property({ type: Number }) k = 10;
  @property() technologies = "";
  @property() owners = "";
  @property({ type: Boolean }) permalinks = false;
  @property({ type: Boolean, attribute: "signed-in" }) signedIn = false;
  @property({ type: Boolean }) streets = false;
  /** Whether what is shown is what the browser kept. */
  @property({ attribute: false }) offline = !navigator.onLine;

  @state() private published: Published | null = null;
  @state() private places: AllPlaces | null = null;
  @state() private around: Around | null = null;
  @state() private own: Cell | null = null;
  @state() private told: string | null = null;
  @state() private permitted: boolean | null = null;
  @state() private chosen: ReadonlySet<string> = new Set();
  @state() private criteria: Criteria = EVERYTHING;
  @state() private opened: string | null = null;
  /** How many times as many as `k` are listed. */
  @state() private pages = 1;
  /** null: the browser cannot draw one. */
  @state() private map: "hidden" | "shown" | null = "hidden";
  @query("nabij-source-list") private list!: NabijSourceList;

  #selected: Selected | null = null;
  #readingPlaces: Promise<AllPlaces> | null = null;

  override connectedCallback(): void {
    super.connectedCallback();
    addEventListener("online", this.#connect);
    addEventListener("offline", this.#connect);
    addEventListener("hashchange", this.#followPermalink);
    this.#followPermalink();
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    removeEventListener("online", this.#connect);
    removeEventListener("offline", this.#connect);
    removeEventListener("hashchange", this.#followPermalink);
  }

  #followPermalink = (): void => {
    if (this.permalinks)
      ({ criteria: this.criteria, opened: this.opened } = readPermalink(location.hash));
  };

  #connect = (): void => {
    this.offline = !navigator.onLine;
    if (!this.offline) void this.#load();
  };

  protected override willUpdate(changed: PropertyValues<this>): void {
    if (changed.has("signedIn") || changed.has("src")) void this.#load();
  }

  protected override updated(changed: PropertyValues): void {
    const isChanged = ["criteria", "opened"].some((each) => changed.get(each) !== undefined);
    if (!this.permalinks || !isChanged) return;
    const fragment = writePermalink({ criteria: this.criteria, opened: this.opened });
    const address = location.pathname + location.search;
    history.replaceState(history.state, "", fragment === "" ? address : `${address}#${fragment}`);
  }

  async #load(): Promise<void> {
    await this.attempt(async () => {
      this.published = await fetchCatalogue(this.src);
      if (this.signedIn) await this.#loadOwn();
    });
    // Where there is room beside the list, nobody has to ask for it.
    if (this.map === "hidden" && this.offsetWidth >= WIDE_PX) await this.#showMap();
  }

  async #loadOwn(): Promise<void> {
    const [consents, choices, status] = await Promise.all([
      get<Schemas["Consents"]>("/v1/consents"),
      get<Schemas["Choices"]>("/v1/me/choices"),
      get<Schemas["OwnStatus"]>("/v1/me/status"),
    ]);
    this.permitted = consents.permissions.some((each) => each.signal === "gps" && each.allowed);
    this.chosen = new Set(choices.source_ids);
    const newest = status.devices.find((each) => each.cell !== null);
    this.own = newest?.cell ? Cell.parse(newest.cell) : null;
    this.told = newest?.square ?? null;
    if (this.own === null) {
      if (isOwn(this.around)) this.around = null;
      return;
    }
    this.around ??= { kind: "cell", cell: this.own, place: null };
    await this.#loadPlaces();
  }

  /** Download the names of places, once, and only when they are needed: the file is larger than the page. */
  async #loadPlaces(): Promise<void> {
    this.#readingPlaces ??= fetchPlaces(this.src);
    try {
      this.places = await this.#readingPlaces;
    } catch (error) {
      this.#readingPlaces = null;
      throw error;
    }
  }

  #wantPlaces = (): void => {
    void this.attempt(() => this.#loadPlaces());
  };

  protected override render(): TemplateResult {
    const { published } = this;
    const body = published === null ? this.awaited(() => this.#load()) : this.#loaded(published);
    return this.titled(this.say("near.title"), body);
  }

  #loaded(found: Published): TemplateResult {
    const results = this.#found(found);
    return html`
      ${
        this.offline
          ? html`<p class="note" role="status">
              ${this.say("st.offline", { date: this.texts.moment(found.changedAt) })}
            </p>`
          : nothing
      }
      ${this.failed(() => this.#load())}
      <div class="sides ${this.map === "shown" ? "wide" : ""}">
        <div class="stack">
          <nabij-where
            .locale=${this.locale}
            .around=${this.around}
            .own=${this.own}
            .told=${this.told}
            .permitted=${this.permitted}
            .places=${this.places}
            @nabij-places-wanted=${this.#wantPlaces}
            @nabij-around=${this.#look}
          ></nabij-where>
          ${this.#results(found, results)}
        </div>
        ${this.#map(results)}
      </div>
    `;
  }

  // The map

  #map({ selected, found, rows }: Results): TemplateResult {
    switch (this.map) {
      case null:
        return this.#square();
      case "hidden":
        return html`<div><button @click=${this.#showMap}>${this.say("map.show")}</button></div>`;
      case "shown":
        return html`
          <nabij-map
            .locale=${this.locale}
            .theme=${this.theme}
            .sources=${selected.wanted}
            .listed=${found.map(({ source }) => source)}
            .around=${this.around}
            .opened=${rows.find(({ source }) => source.id === this.opened)?.source ?? null}
            .places=${this.places}
            .streets=${this.streets}
            @nabij-opened=${this.#openOnMap}
          ></nabij-map>
        `;
    }
  }

  /** What a browser without WebGL shows: the square, drawn. */
  #square(): TemplateResult {
    const { around } = this;
    return html`
      <div class="card drawn">
        <p class="quiet small">${this.say("map.none")}</p>
        ${
          around?.kind === "cell"
            ? drawSquare(
                townsAround(around.cell, this.places?.places ?? []),
                this.say("dist.exact", { km: this.texts.number(around.cell.resolutionM / 1_000) }),
              )
            : nothing
        }
      </div>
    `;
  }

  #showMap = async (): Promise<void> => {
    if (!canDraw()) {
      this.map = null;
      return;
    }
    await this.attempt(async () => {
      await orUnreachable(import("../map/map.ts"));
      this.map = "shown";
      await this.#loadPlaces();
    });
  };

  // Where one looks

  #look = (event: CustomEvent<Around>): void => {
    this.around = event.detail;
    this.pages = 1;
  };

  // What is shown

  /** Filter the sources, once for each change: with 200,000 the filter and the map's clusters take time. */
  #select(published: Published): Selected {
    const { texts, criteria, technologies, owners } = this;
    const by = [published, texts, criteria, technologies, owners] as const;
    const known = this.#selected;
    if (known !== null && by.every((each, index) => each === known.by[index])) return known;
    const alone = { technologies: listed(technologies), owners: listed(owners) };
    const isOffered = fits({ ...EVERYTHING, ...alone }, () => "");
    const isFitting = fits(criteria, (source) => sourceName(source, texts));
    const offered = published.catalogue.sources.filter(isOffered);
    const isWanted = (source: CatalogueSource) => isOffered(source) && isFitting(source);
    this.#selected = {
      by,
      offered,
      wanted: offered.filter(isFitting),
      isWanted,
      technologies: several(offered.map((each) => each.technology)),
      owners: several(offered.map((each) => each.ownerKind)),
    };
    return this.#selected;
  }

  #found(published: Published): Results {
    const selected = this.#select(published);
    const isAsked = this.around !== null || isNarrowed(this.criteria);
    const k = Math.max(1, this.k) * this.pages;
    const found = isAsked
      ? find(published.catalogue, this.around, k, selected.isWanted, this.criteria.order)
      : [];
    const opened = selected.offered.find((each) => each.id === this.opened);
    const isListed = opened === undefined || found.some(({ source }) => source.id === opened.id);
    const rows = isListed ? found : [...found, this.#beyond(opened)];
    return { selected, found, rows };
  }

  #owed(owed: Published["attribution"][number], changedAt: string): TemplateResult {
    const credit = registerCredit(owed, changedAt, this.texts);
    return owed.url === null ? html`${credit}` : html`<a href=${owed.url}>${credit}</a>`;
  }

  #results({ changedAt, attribution }: Published, results: Results): TemplateResult {
    const { found, rows } = results;
    const { offered, wanted, technologies, owners } = results.selected;
    const hasMore = found.length > 0 && wanted.length > found.length;
    const isGone = this.opened !== null && !offered.some((each) => each.id === this.opened);
    return html`
      <section class="stack" aria-labelledby="filters">
        <h2 id="filters" class="hidden">${this.say("filter.title")}</h2>
        <nabij-filters
          .locale=${this.locale}
          .criteria=${this.criteria}
          .technologies=${technologies}
          .owners=${owners}
          @nabij-criteria=${this.#refine}
        ></nabij-filters>
      </section>
      <section aria-labelledby="list">
        <h2 id="list" class="hidden">${this.say("near.list")}</h2>
        <p class="quiet small" role="status">${this.#count(found.length, offered.length)}</p>
        ${isGone ? html`<p role="alert">${this.say("near.unknown")}</p>` : nothing}
        <nabij-source-list
          .locale=${this.locale}
          .rows=${rows}
          .changedAt=${changedAt}
          .opened=${this.opened}
          .chosen=${this.signedIn ? this.chosen : null}
          @nabij-opened=${this.#open}
          @nabij-chosen=${this.#choose}
        ></nabij-source-list>
        ${hasMore ? html`<button class="next" @click=${this.#showMore}>${this.say("near.more")}</button>` : nothing}
        <div class="quiet small">
          ${attribution.map((each) => html`<p>${this.#owed(each, changedAt)}</p>`)}
        </div>
      </section>
    `;
  }

  /** A source that was opened on the map, or by its link, and is not among the nearest. */
  #beyond(source: CatalogueSource): Found {
    return { source, distance: this.around === null ? null : distanceOf(source, this.around) };
  }

  #count(found: number, offered: number): string {
    if (offered === 0) return this.say("near.none");
    if (found === 0) return isNarrowed(this.criteria) ? this.say("filter.nothing") : "";
    const order = this.around === null ? "capacity" : this.criteria.order;
    const values = { n: this.texts.number(found), total: this.texts.number(offered) };
    return this.say(order === "capacity" ? "near.largest" : "near.nearest", values);
  }

  #refine = (event: CustomEvent<Criteria>): void => {
    this.criteria = event.detail;
    this.pages = 1;
  };

  #showMore = (): void => {
    this.pages += 1;
  };

  #open = (event: CustomEvent<{ id: string | null }>): void => {
    this.opened = event.detail.id;
  };

  #openOnMap = async (event: CustomEvent<{ id: string }>): Promise<void> => {
    this.opened = event.detail.id;
    await this.updateComplete;
    await this.list.focusSource(event.detail.id);
  };

  #choose = async (event: CustomEvent<{ id: string }>): Promise<void> => {
    await this.attempt(async () => {
      const wanted = [...this.chosen, event.detail.id];
      const choices = await request<Schemas["Choices"]>("PUT", "/v1/me/choices", {
        body: { source_ids: wanted },
      });
      this.chosen = new Set(choices.source_ids);
      await this.updateComplete;
      await this.list.focusChosen();
    });
  };
}

/** What fits the attributes and the filters. */
interface Selected {
  /** What it depends on. */
  readonly by: readonly unknown[];
  /** What the page lets one see at all. */
  readonly offered: readonly CatalogueSource[];
  /** What fits the filters. */
  readonly wanted: readonly CatalogueSource[];
  readonly isWanted: (source: CatalogueSource) => boolean;
  /** What there is to choose from. */
  readonly technologies: readonly string[];
  readonly owners: readonly string[];
}

/** What is listed of it. */
interface Results {
  readonly selected: Selected;
  /** What is nearest, or largest. */
  readonly found: readonly Found[];
  /** The same, and the source that is open. */
  readonly rows: readonly Found[];
}

function canDraw(): boolean {
  return document.createElement("canvas").getContext("webgl2") !== null;
}

function several(values: readonly string[]): string[] {
  return [...new Set(values)].sort();
}

declare global {
  interface HTMLElementTagNameMap {
    "nabij-nearby": NabijNearby;
  }
}
