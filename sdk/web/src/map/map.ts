/** `<nabij-map>`: what the list shows, on a map that asks nobody for tiles. */

import { css, html, nothing, type PropertyValues, type TemplateResult, unsafeCSS } from "lit";
import { customElement, property, query, state } from "lit/decorators.js";
import maplibreStyles from "maplibre-gl/dist/maplibre-gl.css?inline";
import type { AllPlaces } from "../api/catalogue.ts";
import { NabijElement } from "../elements/base.ts";
import { shape, shapeStyles } from "../elements/shapes.ts";
import type { CatalogueSource } from "../geo/index.ts";
import type { Around } from "../nearby/finding.ts";
import { type Bounds, MapView, STREETS_HOST } from "./map_view.ts";

/** Event: `nabij-opened` {id} where somebody opened a source. Needs WebGL 2. */
@customElement("nabij-map")
export class NabijMap extends NabijElement {
  static override styles = [
    unsafeCSS(maplibreStyles),
    ...NabijElement.styles,
    shapeStyles,
    css`
      .frame {
        position: relative;
        overflow: hidden;
        border: 1px solid var(--nabij-line);
        border-radius: 1rem;
      }
      .map {
        height: clamp(20rem, 70vh, 40rem);
      }
      canvas:focus-visible {
        outline-offset: -4px;
      }
      .buttons {
        position: absolute;
        inset-block-start: calc(1.5 * var(--nabij-space));
        inset-inline-end: calc(1.5 * var(--nabij-space));
        display: grid;
        gap: var(--nabij-space);
      }
      .buttons button {
        padding: 0;
        font-size: 1.25rem;
      }
      .legend {
        display: flex;
        flex-wrap: wrap;
        gap: 0.25rem calc(2 * var(--nabij-space));
        padding-block: var(--nabij-space);
      }
      .legend li {
        display: flex;
        align-items: center;
        gap: var(--nabij-space);
      }
      .swatch {
        width: 1rem;
        height: 1rem;
        border: 2px solid var(--nabij-square-edge);
        background: var(--nabij-square);
        forced-color-adjust: none;
      }
    `,
  ];

  protected override readonly textPart = "nearby";

  /** What is on the map: every source that fits the filters. */
  @property({ attribute: false }) sources: readonly CatalogueSource[] = [];
  /** Those of the list, which are in view at first. */
  @property({ attribute: false }) listed: readonly CatalogueSource[] = [];
  @property({ attribute: false }) around: Around | null = null;
  @property({ attribute: false }) opened: CatalogueSource | null = null;
  @property({ attribute: false }) places: AllPlaces | null = null;
  /** As `<nabij-nearby>` has it. */
  @property({ attribute: false }) theme: "light" | "dark" | null = null;
  /** Whether PDOK's map may be put under it. */
  @property({ type: Boolean }) streets = false;

  @state() private owed: readonly string[] = [];
  @state() private hasStreets = false;
  @query(".map") private container!: HTMLElement;
  #view: MapView | null = null;

  override connectedCallback(): void {
    super.connectedCallback();
    this.requestUpdate(); // what was drawn went away when it was taken out
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#forget();
  }

  #forget(): void {
    this.#view?.remove();
    this.#view = null;
  }

  /** Wait until everything is drawn. */
  async whenIdle(): Promise<void> {
    await this.#view?.idle();
  }

  protected override updated(changed: PropertyValues<this>): void {
    if (changed.has("locale")) this.#forget(); // its texts and numbers are of one language
    const view = this.#view ?? this.#draw();
    const isNew = this.#view === null;
    this.#view = view;
    if (isNew || changed.has("sources")) view.showSources(this.sources);
    if ((isNew || changed.has("places")) && this.places !== null) view.showTowns(this.places);
    if (isNew || changed.has("around") || this.#listsOthers(changed)) {
      view.showAround(this.around, this.listed);
    }
    if (isNew || changed.has("opened")) view.showOpened(this.opened);
    if (isNew || changed.has("sources")) this.#look(view.bounds);
    if (changed.has("theme") && !isNew) view.repaint();
    if (isNew && this.hasStreets) view.showStreets();
  }

  #listsOthers(changed: PropertyValues<this>): boolean {
    const before = changed.get("listed");
    if (before === undefined) return false;
    const isSame = before.every((each, index) => each.id === this.listed[index]?.id);
    return before.length !== this.listed.length || !isSame;
  }

  #draw(): MapView {
    const texts = {
      "Map.Title": this.say("map.name"),
      "CooperativeGesturesHandler.WindowsHelpText": this.say("map.gesture.ctrl"),
      "CooperativeGesturesHandler.MacHelpText": this.say("map.gesture.mac"),
      "CooperativeGesturesHandler.MobileHelpText": this.say("map.gesture.touch"),
    };
    return new MapView(this.container, this.locale, texts, {
      opened: (id) => this.tell("nabij-opened", { id }),
      moved: (bounds) => this.#look(bounds),
    });
  }

  /** Find to which registers what is in view is owed. */
  #look(bounds: Bounds): void {
    const seen = new Set<string>();
    for (const { position, register, licence } of this.sources) {
      if (bounds.contains([position.longitudeDeg, position.latitudeDeg])) {
        seen.add(`${register ?? this.say("source.us")} (${licence})`);
      }
    }
    this.owed = [...seen].sort();
  }

  protected override render(): TemplateResult {
    const technologies = [...new Set(this.sources.map((each) => each.technology))].sort();
    return html`
      <div class="frame">
        <div class="map"></div>
        <div class="buttons">
          <button aria-label=${this.say("map.in")} @click=${() => this.#view?.zoomBy(1)}>+</button>
          <button aria-label=${this.say("map.out")} @click=${() => this.#view?.zoomBy(-1)}>−</button>
          <button aria-label=${this.say("map.home")} @click=${this.#goHome}>⌂</button>
        </div>
      </div>
      <ul class="legend small" aria-label=${this.say("map.legend")}>
        ${this.around === null ? nothing : html`<li><i class="swatch"></i>${this.#aroundText(this.around)}</li>`}
        ${technologies.map((each) => html`<li>${shape(each)} ${this.texts.named(`tech.${each}`)}</li>`)}
      </ul>
      ${this.#background()}
      <p class="quiet small">
        ${this.owed.length === 0 ? nothing : this.say("map.in.view", { registers: this.texts.list(this.owed) })}
        ${this.say("map.outlines")}
        ${this.hasStreets ? this.say("map.streets.owed") : nothing}
      </p>
    `;
  }

  #aroundText(around: Around): string {
    if (around.kind === "position") return this.say("map.here");
    return this.say(around.place === null ? "map.square" : "map.square.place");
  }

  #background(): TemplateResult | typeof nothing {
    if (!this.streets || this.hasStreets) return nothing;
    return html`
      <p class="small">
        ${this.say("map.foreign", { host: STREETS_HOST })}
        <button class="link" @click=${this.#showStreets}>${this.say("map.streets")}</button>
      </p>
    `;
  }

  #showStreets = (): void => {
    this.hasStreets = true;
    this.#view?.showStreets();
  };

  #goHome = (): void => {
    this.#view?.showAround(this.around, this.listed);
  };
}

declare global {
  interface HTMLElementTagNameMap {
    "nabij-map": NabijMap;
  }
}
