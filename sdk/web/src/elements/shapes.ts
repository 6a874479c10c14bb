/** One shape and one colour for each technology: the shape alone is enough. */

import { css, html, type TemplateResult } from "lit";

/** The side of the square that the shapes are drawn in. */
export const SHAPE_SIDE = 18;

/** Each technology, and the outline of its shape (SVG path data). */
export const SHAPES: Readonly<Record<string, string>> = {
  solar: "M2.5 9a6.5 6.5 0 1 0 13 0a6.5 6.5 0 1 0-13 0z",
  wind: "M9 1.5 16.5 16h-15z",
  hydro: "M9 1c3.5 5 5.5 7.2 5.5 10.2a5.5 5.5 0 0 1-11 0C3.5 8.2 5.5 6 9 1z",
  biogas: "M9 0.5 15.5 9 9 17.5 2.5 9z",
  biomass: "M2.5 2.5h13v13h-13z",
  geothermal: "M6.5 1.5h5v5h5v5h-5v5h-5v-5h-5v-5h5z",
  marine: "M1.5 11a7.5 7.5 0 0 1 15 0z",
};

const UNKNOWN = "M3 8h12v2H3z";

/** Return the outline of a technology's shape; a dash for one that this version does not know. */
export function outline(technology: string): string {
  return SHAPES[technology] ?? UNKNOWN;
}

/** Return the shape of a technology. */
export function shape(technology: string): TemplateResult {
  return html`
    <svg class="shape ${technology}" viewBox="0 0 ${SHAPE_SIDE} ${SHAPE_SIDE}" aria-hidden="true">
      <path d=${outline(technology)}></path>
    </svg>
  `;
}

export const shapeStyles = css`
  .shape {
    flex: none;
    width: 1.125rem;
    height: 1.125rem;
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
`;
