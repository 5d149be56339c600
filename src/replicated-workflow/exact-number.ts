/** Returns a decimal number, as JSON writes it again; undefined if that would be another number. DynamoDB's numbers have up to 38 digits, of which a double holds 15 to 17. */
export function exactNumber(text: string): number | undefined {
  const number = Number(text);
  const wanted = canonical(text);
  return wanted !== undefined && canonical(String(number)) === wanted ? number : undefined;
}

/** Returns one spelling for each decimal number: its digits without zeros around them, and the power of ten that they are multiplied by. */
function canonical(text: string): string | undefined {
  const parts = /^(-?)(\d+)(?:\.(\d+))?(?:[eE]([+-]?\d+))?$/.exec(text);
  if (!parts) return undefined;
  const [, sign, whole, fraction = '', exponent = '0'] = parts;
  const digits = `${whole}${fraction}`.replace(/^0+/, '');
  const significant = digits.replace(/0+$/, '');
  return significant === '' ? '0' : `${sign}${significant}e${Number(exponent) - fraction.length + digits.length - significant.length}`;
}
