/** `<nabij-where>`: around what one looks, and how to look around another place. */

import { css, html, nothing, type TemplateResult } from "lit";
import { customElement, property, state } from "lit/decorators.js";
import type { AllPlaces } from "../api/catalogue.ts";
import { NabijElement } from "../elements/base.ts";
import { locate } from "../elements/geolocation.ts";
import { nearestPlace } from "../elements/towns.ts";
import { Cell } from "../geo/index.ts";
import { type Around, isOwn } from "./finding.ts";
import "./place_search.ts";

/** Events: `nabij-around` {Around} where somebody looks elsewhere; `nabij-places-wanted`; `nabij-open` {path}. */
@customElement("nabij-where")
export class NabijWhere extends NabijElement {
  static override styles = [
    ...NabijElement.styles,
    css`
      #elsewhere {
        display: block;
        padding-block: var(--nabij-space);
      }
    `,
  ];

  protected override readonly textPart = "nearby";

  @property({ attribute: false }) around: Around | null = null;
  /** The customer's own square, and when it was told. */
  @property({ attribute: false }) own: Cell | null = null;
  @property({ attribute: false }) told: string | null = null;
  /** Whether the square may be collected; null: nobody is signed in. */
  @property({ attribute: false }) permitted: boolean | null = null;
  @property({ attribute: false }) places: AllPlaces | null = null;

  @state() private isLocationDenied = false;

  protected override render(): TemplateResult {
    return html`
      <div class="stack">
        ${this.around === null ? nothing : this.#heading(this.around)} ${this.#where()}
      </div>
    `;
  }

  #where(): TemplateResult {
    if (this.around !== null) {
      return html`
        <details class="card" id="elsewhere">
          <summary>${this.say("place.elsewhere")}</summary>
          <div class="stack">${this.#search()}</div>
        </details>
        ${this.#invitation()}
      `;
    }
    return html`
      <section class="card" aria-labelledby="where">
        <h2 id="where">${this.say("place.title")}</h2>
        <p>${this.#whyNoSquare()}</p>
        ${this.#search()} ${this.#invitation()}
      </section>
    `;
  }

  #search(): TemplateResult {
    return html`
      <nabij-place .locale=${this.locale} .all=${this.places} @nabij-places-wanted=${() => this.tell("nabij-places-wanted")} @nabij-place=${this.#look}></nabij-place>
      <div>
        <div class="actions">
          <button class="link" aria-describedby="locate" @click=${this.#locate}>
            ${this.say("near.locate")}
          </button>
          ${
            this.own === null || isOwn(this.around)
              ? nothing
              : html`<button class="link" @click=${this.#lookHome}>${this.say("near.own")}</button>`
          }
        </div>
        <p class="quiet small" id="locate" role="status">
          ${this.say(this.isLocationDenied ? "near.locate.denied" : "near.locate.what")}
        </p>
      </div>
    `;
  }

  #whyNoSquare(): string {
    if (this.permitted === null) return this.say("in.without");
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

  #heading(around: Around): TemplateResult {
    const [title, ...why] = this.#aroundTexts(around);
    return html`
      <div class=${isOwn(around) ? "note" : ""}>
        <h2 id="around" tabindex="-1">${title}</h2>
        <p class="small">${why.join(" ")}</p>
      </div>
    `;
  }

  #aroundTexts(around: Around): string[] {
    if (around.kind === "position") return [this.say("near.exact.title"), this.say("near.exact")];
    const { cell, place } = around;
    if (place !== null) return [this.say("near.place", { place }), this.say("near.why.place")];
    const near = nearestPlace(cell, this.places?.places ?? []);
    return [
      near === null ? this.say("near.square.plain") : this.say("near.square", { place: near.name }),
      this.say("near.why"),
      this.told === null ? "" : this.say("near.aged", { date: this.texts.moment(this.told) }),
    ];
  }

  #look = (event: CustomEvent<{ name: string; cell: string }>): void => {
    const { cell, name } = event.detail;
    void this.#lookAround({ kind: "cell", cell: Cell.parse(cell), place: name });
  };

  #lookHome = (): void => {
    if (this.own !== null) void this.#lookAround({ kind: "cell", cell: this.own, place: null });
  };

  #locate = async (): Promise<void> => {
    const position = await locate();
    this.isLocationDenied = position === null;
    if (position !== null) await this.#lookAround({ kind: "position", position });
  };

  async #lookAround(around: Around): Promise<void> {
    this.around = around;
    this.tell("nabij-around", around);
    await this.updateComplete;
    this.renderRoot.querySelector("details")?.removeAttribute("open");
    await this.moveFocus("#around");
  }
}

declare global {
  interface HTMLElementTagNameMap {
    "nabij-where": NabijWhere;
  }
}
