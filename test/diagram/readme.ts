const BEGIN = '<!-- drawn from the synthesized example-app by: npx projen architecture -->';
const END = '<!-- end of the drawing -->';

/** The README with a picture in place of the one that it has. Throws unless it has one. */
export function withPicture(readme: string, picture: string): string {
  const [before, , after, ...more] = readme.split(new RegExp(`(?<=${BEGIN}\\n)([^]*?)(?=${END}\\n)`));
  if (after === undefined || more.length > 0) throw new Error(`README.md does not hold, once: ${BEGIN} … ${END}`);
  return `${before}\n\`\`\`mermaid\n${picture}\`\`\`\n\n${after}`;
}
