/** `<nabij-filters>`: what somebody wants to see of the sources. */

import { css, html, nothing, type TemplateResult } from "lit";
import { customElement, property } from "lit/decorators.js";
import { NabijElement } from "../elements/base.ts";
import { shape, shapeStyles } from "../elements/shapes.ts";
import type { Key } from "../texts/texts.ts";
import {
  CAPACITIES,
  type Capacity,
  type Criteria,
  EVERYTHING,
  isNarrowed,
  type Order,
} from "./finding.ts";

/** Event: `nabij-criteria` {criteria} once somebody wants something else. */
@customElement("nabij-filters")
export class NabijFilters extends NabijElement {
  static override styles = [
    ...NabijElement.styles,
    shapeStyles,
    css`
      :host {
        display: grid;
        gap: calc(1.5 * var(--nabij-space));
      }
      fieldset {
        display: flex;
        flex-wrap: wrap;
        gap: var(--nabij-space);
        margin: 0;
        padding: 0;
        border: 0;
      }
      button {
        gap: var(--nabij-space);
        padding-inline: calc(1.75 * var(--nabij-space));
        border-radius: 2rem;
        font-weight: 400;
      }
      button[aria-pressed="true"] {
        border-color: var(--nabij-brand);
        background: var(--nabij-brand-soft);
        box-shadow: inset 0 0 0 1px var(--nabij-brand);
        font-weight: 600;
      }
      .fields {
        display: grid;
        grid-template-columns: repeat(auto-fit, minmax(min(11rem, 100%), 1fr));
        gap: calc(1.5 * var(--nabij-space));
      }
      label {
        display: grid;
        gap: 0.25rem;
      }
    `,
  ];

  protected override readonly textPart = "nearby";

  @property({ attribute: false }) criteria: Criteria = EVERYTHING;
  /** What there is to choose from. */
  @property({ attribute: false }) technologies: readonly string[] = [];
  @property({ attribute: false }) owners: readonly string[] = [];

  protected override render(): TemplateResult {
    const { criteria } = this;
    const isDetailed =
      isNarrowed({ ...criteria, technologies: new Set() }) || criteria.order !== "distance";
    return html`
      <fieldset>
        <legend class="hidden">${this.say("filter.technology")}</legend>
        <button aria-pressed=${criteria.technologies.size === 0} @click=${() => this.#refine({ technologies: new Set() })}>
          ${this.say("filter.all")}
        </button>
        ${this.technologies.map((each) => this.#chip(each))}
      </fieldset>
      <details ?open=${isDetailed}>
        <summary>${this.say("filter.more")}</summary>
      <div class="fields small">
        <label>
          ${this.say("filter.name")}
          <input
            type="search"
            autocomplete="off"
            spellcheck="false"
            .value=${criteria.name}
            @input=${(event: InputEvent) => this.#refine({ name: chosenIn(event) })}
          />
        </label>
        ${this.#select(
          "filter.owner",
          [...criteria.owners][0] ?? "",
          this.owners.map((each) => [each, this.texts.named(`owner.${each}`)]),
          (value) => this.#refine({ owners: new Set(value === "" ? [] : [value]) }),
        )}
        ${this.#select(
          "filter.capacity",
          criteria.capacity ?? "",
          CAPACITIES.map((each) => [each, this.say(`filter.capacity.${each}`)]),
          (value) => this.#refine({ capacity: value === "" ? null : (value as Capacity) }),
        )}
        <label>
          ${this.say("filter.order")}
          <select @change=${(event: Event) => this.#refine({ order: chosenIn(event) as Order })}>
            ${(["distance", "capacity"] as const).map(
              (each) => html`
                <option value=${each} ?selected=${criteria.order === each}>
                  ${this.say(`filter.order.${each}`)}
                </option>
              `,
            )}
          </select>
        </label>
      </div>
      </details>
      ${
        isNarrowed(criteria)
          ? html`
              <div>
                <button class="link" @click=${this.#clear}>${this.say("filter.clear")}</button>
              </div>
            `
          : nothing
      }
    `;
  }

  #chip(technology: string): TemplateResult {
    const { technologies } = this.criteria;
    const pressed = technologies.has(technology);
    const toggled = new Set(technologies);
    if (!toggled.delete(technology)) toggled.add(technology);
    return html`
      <button aria-pressed=${pressed} @click=${() => this.#refine({ technologies: toggled })}>
        ${shape(technology)} ${this.texts.named(`tech.${technology}`)}
      </button>
    `;
  }

  #select(
    name: Key,
    chosen: string,
    options: readonly (readonly [value: string, text: string])[],
    choose: (value: string) => void,
  ): TemplateResult {
    return html`
      <label>
        ${this.say(name)}
        <select @change=${(event: Event) => choose(chosenIn(event))}>
          <option value="" ?selected=${chosen === ""}>${this.say("filter.all")}</option>
          ${options.map(
            ([value, text]) => html`
              <option value=${value} ?selected=${chosen === value}>${text}</option>
            `,
          )}
        </select>
      </label>
    `;
  }

  #refine(change: Partial<Criteria>): void {
    this.tell("nabij-criteria", { ...this.criteria, ...change });
  }

  #clear = async (): Promise<void> => {
    this.#refine({ ...EVERYTHING, order: this.criteria.order });
    await this.moveFocus("button");
  };
}

function chosenIn(event: Event): string {
  return (event.target as HTMLInputElement | HTMLSelectElement).value;
}

declare global {
  interface HTMLElementTagNameMap {
    "nabij-filters": NabijFilters;
  }
}
