/** Tells those who wait for something that anything has changed. */
export class Changes {
  private readonly waiting = new Set<() => void>();

  public announce(): void {
    this.waiting.forEach(look => look());
  }

  /** Resolves when it is so: at once, or after a change. */
  public async until(isSo: () => boolean): Promise<void> {
    if (isSo()) return;
    await new Promise<void>((resolve, reject) => {
      const look = () => {
        try {
          if (!isSo()) return;
          resolve();
        } catch (error) {
          reject(error as Error);
        }
        this.waiting.delete(look);
      };
      this.waiting.add(look);
    });
  }
}
