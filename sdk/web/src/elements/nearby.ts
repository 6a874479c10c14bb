/** `<nabij-nearby>`: the sources around a square or a typed place, ranked in the browser. */

import { css, html, nothing, type PropertyValues, type TemplateResult } from "lit";
import { customElement, property, state } from "lit/decorators.js";
import { fetchCatalogue, type Published } from "../api/catalogue.ts";
import { get, getPublic, request, type Schemas } from "../api/service.ts";
import { type CatalogueSource, Cell, project } from "../geo/index.ts";
import { NabijElement } from "./base.ts";
import "./place_search.ts";
import { shape } from "./shapes.ts";
import { sourceFacts, sourceName } from "./source_text.ts";
import { type NamedPlace, nearestPlace } from "./towns.ts";

const K = 10;
const SHORTEST_TOLD_M = 50; // "0,0" is no distance
const HALF_DIAGONAL_M = 1_000 * Math.SQRT1_2;

interface Around {
  readonly cell: Cell;
  /** The place that was typed; null: the customer's own square. */
  readonly place: string | null;
}

/**
 * Attributes: `locale`; `signed-in`, with which the customer's own square is looked up and sources can be
 * chosen. Event: `nabij-open` {path}.
 */
@customElement("nabij-nearby")
export class NabijNearby extends NabijElement {
  static override styles = [
    ...NabijElement.styles,
    css`
      ol {
        margin-top: var(--nabij-space);
      }
      ol > li {
        display: grid;
        grid-template-columns: auto minmax(0, 1fr) auto;
        gap: 0.25rem calc(1.75 * var(--nabij-space));
        align-items: start;
        padding-block: calc(1.75 * var(--nabij-space));
        border-top: 1px solid var(--nabij-line);
      }
      ol .more {
        grid-column: 2 / 4;
      }
      .km {
        font-weight: 600;
        font-variant-numeric: tabular-nums;
      }
      @media (max-width: 28rem) {
        ol .km {
          grid-column: 2 / 4;
        }
      }
      .shape {
        width: 1.125rem;
        height: 1.125rem;
        margin-top: 0.2rem;
        forced-color-adjust: none;
      }
      .solar {
        fill: var(--nabij-solar);
      }
      .wind {
        fill: var(--nabij-wind);
      }
      .hydro {
        fill: var(--nabij-hydro);
      }
      .biogas {
        fill: var(--nabij-biogas);
      }
      .biomass {
        fill: var(--nabij-biomass);
      }
      .geothermal {
        fill: var(--nabij-geothermal);
      }
      .marine {
        fill: var(--nabij-marine);
      }
    `,
  ];

  @property({ type: Boolean, attribute: "signed-in" }) signedIn = false;

  @state() private published: Published | null = null;
  @state() private around: Around | null = null;
  @state() private own: Cell | null = null;
  @state() private told: string | null = null;
  @state() private permitted: boolean | null = null;
  @state() private places: readonly NamedPlace[] = [];
  @state() private chosen: ReadonlySet<string> = new Set();
  @state() private offline = !navigator.onLine;
  #loadedAt = new Date();

