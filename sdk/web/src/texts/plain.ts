/** Names as they are typed in a hurry. */

/** Return a name without capitals, accents, apostrophes, hyphens or needless spaces. */
export function plain(name: string): string {
  return name
    .normalize("NFD")
    .replace(/[\u0300-\u036f'’.-]/g, "")
    .replace(/\s+/g, " ")
    .trim()
    .toLowerCase();
}
