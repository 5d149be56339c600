/** The colours of regions: people who see few colours must tell them apart, on the ground that they are on. */
import { readFileSync } from 'fs';
import { regionClass, regionDash } from '../../../../cli/rehearsal/page/region-style';

type Rgb = readonly [number, number, number];

const css = readFileSync('cli/rehearsal/page/page.css', 'utf8');
const [light, dark] = [...css.matchAll(/:root \{([^}]*)\}/g)].map(([, rules]) => new Map([...rules.matchAll(/--([\w-]+): (#\w{6})/g)].map(([, name, hex]) => [name, rgb(hex)])));

function rgb(hex: string): Rgb {
  const [r, g, b] = [1, 3, 5].map(at => linear(parseInt(hex.slice(at, at + 2), 16) / 255));
  return [r, g, b];
}

/** @see https://www.w3.org/TR/WCAG22/#dfn-relative-luminance */
function linear(value: number): number {
  return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
}
const luminance = ([r, g, b]: Rgb) => 0.2126 * r + 0.7152 * g + 0.0722 * b;
const contrast = (a: Rgb, b: Rgb) => {
  const [low, high] = [luminance(a), luminance(b)].sort((x, y) => x - y);
  return (high + 0.05) / (low + 0.05);
};

/**
 * What somebody without one of the three kinds of cones sees, in linear RGB.
 *
 * @see https://doi.org/10.1109/TVCG.2009.113 Machado, Oliveira, Fernandes 2009, severity 1.0
 */
const EYES: Readonly<Record<string, readonly Rgb[]>> = {
  'all cones': [[1, 0, 0], [0, 1, 0], [0, 0, 1]],
  'protanopia': [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]],
  'deuteranopia': [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.01182, 0.04294, 0.968881]],
  'tritanopia': [[1.255528, -0.076749, -0.178779], [-0.078411, 0.930809, 0.147602], [0.004733, 0.691367, 0.3039]],
};
const seen = (color: Rgb, eye: readonly Rgb[]): Rgb => {
  const [r, g, b] = eye.map(row => Math.min(1, Math.max(0, row[0] * color[0] + row[1] * color[1] + row[2] * color[2])));
  return [r, g, b];
};

/** CIE L*a*b* of D65, in which a distance of about 2 is just noticed. */
function lab([r, g, b]: Rgb): Rgb {
  const f = (value: number) => value > 216 / 24389 ? Math.cbrt(value) : (24389 / 27 * value + 16) / 116;
  const x = f((0.4124 * r + 0.3576 * g + 0.1805 * b) / 0.95047);
  const y = f(0.2126 * r + 0.7152 * g + 0.0722 * b);
  const z = f((0.0193 * r + 0.1192 * g + 0.9505 * b) / 1.08883);
  return [116 * y - 16, 500 * (x - y), 200 * (y - z)];
}
const distance = (a: Rgb, b: Rgb) => Math.hypot(...lab(a).map((value, index) => value - lab(b)[index]));

describe.each([['light', light], ['dark', dark]])('The colours of regions, %s,', (_, palette) => {
  const colors = Array.from({ length: 10 }, (__, index) => palette.get(`region-${index}`)!);

  test.each(Object.entries(EYES))('are told apart with %s by those whose lines are drawn alike', (__, eye) => {
    const pairs = colors.flatMap((color, index) => colors.slice(0, index).map((other, before) => (
      { before, index, far: distance(seen(color, eye), seen(other, eye)) })));
    const alike = pairs.filter(({ before, index }) => `${regionDash(before)}` === `${regionDash(index)}`);
    expect(alike).toHaveLength(20);
    expect(alike.filter(({ far }) => far < 20)).toEqual([]);
  });

  test('stand out from the ground, as WCAG asks of graphics', () => {
    expect(colors.filter(color => contrast(color, palette.get('surface')!) < 3)).toEqual([]);
  });

  test('and those of texts are readable', () => {
    const texts = ['text', 'faint', 'passed', 'failed', 'unknown', 'link'].map(name => palette.get(name)!);
    const unreadable = texts.filter(color => ['surface', 'background'].some(ground => contrast(color, palette.get(ground)!) < 4.5));
    expect(unreadable).toEqual([]);
    for (const name of ['passed', 'failed', 'unknown']) expect([name, contrast(palette.get(name)!, palette.get(`${name}-tint`)!) >= 4.5]).toEqual([name, true]);
  });
});

test('twenty regions differ in their colour or in their dashes, and the style sheet has each class', () => {
  const classes = Array.from({ length: 20 }, (_, index) => regionClass(index));
  expect(new Set(classes).size).toBe(20);
  const named = new Set(classes.flatMap(name => name.split(' ')).filter(name => name !== 'dash-0'));
  for (const name of named) expect(css).toMatch(new RegExp(`\\.${name}\\b`));
});
