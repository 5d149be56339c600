import { RegionAccess } from '../operate/region-access';

interface Destroyable {
  destroy(): void;
}

type ClientClass<T> = new (configuration: any) => T;

/** The clients of one region for one look at it, each made once: several pieces ask the same service. */
export class RegionClients {
  private readonly clients = new Map<ClientClass<unknown>, Promise<Destroyable>>();

  constructor(private readonly access: RegionAccess) {}

  public async of<T extends Destroyable>(clientClass: ClientClass<T>): Promise<T> {
    const made = this.clients.get(clientClass) ?? this.access.client(clientClass);
    this.clients.set(clientClass, made);
    return made as Promise<T>;
  }

  /** Closes their connections, which would keep the process from its end, or be more with each look. */
  public async destroy(): Promise<void> {
    const made = await Promise.allSettled(this.clients.values());
    for (const one of made) if (one.status === 'fulfilled') one.value.destroy();
  }
}
