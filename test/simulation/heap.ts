/**
 * A binary heap of events, by time and then by the order of their arrival.
 */

export abstract class Event {
  at = 0;
  order = 0;
  /** @returns whether nobody goes on because of it: then the next event may follow at once */
  abstract run(): boolean;
}

export class Heap {
  private readonly items: Event[] = [];

  peek(): Event | undefined {
    return this.items[0];
  }

  push(event: Event): void {
    const { items } = this;
    let index = items.push(event) - 1;
    while (index > 0) {
      const parent = (index - 1) >> 1;
      if (!isBefore(event, items[parent] as Event)) break;
      items[index] = items[parent] as Event;
      index = parent;
    }
    items[index] = event;
  }

  pop(): void {
    const { items } = this;
    const last = items.pop();
    if (!last || items.length === 0) return;
    let index = 0;
    for (;;) {
      let child = 2 * index + 1;
      if (child >= items.length) break;
      const right = items[child + 1];
      if (right && isBefore(right, items[child] as Event)) child += 1;
      if (!isBefore(items[child] as Event, last)) break;
      items[index] = items[child] as Event;
      index = child;
    }
    items[index] = last;
  }
}

function isBefore(a: Event, b: Event): boolean {
  return a.at < b.at || (a.at === b.at && a.order < b.order);
}
