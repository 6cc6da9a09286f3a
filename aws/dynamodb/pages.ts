/**
 * Large texts in pages: an item holds at most 400 KB.
 */

/** Bytes of UTF-8 in a page. */
export const PAGE_BYTES = 300 * 1024;

/** Cuts a text into pages, never inside a character; an empty text has one empty page. */
export function cutIntoPages(text: string, pageBytes = PAGE_BYTES): string[] {
  const bytes = Buffer.from(text);
  const pages: string[] = [];
  let start = 0;
  do {
    let end = Math.min(start + pageBytes, bytes.length);
    while (isInsideCharacter(bytes, end)) end--;
    pages.push(bytes.toString("utf8", start, end));
    start = end;
  } while (start < bytes.length);
  return pages;
}

/** Whether a cut before this byte would part a character: UTF-8 goes on with bytes 10xxxxxx. */
function isInsideCharacter(bytes: Buffer, at: number): boolean {
  return at < bytes.length && ((bytes[at] as number) & 0b1100_0000) === 0b1000_0000;
}
