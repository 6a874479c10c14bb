/** `<nabij-source-list>`: sources in order, each with its distance; one of them open. */

import { css, html, nothing, type TemplateResult } from "lit";
import { customElement, property } from "lit/decorators.js";
import { NabijElement } from "../elements/base.ts";
import { shape, shapeStyles } from "../elements/shapes.ts";
import type { CatalogueSource } from "../geo/index.ts";
import type { Distance, Found } from "./finding.ts";
import { sourceCredit, sourceFacts, sourceName } from "./source_text.ts";

const SHORTEST_TOLD_M = 50; // "0,0" is no distance

/** Events: `nabij-opened` {id}, null where one was shut; `nabij-chosen` {id}. */
@customElement("nabij-source-list")
export class NabijSourceList extends NabijElement {
  static override styles = [
    ...NabijElement.styles,
    shapeStyles,
    css`
      :host {
        container-type: inline-size;
      }
      ol > li {
        display: grid;
        grid-template-columns: auto minmax(0, 1fr) auto;
        gap: 0 calc(1.75 * var(--nabij-space));
        align-items: start;
        padding: var(--nabij-space) calc(1.5 * var(--nabij-space));
        border-top: 1px solid var(--nabij-line);
        border-inline-start: 4px solid transparent;
      }
      ol > li.opened {
        border-inline-start-color: var(--nabij-brand);
        border-radius: var(--nabij-radius);
        background: var(--nabij-brand-soft);
      }
      ol .shape {
        margin-top: 0.8rem;
      }
      h3 button {
        justify-content: start;
        padding: 0.25rem 0;
        border: 0;
        background: none;
        color: inherit;
        font-weight: 600;
        text-align: start;
      }
      h3 button:hover {
        text-decoration: underline;
      }
      ol .more {
        grid-column: 2 / 4;
        padding-block: var(--nabij-space);
      }
      .km {
        padding-top: 0.7rem;
        font-weight: 600;
        font-variant-numeric: tabular-nums;
      }
      @container (max-width: 28rem) {
        ol .km {
          grid-column: 2 / 4;
          padding-top: 0;
        }
      }
    `,
  ];

  protected override readonly textPart = "nearby";

  @property({ attribute: false }) rows: readonly Found[] = [];
  /** When the catalogue changed. */
  @property({ attribute: false }) changedAt = "";
  /** The id of the source that is open. */
  @property({ attribute: false }) opened: string | null = null;
  /** The ids of the sources that the customer chose; null: nobody can choose here. */
  @property({ attribute: false }) chosen: ReadonlySet<string> | null = null;

  /** Move the focus to a source. */
  async focusSource(id: string): Promise<void> {
    await this.moveFocus(`[data-source="${CSS.escape(id)}"] button`);
  }

  /** Move the focus to the word that the open source is chosen. */
  async focusChosen(): Promise<void> {
    await this.moveFocus("#chosen");
  }

  protected override render(): TemplateResult {
    const allMadeUp = this.rows.length > 0 && this.rows.every(({ source }) => source.madeUp);
    return html`
      ${allMadeUp ? html`<p class="quiet small">${this.say("source.all.made")}</p>` : nothing}
      <ol>
        ${this.rows.map((each) => this.#row(each, allMadeUp))}
      </ol>
    `;
  }

  #row({ source, distance }: Found, allMadeUp: boolean): TemplateResult {
    const name = sourceName(source, this.texts);
    const language = source.name === null ? this.locale : (source.language ?? nothing);
    const isOpened = source.id === this.opened;
    return html`
      <li class=${isOpened ? "opened" : ""} data-source=${source.id}>
        ${shape(source.technology)}
        <div>
          <h3>
            <button
              aria-expanded=${isOpened}
              lang=${language}
              @click=${() => this.tell("nabij-opened", { id: isOpened ? null : source.id })}
            >
              ${name}
            </button>
          </h3>
          <p class="quiet small">${sourceFacts(source, this.texts)}</p>
        </div>
        <span class="km small">${distance === null ? "" : this.#distance(distance)}</span>
        ${isOpened ? this.#more(source, name, allMadeUp) : nothing}
      </li>
    `;
  }

  #more(source: CatalogueSource, name: string, allMadeUp: boolean): TemplateResult {
    return html`
      <div class="more small stack tight">
        ${source.story === null ? nothing : html`<p lang=${source.language ?? nothing}>${source.story}</p>`}
        ${source.ownerKind === "person" ? html`<p>${this.say("neighbours.why")}</p>` : nothing}
        ${source.madeUp && !allMadeUp ? html`<p>${this.say("source.made")}</p>` : nothing}
        <p class="quiet">${sourceCredit(source, this.changedAt, this.texts)}</p>
        ${this.chosen === null ? nothing : this.#choice(source, name, this.chosen)}
      </div>
    `;
  }

  #distance(distance: Distance): string {
    switch (distance.kind) {
      case "exact":
      case "about":
        return this.say(`dist.${distance.kind}`, { km: this.texts.km(distance.distanceM) });
      case "between": {
        const to = this.texts.km(distance.farthestM);
        if (distance.nearestM < SHORTEST_TOLD_M) return this.say("dist.within", { km: to });
        return this.say("dist.range", { from: this.texts.km(distance.nearestM), to });
      }
    }
  }

  #choice(source: CatalogueSource, name: string, chosen: ReadonlySet<string>): TemplateResult {
    if (chosen.has(source.id)) {
      return html`
        <p id="chosen" role="status" tabindex="-1">
          ✓ ${this.say("choose.done")}. ${this.say("choose.what")}
        </p>
      `;
    }
    return html`
      <div>
        <button aria-label=${this.say("choose.name", { source: name })} @click=${() => this.tell("nabij-chosen", { id: source.id })}>
          ${this.say("choose")}
        </button>
      </div>
    `;
  }
}

declare global {
  interface HTMLElementTagNameMap {
    "nabij-source-list": NabijSourceList;
  }
}
