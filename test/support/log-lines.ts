/** The lines that handlers write to their log, until the end of the test. To be made in `beforeEach`. */
export class LogLines {
  private readonly written: string[] = [];
  private readonly spy = jest.spyOn(process.stdout, 'write').mockImplementation(text => { this.written.push(String(text)); return true; });

  /** All that was written, as it is. */
  public get text(): string {
    return this.written.join('');
  }

  /** Returns the fields of the lines of a level, besides where and when. */
  public of(level: 'INFO' | 'WARN' | 'ERROR'): any[] {
    return this.parsed.filter(line => line.level === level)
      .map(({ level: _level, timestamp: _timestamp, service: _service, region: _region, xray_trace_id: _trace, ...told }) => told);
  }

  /** The lines that CloudWatch makes metrics of. */
  public get metrics(): any[] {
    return this.parsed.filter(line => line._aws);
  }

  public clear(): void {
    this.written.length = 0;
  }

  public restore(): void {
    this.spy.mockRestore();
  }

  private get parsed(): any[] {
    return this.text.split('\n').filter(line => line !== '').map(line => JSON.parse(line));
  }
}
