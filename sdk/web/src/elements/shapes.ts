/** One shape and one colour for each technology: the shape alone is enough. */

import { html, svg, type TemplateResult } from "lit";

const SHAPES: Readonly<Record<string, TemplateResult>> = {
  solar: svg`<circle cx="9" cy="9" r="6.5"></circle>`,
  wind: svg`<path d="M9 1.5 16.5 16h-15z"></path>`,
  hydro: svg`<path d="M9 1c3.5 5 5.5 7.2 5.5 10.2a5.5 5.5 0 0 1-11 0C3.5 8.2 5.5 6 9 1z"></path>`,
  biogas: svg`<path d="M9 1 17 9 9 17 1 9z"></path>`,
  biomass: svg`<rect x="2.5" y="2.5" width="13" height="13" rx="1"></rect>`,
  geothermal: svg`<path d="M6.5 1.5h5v5h5v5h-5v5h-5v-5h-5v-5h5z"></path>`,
  marine: svg`<path d="M1.5 11a7.5 7.5 0 0 1 15 0z"></path>`,
};

/** Return the shape of a technology; a dash for one that this version does not know. */
export function shape(technology: string): TemplateResult {
  const drawn = SHAPES[technology] ?? svg`<path d="M3 8h12v2H3z"></path>`;
  return html`<svg class="shape ${technology}" viewBox="0 0 18 18" aria-hidden="true">${drawn}</svg>`;
}
