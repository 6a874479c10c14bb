/** The square that somebody is known by, drawn at its size among its neighbours. */

import { css, html, svg, type TemplateResult } from "lit";

/** A town, so many squares east and north of the one in the middle. */
export interface Town {
  readonly name: string;
  readonly east: number;
  readonly north: number;
}

export const SQUARES_ACROSS = 7;
export const SQUARES_DOWN = 5;
const SIDE = 40;

/** Return a drawing of 7 by 5 squares, one of them marked in the middle, north up, and towns. */
export function drawSquare(towns: readonly Town[], scale: string): TemplateResult {
  const [width, height] = [SQUARES_ACROSS * SIDE, SQUARES_DOWN * SIDE];
  const [left, top] = [((SQUARES_ACROSS - 1) / 2) * SIDE, ((SQUARES_DOWN - 1) / 2) * SIDE];
  return html`
    <svg viewBox="0 0 ${width} ${height}" class="grid" aria-hidden="true">
      <path class="lines" d=${lines(width, height)}></path>
      <rect class="own" x=${left} y=${top} width=${SIDE} height=${SIDE}></rect>
      ${towns.map(named)}
      <g class="scale">
        <path d="M ${left} ${top + SIDE + 10} h ${SIDE} m -${SIDE} -4 v 8 m ${SIDE} -8 v 8"></path>
        <text x=${left + SIDE / 2} y=${top + SIDE + 26} text-anchor="middle">${scale}</text>
      </g>
    </svg>
  `;
}

function named({ name, east, north }: Town): TemplateResult {
  const [across, down] = [(SQUARES_ACROSS - 1) / 2, (SQUARES_DOWN - 1) / 2];
  const [x, y] = [(across + east + 0.5) * SIDE, (down - north + 0.5) * SIDE];
  const anchor = east > across - 1 ? "end" : east < 1 - across ? "start" : "middle";
  return svg`
    <circle class="town" cx=${x} cy=${y} r="2"></circle>
    <text x=${x} y=${y - 6} text-anchor=${anchor}>${name}</text>
  `;
}

function lines(width: number, height: number): string {
  const down = Array.from(
    { length: SQUARES_ACROSS - 1 },
    (_, n) => `M${(n + 1) * SIDE} 0V${height}`,
  );
  const across = Array.from(
    { length: SQUARES_DOWN - 1 },
    (_, n) => `M0 ${(n + 1) * SIDE}H${width}`,
  );
  return [...down, ...across].join("");
}

export const squareStyles = css`
  .grid {
    display: block;
    width: 100%;
    border-radius: var(--nabij-radius);
    background: var(--nabij-brand-soft);
    font: 600 11px var(--nabij-font);
  }
  .grid .lines {
    stroke: var(--nabij-line);
  }
  .grid .own {
    fill: var(--nabij-square);
    fill-opacity: 0.45;
    stroke: var(--nabij-square-edge);
    stroke-width: 2.5;
    forced-color-adjust: none;
  }
  .grid .scale path {
    fill: none;
    stroke: var(--nabij-ink);
  }
  .grid text,
  .grid .town {
    fill: var(--nabij-ink);
    paint-order: stroke;
    stroke: var(--nabij-brand-soft);
    stroke-width: 3;
    stroke-linejoin: round;
  }
`;