  override connectedCallback(): void {
    super.connectedCallback();
    addEventListener("online", this.#connect);
    addEventListener("offline", this.#connect);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    removeEventListener("online", this.#connect);
    removeEventListener("offline", this.#connect);
  }

  #connect = (): void => {
    this.offline = !navigator.onLine;
    if (!this.offline) void this.#load();
  };

  protected override willUpdate(changed: PropertyValues<this>): void {
    if (changed.has("signedIn")) void this.#load();
  }

  async #load(): Promise<void> {
    await this.attempt(async () => {
      this.published = await fetchCatalogue();
      this.#loadedAt = new Date();
      if (!this.signedIn) return;
      const { permissions } = await get<Schemas["Consents"]>("/v1/consents");
      this.permitted = permissions.some((each) => each.signal === "gps" && each.allowed);
      this.chosen = new Set((await get<Schemas["Choices"]>("/v1/me/choices")).source_ids);
      const { devices } = await get<Schemas["OwnStatus"]>("/v1/me/status");
      const newest = devices.find((each) => each.cell !== null);
      this.own = newest?.cell ? Cell.parse(newest.cell) : null;
      this.told = newest?.square ?? null;
      if (this.own === null) return;
      this.places = (await getPublic<Schemas["AllPlaces"]>("/v1/places/all")).places;
      this.around ??= { cell: this.own, place: null };
    });
  }

  protected override render(): TemplateResult {
    const { published } = this;
    const body = published === null ? this.awaited(() => this.#load()) : this.#loaded(published);
    return this.titled(this.say("near.title"), body);
  }

  #loaded(found: Published): TemplateResult {
    return html`
      ${
        this.offline
          ? html`<p class="note" role="status">
              ${this.say("st.offline", { date: this.texts.moment(this.#loadedAt) })}
            </p>`
          : nothing
      }
      ${this.failed(() => this.#load())} ${this.#shown(found)}
    `;
  }

  #shown(found: Published): TemplateResult {
    return html`
      ${this.around === null ? nothing : this.#heading(this.around)}
      <section class="card" aria-labelledby="where">
        <h2 id="where">${this.say("place.title")}</h2>
        ${this.around === null ? html`<p>${this.#whyNoSquare()}</p>` : nothing}
        <nabij-place .locale=${this.locale} @nabij-place=${this.#look}></nabij-place>
        ${
          this.own !== null && this.around?.place !== null
            ? html`
                <div>
                  <button class="link" @click=${this.#lookHome}>${this.say("near.own")}</button>
                </div>
              `
            : nothing
        }
        ${this.#invitation()}
      </section>
      ${this.around === null ? nothing : this.#list(found, this.around)}
    `;
  }

  #whyNoSquare(): string {
    if (!this.signedIn) return this.say("in.without");
    return this.say(this.permitted ? "st.unknown" : "st.refused");
  }

  #invitation(): TemplateResult | typeof nothing {
    if (this.permitted !== false) return nothing;
    return html`
      <p class="quiet small">
        ${this.say("ask.invite")}
        <a href="/consent" @click=${this.followLink}>${this.say("ask.invite.do")}</a>
      </p>
    `;
  }

  #heading({ cell, place }: Around): TemplateResult {
    if (place !== null) {
      return html`
        <div>
          <p><strong>${this.say("near.place", { place })}</strong></p>
          <p class="quiet small">${this.say("near.why.place")}</p>
        </div>
      `;
    }
    const near = nearestPlace(cell, this.places);
    return html`
      <div class="note">
        <p>
          <strong>
            ${
              near === null
                ? this.say("near.square.plain")
                : this.say("near.square", { place: near.name })
            }
          </strong>
        </p>
        <p class="small">
          ${this.say("near.why")}
          ${this.told === null ? nothing : this.say("near.aged", { date: this.texts.moment(this.told) })}
        </p>
      </div>
    `;
  }

  #list(found: Published, { cell }: Around): TemplateResult {
    const sources = found.catalogue.candidates(cell, K);
    const allMadeUp = sources.length > 0 && sources.every((each) => each.madeUp);
    return html`
      <section aria-labelledby="count">
        <p class="quiet small" id="count" role="status">
          ${
            sources.length === 0
              ? this.say("near.none")
              : this.texts.count("near.count", sources.length)
          }
        </p>
        ${allMadeUp ? html`<p class="quiet small">${this.say("source.all.made")}</p>` : nothing}
        <ol>
          ${sources.map((each) => this.#source(each, cell, allMadeUp))}
        </ol>
        <div class="quiet small">
          ${found.attribution.map(
            (each) => html`
              <p>
                ${this.say(each.register === null ? "source.ours" : "source.from", {
                  register: each.register ?? "",
                  controller: this.say("source.us"),
                  licence: each.licence,
                  date: this.texts.date(found.changedAt),
                })}
              </p>
            `,
          )}
        </div>
      </section>
    `;
  }

  #source(source: CatalogueSource, cell: Cell, allMadeUp: boolean): TemplateResult {
    const name = sourceName(source, this.texts);
    const language = source.name === null ? this.locale : (source.language ?? nothing);
    return html`
      <li>
        ${shape(source.technology)}
        <div>
          <h2 class="small" lang=${language}>${name}</h2>
          <p class="quiet small">${sourceFacts(source, this.texts)}</p>
        </div>
        <span class="km small">${this.#distance(source, cell)}</span>
        <div class="more small stack tight">
          ${source.story === null ? nothing : html`<p lang=${source.language ?? nothing}>${source.story}</p>`}
          ${source.ownerKind === "person" ? html`<p class="quiet">${this.say("neighbours.why")}</p>` : nothing}
          ${source.madeUp && !allMadeUp ? html`<p class="quiet">${this.say("source.made")}</p>` : nothing}
          ${this.signedIn ? this.#choice(source, name) : nothing}
        </div>
      </li>
    `;
  }

  #distance(source: CatalogueSource, cell: Cell): string {
    const bounds = cell.distanceInterval(project(source.position));
    // A neighbour's roof stands somewhere in a square of 1 km, of which this is the middle.
    const slackM = source.located === "cell" ? HALF_DIAGONAL_M : 0;
    const [nearestM, farthestM] = [bounds.nearestM - slackM, bounds.farthestM + slackM];
    const to = this.texts.km(farthestM);
    if (nearestM < SHORTEST_TOLD_M) return this.say("dist.within", { km: to });
    return this.say("dist.range", { from: this.texts.km(nearestM), to });
  }

  #choice(source: CatalogueSource, name: string): TemplateResult {
    if (this.chosen.has(source.id)) {
      return html`<p role="status" tabindex="-1" data-source=${source.id}>✓ ${this.say("choose.done")}. ${this.say("choose.what")}</p>`;
    }
    return html`
      <div>
        <button
          class="link"
          aria-label=${this.say("choose.name", { source: name })}
          @click=${() => this.#choose(source)}
        >
          ${this.say("choose")}
        </button>
      </div>
    `;
  }

  async #choose(source: CatalogueSource): Promise<void> {
    await this.attempt(async () => {
      const wanted = [...this.chosen, source.id];
      const choices = await request<Schemas["Choices"]>("PUT", "/v1/me/choices", {
        body: { source_ids: wanted },
      });
      this.chosen = new Set(choices.source_ids);
      await this.moveFocus(`[data-source="${CSS.escape(source.id)}"]`);
    });
  }

  #look = (event: CustomEvent<{ name: string; cell: string }>): void => {
    this.around = { cell: Cell.parse(event.detail.cell), place: event.detail.name };
  };

  #lookHome = (): void => {
    if (this.own !== null) this.around = { cell: this.own, place: null };
  };
}

declare global {
  interface HTMLElementTagNameMap {
    "nabij-nearby": NabijNearby;
  }
}
