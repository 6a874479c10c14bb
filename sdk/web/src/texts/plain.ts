/** Names as they are typed in a hurry. */

/** Return the letters and digits of a name, without capitals and accents: "s-Gravenhage" and "S GRAVENHAGE". */
export function plain(name: string): string {
  return name
    .normalize("NFD")
    .replace(/[^\p{L}\p{N}]+/gu, "")
    .toLowerCase();
}
