import { arrows, Graph, idOf, Part, union } from './graph';
import { Inventory } from './inventory';

/** Alarms, counted by the topic that they call through: one by one they would fill the picture. */
export function alarms(inventory: Inventory): Graph {
  const counts = new Map<Part, number>();
  for (const alarm of inventory.all('AWS::CloudWatch::Alarm', 'AWS::CloudWatch::CompositeAlarm')) {
    const topics = (alarm.properties.AlarmActions ?? []).flatMap((action: unknown) => inventory.find(alarm, action));
    new Set<Part>(topics).forEach(topic => counts.set(topic, (counts.get(topic) ?? 0) + 1));
  }
  return union([...counts].map(([topic, count]) => {
    const part: Part = { id: idOf('alarms', topic.id), kind: 'alarms', name: String(count), place: topic.place };
    return { parts: [part], arrows: arrows([part], [topic]) };
  }));
}
