import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import { afterEach, expect, test } from '@jest/globals';
import { tcpExchange } from '../../../../drivers/transport/tcp-exchange.ts';
import { realRuntime } from '../../../support/manual-runtime.ts';

const { clock } = realRuntime();
const RULES = { connectTimeoutMs: 300, replyTimeoutMs: 200, quietMs: 40, isWhole: (text: string) => text.endsWith('!') };
const open: { server: Server; sockets: Socket[] }[] = [];

afterEach(async () => {
  for (const { server, sockets } of open.splice(0)) {
    for (const socket of sockets) socket.destroy();
    await new Promise((resolve) => server.close(resolve));
  }
});

async function peer(answer: (socket: Socket, asked: string) => void): Promise<number> {
  const sockets: Socket[] = [];
  const server = createServer((socket) => {
    sockets.push(socket);
    socket.on('error', () => undefined);
    socket.on('data', (data) => answer(socket, data.toString()));
  });
  open.push({ server, sockets });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', () => resolve());
  });
  return (server.address() as AddressInfo).port;
}

const ask = (port: number) => tcpExchange({ host: '127.0.0.1', port }, 'ask', RULES, clock);

test('a reply in pieces is put together, and what follows its end is not waited for', async () => {
  const port = await peer((socket) => {
    socket.write('one ');
    setTimeout(() => socket.write('two!'), 20);
  });
  expect(await ask(port)).toBe('one two!');
});

test('a reply without an end is whole after a silence, or when the peer hangs up', async () => {
  expect(await ask(await peer((socket) => socket.write('half')))).toBe('half');
  expect(await ask(await peer((socket) => socket.end('half')))).toBe('half');
});

test('letters of several bytes may be cut between pieces', async () => {
  const bytes = Buffer.from('Ångström!');
  const port = await peer((socket) => {
    socket.write(bytes.subarray(0, 1));
    setTimeout(() => socket.write(bytes.subarray(1)), 10);
  });
  expect(await ask(port)).toBe('Ångström!');
});

test('whether the far end may have heard the request is told with every failure', async () => {
  const silent = await peer(() => undefined);
  await expect(ask(silent)).rejects.toMatchObject({ code: 'timeout', sent: true });
  const rude = await peer((socket) => socket.end());
  await expect(ask(rude)).rejects.toMatchObject({ code: 'link', sent: true });
  const reset = await peer((socket) => socket.resetAndDestroy());
  await expect(ask(reset)).rejects.toMatchObject({ code: 'link', sent: true });
  const { server } = open[0]!;
  for (const socket of open[0]!.sockets) socket.destroy();
  await new Promise((resolve) => server.close(resolve));
  open.shift();
  await expect(ask(silent)).rejects.toMatchObject({ code: 'link', sent: false });
});

test('a reply that never ends is cut off', async () => {
  const port = await peer((socket) => socket.write('x'.repeat(100_000)));
  await expect(ask(port)).rejects.toMatchObject({ code: 'garbled' });
});

test('a reply that trickles for ever is late', async () => {
  const port = await peer((socket) => {
    const drip = setInterval(() => socket.write('.'), 10);
    socket.on('close', () => clearInterval(drip));
  });
  await expect(ask(port)).rejects.toMatchObject({ code: 'timeout' });
});
