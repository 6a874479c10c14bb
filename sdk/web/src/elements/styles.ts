/** The look of every element: tokens as custom properties of the host, and what they share. */

import { css } from "lit";

/** A page themes an element by setting these on it. */
export const tokens = css`
  :host {
    color-scheme: light dark;
    --nabij-paper: light-dark(#faf8f3, #151714);
    --nabij-card: light-dark(#ffffff, #1e211d);
    --nabij-line: light-dark(#ded9cd, #363a33);
    --nabij-edge: light-dark(#7f7a6c, #7f8578);
    --nabij-ink: light-dark(#1d1f1c, #edece6);
    --nabij-quiet: light-dark(#5c5f57, #b3b6ab);
    --nabij-brand: light-dark(#14532d, #8fd0a0);
    --nabij-brand-soft: light-dark(#e4efe4, #24352a);
    --nabij-square: #f5b921;
    --nabij-square-edge: light-dark(#8a5a00, #f5b921);
    --nabij-square-soft: light-dark(#fdf1cf, #3a3013);
    --nabij-water: light-dark(#c9e0e8, #2f4f5c);
    --nabij-solar: light-dark(#b16d14, #fe5a10);
    --nabij-wind: light-dark(#0a54c2, #4f8df5);
    --nabij-hydro: light-dark(#098b88, #b3f2f2);
    --nabij-biogas: light-dark(#3a5b23, #a6c78a);
    --nabij-biomass: light-dark(#3b291c, #a08361);
    --nabij-geothermal: light-dark(#9c275a, #f46eae);
    --nabij-marine: light-dark(#2e1d73, #cdb3f6);
    --nabij-font: ui-sans-serif, system-ui, "Segoe UI", Roboto, "Helvetica Neue", "DejaVu Sans",
      sans-serif;
    --nabij-mono: ui-monospace, "SF Mono", Menlo, "DejaVu Sans Mono", monospace;
    --nabij-text: 1rem;
    --nabij-small: 0.875rem;
    --nabij-h1: 1.75rem;
    --nabij-h2: 1.25rem;
    --nabij-space: 0.5rem;
    --nabij-radius: 0.625rem;
    --nabij-target: 2.75rem;
  }
  :host([theme="light"]) {
    color-scheme: light;
  }
  :host([theme="dark"]) {
    color-scheme: dark;
  }
`;

