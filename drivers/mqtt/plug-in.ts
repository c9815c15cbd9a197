import { z } from 'zod';
import { badInput } from '../../src/domain/errors.ts';
import { type DriverDependencies, driverPlugIn } from '../driver-plug-in.ts';
import { mqttMessageBus } from '../transport/mqtt-message-bus.ts';
import { openMqttDriver } from './driver.ts';

const ms = z.int().positive().max(3_600_000);
const clientId = z.string().regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,127}$/);

export const mqttOptionsSchema = z.strictObject({
  url: z.string().describe('Address of the broker: mqtt://host:1883, or mqtts://host:8883 with TLS'),
  topicRoot: z
    .string()
    .regex(/^[^/+#$][^+#]*[^/+#]$/, 'a topic root such as ewald/v1/lab/xrd1, without wildcards')
    .describe('Root of the topics of the instrument'),
  clientId: clientId
    .optional()
    .describe('Name of this client at the broker and at the instrument, shared with no other; the run, if left out'),
  username: z.string().optional().describe('User at the broker'),
  passwordEnv: z.string().optional().describe('Environment variable that holds the password'),
  caFile: z.string().optional().describe('File with the certificate of the authority that signed the certificate of the broker, PEM'),
  connectTimeoutMs: ms.default(5000).describe('How long connecting to the broker may take'),
  openTimeoutMs: ms.default(10_000).describe('How long the instrument may take to be heard'),
  replyTimeoutMs: ms.default(3000).describe('How long a reply may take'),
  leaseTtlMs: ms.default(15_000).describe('The instrument makes itself safe when it has not heard of us for so long'),
  linkGraceMs: ms.default(20_000).describe('How long the link may be down during a scan before it is given up'),
});

export const mqttDriver = driverPlugIn(
  'mqtt',
  'Instrument on an MQTT broker (docs/wire-mqtt.md)',
  mqttOptionsSchema,
  (options, runtime, deps) => {
    const { url, username, passwordEnv, caFile, connectTimeoutMs, ...driver } = options;
    const name = options.clientId ?? deps.clientName ?? 'ewald';
    const makeBus = () => {
      const password = passwordEnv === undefined ? undefined : passwordFrom(passwordEnv, deps);
      return mqttMessageBus(
        {
          url,
          clientId: name,
          connectTimeoutMs,
          ...(username === undefined ? {} : { username }),
          ...(password === undefined ? {} : { password }),
          ...(caFile === undefined ? {} : { ca: deps.readText(caFile) }),
        },
        runtime,
      );
    };
    return openMqttDriver({ ...driver, clientId: name, bus: deps.bus ?? makeBus() }, runtime);
  },
  { wire: 'MQTT', ranges: 'free', modes: 'told', delivers: 'stream', canFind: true, canAbort: true, hasShutter: 'told' },
  { url: 'url', topicRoot: 'root' },
);

function passwordFrom(name: string, deps: DriverDependencies): string {
  const password = deps.secret(name);
  if (password) return password;
  throw badInput('driver.passwordEnv', `the environment variable ${name} with the password of the broker is not set`, `set ${name}`);
}
