/** Colors that can be told apart, as many as a system has regions at most. Red is not among them: it means an alarm. */
const COLORS = [
  '#1f77b4', '#ff7f0e', '#2ca02c', '#9467bd', '#8c564b', '#17becf', '#e377c2', '#bcbd22', '#7f7f7f', '#393b79',
  '#98df8a', '#ffbb78', '#aec7e8', '#c5b0d5', '#637939', '#9edae5', '#f7b6d2', '#c49c94', '#dbdb8d', '#5254a3',
];

/** Returns the color of a region in all graphs, by its place in the system. */
export function colorAt(place: number): string {
  return COLORS[place % COLORS.length];
}
