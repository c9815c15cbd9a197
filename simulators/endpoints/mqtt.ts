import { mqttMessageBus } from '../../drivers/transport/mqtt-message-bus.ts';
import { badInput } from '../../src/domain/errors.ts';
import { type EmbeddedBroker, startBroker } from '../broker.ts';
import { NOTHING_TO_REACH } from '../faults/fault.ts';
import { profileFor } from '../instrument-profile.ts';
import { readText } from '../load-specimen.ts';
import { lastWill, MqttEndpoint } from '../mqtt-endpoint.ts';
import type { SimulatorOptions } from '../options.ts';
import type { Endpoint, EndpointPlugIn, EndpointSetup } from './endpoint.ts';

/** Ewald's native contract, with a broker of its own or on one that runs. */
export const mqttPlugIn: EndpointPlugIn = {
  id: 'mqtt',
  title: "Ewald's native contract over MQTT 3.1.1 (docs/wire-mqtt.md)",
  help: {
    broker: "'embedded' or mqtt://host:port of one that runs (embedded)",
    host: 'where the embedded broker listens (127.0.0.1)',
    port: 'port of the embedded broker, 0 for any (0)',
    username: 'at the broker; the password comes from EWALD_MQTT_PASSWORD',
    'tls-cert': 'PEM file: the embedded broker speaks TLS, another one is checked against it',
    'tls-key': 'PEM file',
    root: 'topics; the last part is the name of the instrument (ewald/v1/lab/sim1)',
    detector: "'strip' or 'point' (strip)",
  },
  profile: (options, specimen, instrumentId) => profileFor(options.detector ?? 'strip', specimen, instrumentId),
  make: open,
};

async function open({ options, bootId, instrumentId, device, clock, log, random }: EndpointSetup): Promise<Endpoint> {
  const broker = options.broker === 'embedded' ? await startEmbedded(options) : null;
  const url = broker?.url ?? options.broker;
  const clientId = `${instrumentId}-${bootId}`;
  const bus = mqttMessageBus(
    {
      url: broker?.ownUrl ?? url,
      clientId,
      connectTimeoutMs: 5000,
      reconnectEveryMs: 100,
      will: lastWill(options.root, bootId),
      ...credentials(options),
    },
    { clock, log, random },
  );
  const endpoint = new MqttEndpoint({ bus, root: options.root, device, clock, log });
  return {
    address: () => ({ url, root: options.root }),
    reach: {
      ...NOTHING_TO_REACH,
      messages: {
        addTamper: (tamper) => endpoint.addTamper(tamper),
        mute: (muted) => endpoint.mute(muted),
        repeatSafety: (on) => endpoint.repeatSafety(on),
      },
      commands: endpoint.gate,
      replies: endpoint.gate,
      replyStream: endpoint.gate,
      shutterWord: device,
      stamps: endpoint,
      network: broker && {
        dropBroker: () => broker.drop(),
        restoreBroker: () => broker.restore(),
        cutLink: () => broker.cut(clientId),
        mendLink: () => broker.admit(clientId),
      },
    },
    open: () => endpoint.open(),
    vanish: () => {
      endpoint.vanish();
      broker?.cut(clientId);
    },
    close: async () => {
      await endpoint.close();
      await broker?.close();
    },
  };
}

function startEmbedded(options: SimulatorOptions): Promise<EmbeddedBroker> {
  const { host, port, username, password, tlsCert, tlsKey } = options;
  if (typeof port !== 'number') throw badInput('port', `--port ${port} is no port of a broker`, 'give a number, or 0 for any free one');
  const tls = tlsCert !== null && tlsKey !== null ? { cert: readText(tlsCert), key: readText(tlsKey) } : undefined;
  return startBroker({ host, port, username: username ?? undefined, password: password ?? undefined, tls });
}

function credentials(options: SimulatorOptions): { username?: string; password?: string; ca?: string } {
  const { username, password, tlsCert } = options;
  return {
    ...(username === null ? {} : { username }),
    ...(password === null ? {} : { password }),
    ...(tlsCert === null || options.broker === 'embedded' ? {} : { ca: readText(tlsCert) }),
  };
}
