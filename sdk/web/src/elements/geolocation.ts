/** Where the browser is: asked for only when somebody taps for it, and told to nobody. */

import { type Position, position } from "../geo/index.ts";

const PATIENCE_MS = 20_000;

/** Return where the browser is; null where it does not say. */
export function locate(): Promise<Position | null> {
  return new Promise((resolve) => {
    navigator.geolocation.getCurrentPosition(
      ({ coords }) => resolve(position(coords.latitude, coords.longitude)),
      () => resolve(null),
      { timeout: PATIENCE_MS },
    );
  });
}
