/** `<nabij-place>`: find a town in the file that everybody gets; what is typed stays in the browser. */

import { css, html, nothing, type TemplateResult } from "lit";
import { customElement, property, query, state } from "lit/decorators.js";
import type { AllPlaces } from "../api/catalogue.ts";
import { NabijElement } from "../elements/base.ts";
import { plain } from "../texts/plain.ts";

type Place = AllPlaces["places"][number];

const MOST_SHOWN = 8;

/**
 * A combobox with a list (WAI-ARIA 1.2). Events: `nabij-places-wanted` once somebody is about to type;
 * `nabij-place` {name, cell} where one was chosen.
 */
@customElement("nabij-place")
export class NabijPlace extends NabijElement {
  static override styles = [
    ...NabijElement.styles,
    css`
      label {
        font-weight: 600;
      }
      ul {
        border: 1px solid var(--nabij-edge);
        border-radius: var(--nabij-radius);
        overflow: hidden;
      }
      li {
        display: flex;
        flex-wrap: wrap;
        align-items: center;
        gap: 0 var(--nabij-space);
        min-height: var(--nabij-target);
        padding: 0.25rem calc(1.75 * var(--nabij-space));
        background: var(--nabij-card);
        cursor: pointer;
      }
      li + li {
        border-top: 1px solid var(--nabij-line);
      }
      li[aria-selected="true"],
      li:hover {
        background: var(--nabij-brand-soft);
        box-shadow: inset 3px 0 var(--nabij-brand);
      }
    `,
  ];

  /** Every place; null while they are not there. */
  @property({ attribute: false }) all: AllPlaces | null = null;

  protected override readonly textPart = "nearby";
  @state() private typed = "";
  @state() private active = 0;
  @query("input") private input!: HTMLInputElement;

  get #found(): Place[] {
    const wanted = plain(this.typed);
    if (wanted === "") return [];
    const begins: Place[] = [];
    const holds: Place[] = [];
    for (const each of this.all?.places ?? []) {
      if (plain(each.name).startsWith(wanted)) begins.push(each);
      else if ([each.name, ...each.other_names].some((name) => plain(name).includes(wanted))) {
        holds.push(each);
      }
      if (begins.length === MOST_SHOWN) break;
    }
    return [...begins, ...holds].slice(0, MOST_SHOWN);
  }

  protected override render(): TemplateResult {
    const found = this.#found;
    const open = found.length > 0;
    return html`
      <div class="stack tight">
        <label for="town">${this.say("place.label")}</label>
        <input
          id="town"
          role="combobox"
          autocomplete="off"
          spellcheck="false"
          aria-autocomplete="list"
          aria-expanded=${open}
          aria-controls="towns"
          aria-activedescendant=${open ? `town-${this.active}` : nothing}
          aria-describedby="hint"
          .value=${this.typed}
          @focus=${() => this.tell("nabij-places-wanted")}
          @input=${this.#type}
          @keydown=${this.#press}
        />
        <ul id="towns" role="listbox" aria-label=${this.say("place.label")} ?hidden=${!open}>
          ${found.map(
            (each, index) => html`
              <li
                id="town-${index}"
                role="option"
                aria-selected=${index === this.active}
                @click=${() => this.#choose(each)}
              >
                <strong>${each.name}</strong> <span class="quiet small">${each.region}</span>
              </li>
            `,
          )}
        </ul>
        <p class="small" role="status">
          ${
            this.typed === "" || this.all === null
              ? ""
              : open
                ? this.texts.count("place.found", found.length)
                : this.say("place.none")
          }
        </p>
        <p class="quiet small" id="hint">
          ${this.say("place.hint")}
          ${this.all === null ? nothing : this.say("place.source", { source: this.all.source })}
        </p>
      </div>
    `;
  }

  #type = (event: InputEvent): void => {
    this.typed = (event.target as HTMLInputElement).value;
    this.active = 0;
  };

  #press = (event: KeyboardEvent): void => {
    const found = this.#found;
    const chosen = found[this.active];
    switch (event.key) {
      case "ArrowDown":
        this.active = Math.min(this.active + 1, found.length - 1);
        break;
      case "ArrowUp":
        this.active = Math.max(this.active - 1, 0);
        break;
      case "Enter":
        if (chosen !== undefined) this.#choose(chosen);
        break;
      case "Escape":
        this.typed = "";
        break;
      default:
        return;
    }
    event.preventDefault();
  };

  #choose(place: Place): void {
    this.typed = "";
    this.input.value = "";
    this.tell("nabij-place", { name: place.name, cell: place.cell });
  }
}

declare global {
  interface HTMLElementTagNameMap {
    "nabij-place": NabijPlace;
  }
}