export const shared = css`
  :host {
    display: block;
    color: var(--nabij-ink);
    font: var(--nabij-text) / 1.5 var(--nabij-font);
    overflow-wrap: anywhere;
  }
  :host([hidden]) {
    display: none;
  }
  *,
  *::before,
  *::after {
    box-sizing: border-box;
    min-width: 0;
  }
  h1,
  h2,
  h3,
  p,
  ul,
  ol,
  dl,
  dd,
  figure,
  pre {
    margin: 0;
    padding: 0;
  }
  h1 {
    font-size: var(--nabij-h1);
    line-height: 1.2;
    letter-spacing: -0.01em;
  }
  h2 {
    font-size: var(--nabij-h2);
    line-height: 1.3;
  }
  h3 {
    font-size: var(--nabij-text);
  }
  h1:focus {
    outline: none;
  }
  ul,
  ol {
    list-style: none;
  }
  a {
    color: var(--nabij-brand);
  }
  a.block {
    display: inline-flex;
    align-items: center;
    min-height: var(--nabij-target);
  }
  button,
  .button {
    display: inline-flex;
    align-items: center;
    justify-content: center;
    min-width: var(--nabij-target);
    min-height: var(--nabij-target);
    padding: var(--nabij-space) calc(2.25 * var(--nabij-space));
    border: 1.5px solid var(--nabij-edge);
    border-radius: var(--nabij-radius);
    background: var(--nabij-card);
    color: var(--nabij-ink);
    font: inherit;
    font-weight: 600;
    text-align: center;
    text-decoration: none;
    cursor: pointer;
  }
  button:hover,
  .button:hover {
    border-color: var(--nabij-ink);
  }
  /* Not disabled: that would take the focus away. */
  button[aria-disabled="true"] {
    color: var(--nabij-quiet);
    cursor: progress;
  }
  button.link {
    padding-inline: 0;
    border-color: transparent;
    background: none;
    color: var(--nabij-brand);
    font-weight: 500;
    text-decoration: underline;
    text-underline-offset: 0.2em;
  }
  input,
  select {
    width: 100%;
    min-height: var(--nabij-target);
    padding: var(--nabij-space) calc(1.75 * var(--nabij-space));
    border: 1.5px solid var(--nabij-edge);
    border-radius: var(--nabij-radius);
    background: var(--nabij-card);
    color: var(--nabij-ink);
    font: inherit;
  }
  :focus-visible {
    outline: 3px solid var(--nabij-brand);
    outline-offset: 2px;
  }
  summary {
    display: flex;
    align-items: center;
    gap: var(--nabij-space);
    min-height: var(--nabij-target);
    color: var(--nabij-brand);
    font-weight: 500;
    cursor: pointer;
  }
  summary::before {
    content: "▸";
  }
  details[open] > summary::before {
    content: "▾";
  }
  pre {
    padding: calc(1.5 * var(--nabij-space)) calc(2 * var(--nabij-space));
    border-radius: var(--nabij-radius);
    background: var(--nabij-paper);
    font: 0.8125rem / 1.5 var(--nabij-mono);
    white-space: pre-wrap;
  }
  .card {
    display: grid;
    grid-template-columns: minmax(0, 1fr);
    gap: calc(2 * var(--nabij-space));
    align-content: start;
    padding: calc(2.5 * var(--nabij-space)) calc(3 * var(--nabij-space));
    border: 1px solid var(--nabij-line);
    border-radius: 1rem;
    background: var(--nabij-card);
  }
  .stack {
    display: grid;
    grid-template-columns: minmax(0, 1fr);
    gap: calc(2.5 * var(--nabij-space));
  }
  .tight {
    gap: var(--nabij-space);
  }
  .two {
    display: grid;
    grid-template-columns: minmax(0, 1fr) minmax(0, 1fr);
    gap: calc(1.5 * var(--nabij-space));
  }
  .actions {
    display: flex;
    flex-wrap: wrap;
    align-items: center;
    gap: var(--nabij-space) calc(2 * var(--nabij-space));
  }
  .quiet {
    color: var(--nabij-quiet);
  }
  .small {
    font-size: var(--nabij-small);
  }
  .number {
    font-variant-numeric: tabular-nums;
  }
  .note {
    padding: calc(1.5 * var(--nabij-space)) calc(2 * var(--nabij-space));
    border-inline-start: 4px solid var(--nabij-square-edge);
    border-radius: var(--nabij-radius);
    background: var(--nabij-square-soft);
  }
  .hidden {
    position: absolute;
    width: 1px;
    height: 1px;
    overflow: hidden;
    clip-path: inset(50%);
    white-space: nowrap;
  }
  .facts {
    display: grid;
    grid-template-columns: 7.5rem minmax(0, 1fr);
    gap: calc(0.75 * var(--nabij-space)) calc(2 * var(--nabij-space));
  }
  .facts dt {
    color: var(--nabij-quiet);
  }
  .bone {
    height: 1rem;
    border-radius: 6px;
    background: var(--nabij-line);
    animation: breathe 1.6s ease-in-out infinite alternate;
  }
  .bone:nth-child(2) {
    width: 80%;
  }
  .bone:nth-child(3) {
    width: 55%;
  }
  @keyframes breathe {
    to {
      opacity: 0.45;
    }
  }
  @media (prefers-reduced-motion: reduce) {
    *,
    *::before,
    *::after {
      animation: none !important;
      transition: none !important;
      scroll-behavior: auto !important;
    }
  }
  @media (max-width: 35rem) {
    .card {
      padding: calc(2 * var(--nabij-space));
    }
    .facts {
      grid-template-columns: minmax(0, 1fr);
      gap: 0;
    }
    .facts dd {
      margin-bottom: var(--nabij-space);
    }
  }
  @media (max-width: 22rem) {
    .two {
      grid-template-columns: minmax(0, 1fr);
    }
  }
  @media print {
    .no-print {
      display: none !important;
    }
    .card {
      border-color: #999;
      break-inside: avoid;
    }
  }
`;
