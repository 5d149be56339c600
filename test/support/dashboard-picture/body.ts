/** A dashboard's body, as far as it is drawn here. */
export interface Body {
  readonly widgets: Widget[];
}

export interface Widget {
  readonly type: 'text' | 'metric' | 'alarm';
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
  readonly properties: {
    readonly markdown?: string;
    readonly title?: string;
    readonly region?: string;
    readonly metrics?: any[][];
    readonly alarms?: string[];
    readonly yAxis?: { readonly left?: { readonly label?: string; readonly min?: number; readonly max?: number } };
    readonly annotations?: { readonly horizontal?: { readonly value: number; readonly label?: string; readonly color?: string }[] };
  };
}

/** Returns the body of a synthesized dashboard, with the pseudo parameters filled in. */
export function bodyOf(dashboard: { Properties: { DashboardBody: any } }): Body {
  const { DashboardBody: body } = dashboard.Properties;
  const parts: any[] = typeof body === 'string' ? [body] : body['Fn::Join'][1];
  return JSON.parse(parts.map(part => (typeof part === 'string' ? part : { 'AWS::Partition': 'aws', 'AWS::AccountId': '111122223333' }[part.Ref as string])).join(''));
}
