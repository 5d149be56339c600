/** The content that an XML document may have. A text that is put into one must have been through `escapeXml`. */

/**
 * Everything else: control characters, halves of surrogate pairs, and two that are no characters. No escape exists for them.
 *
 * @see https://www.w3.org/TR/xml/#charsets
 */
const NOT_XML = /[^\t\n\r\u{20}-\u{D7FF}\u{E000}-\u{FFFD}\u{10000}-\u{10FFFF}]/gu;

/** In an attribute, a parser makes a blank of each line break and tab that is not escaped. */
const ESCAPES: Readonly<Record<string, string>> = {
  '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', '\'': '&apos;', '\t': '&#9;', '\n': '&#10;', '\r': '&#13;',
};

/** Escapes a text for an attribute or an element. */
export function escapeXml(text: string): string {
  return text.replace(NOT_XML, '\u{FFFD}').replace(/[&<>"'\t\n\r]/g, character => ESCAPES[character]);
}

/** Returns an element with what is in it, which is XML already. */
export function element(name: string, attributes: Readonly<Record<string, string | number>>, content: readonly string[] = []): string {
  const opening = [name, ...Object.entries(attributes).map(([key, value]) => `${key}="${escapeXml(String(value))}"`)].join(' ');
  if (content.length === 0) return `<${opening}/>\n`;
  return `<${opening}>\n${content.join('')}</${name}>\n`;
}

/** Returns an element with a text in it. */
export function textElement(name: string, attributes: Readonly<Record<string, string | number>>, text: string): string {
  return element(name, attributes, [escapeXml(text)]).replace('>\n', '>');
}
