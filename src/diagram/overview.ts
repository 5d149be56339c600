import { Arrow, arrows, Graph, idOf, Kind, Part, Place, union } from './graph';
import { serviceOf } from './kinds';

/** The kinds of a delivery that are shown: not the functions and rules that help a pipeline. */
const DELIVERY: Kind[] = ['repository', 'pipeline', 'build', 'deployment'];

/** Returns one part per service and place. What lies on an arrow's way, such as a queue, is not shown: the arrow goes past it. */
export function overview({ parts, arrows: all }: Graph): Graph {
  const main = all.filter(({ aside }) => !aside);
  const direct = parts.filter(({ kind }) => kind === 'queue' || kind === 'pipe').reduce(past, withoutStarters(main));
  const boxes = new Map(parts.flatMap(part => {
    const service = part.place.delivery && !DELIVERY.includes(part.kind) ? undefined : serviceOf(part);
    return service === undefined ? [] : [[part, boxOf(part, service)] as const];
  }));
  const between = direct.flatMap(({ from, to }) => (boxes.has(from) && boxes.has(to) ? arrows([boxes.get(from)!], [boxes.get(to)!]) : []));
  return union([{ parts: [...boxes.values()], arrows: between.filter(({ from, to }) => from.id !== to.id) }]);
}

function boxOf({ kind, place }: Part, service: string): Part {
  const whose = kind === 'repository' ? {} : place;
  return { id: idOf(...placeId(whose), service), kind, name: service, place };
}

function placeId({ region, delivery }: Place): string[] {
  return [...delivery ? ['delivery'] : [], ...region === undefined ? [] : [region]];
}

/**
 * Goes past functions that start a workflow when an event, a message or a schedule has them do so: that is what starts it. What a function sends to a queue
 * by itself, such as a dead letter that it tries again, is not what starts workflows.
 */
function withoutStarters(all: Arrow[]): Arrow[] {
  const passed = all.filter(({ from, to }) => !(from.kind === 'function' && to.kind === 'queue'));
  const starts = passed.filter(({ from, to }) => from.kind === 'function' && to.kind === 'workflow');
  const triggers = (starter: Part) => passed.filter(({ from, to }) => to === starter && ['rule', 'schedule', 'queue', 'pipe'].includes(from.kind));
  const started = starts.filter(({ from }) => triggers(from).length > 0);
  const replaced = new Set(started.flatMap(start => [start, ...triggers(start.from)]));
  return [
    ...passed.filter(arrow => !replaced.has(arrow)),
    ...started.flatMap(({ from, to }) => arrows(triggers(from).map(trigger => trigger.from), [to])),
  ];
}

/** Arrows that go past a part, from what is before it to what is behind it. */
function past(all: Arrow[], part: Part): Arrow[] {
  const before = all.filter(({ to }) => to === part).map(({ from }) => from);
  const behind = all.filter(({ from }) => from === part).map(({ to }) => to);
  return [...all.filter(({ from, to }) => from !== part && to !== part), ...arrows(before, behind)];
}
