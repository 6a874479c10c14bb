/** Hand the reader a file. */

/** Save a document as JSON, under this name. */
export function saveJson(name: string, document_: unknown): void {
  const text = `${JSON.stringify(document_, null, 2)}\n`;
  const url = URL.createObjectURL(new Blob([text], { type: "application/json" }));
  const link = document.createElement("a");
  link.href = url;
  link.download = name;
  link.click();
  URL.revokeObjectURL(url);
}
