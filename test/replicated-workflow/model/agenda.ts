/** What is going to happen, in the order of its time; what is to happen at the same time, in the order in which it was put down. */
export class Agenda {
  private readonly heap: { at: number; order: number; action: () => void }[] = [];
  private order = 0;

  public put(at: number, action: () => void): void {
    const { heap } = this;
    let i = heap.push({ at, order: this.order++, action }) - 1;
    while (i > 0) {
      const parent = Math.floor((i - 1) / 2);
      if (!this.before(i, parent)) break;
      [heap[i], heap[parent]] = [heap[parent], heap[i]];
      i = parent;
    }
  }

  public take(): { at: number; action: () => void } | undefined {
    const { heap } = this;
    if (heap.length === 0) return undefined;
    const [first] = heap;
    const last = heap.pop()!;
    if (heap.length > 0) heap[0] = last;
    for (let i = 0; ;) {
      let least = i;
      if (2 * i + 1 < heap.length && this.before(2 * i + 1, least)) least = 2 * i + 1;
      if (2 * i + 2 < heap.length && this.before(2 * i + 2, least)) least = 2 * i + 2;
      if (least === i) return first;
      [heap[i], heap[least]] = [heap[least], heap[i]];
      i = least;
    }
  }

  private before(i: number, j: number): boolean {
    const [a, b] = [this.heap[i], this.heap[j]];
    return a.at < b.at || (a.at === b.at && a.order < b.order);
  }
}
