import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { tcpBytePort } from '../../../../drivers/transport/tcp-byte-port.ts';
import { realRuntime } from '../../../support/manual-runtime.ts';

const { clock } = realRuntime();
const sockets: Socket[] = [];
let server: Server;
let port: number;

beforeEach(async () => {
  server = createServer((socket) => {
    sockets.push(socket);
    socket.on('error', () => undefined);
    socket.write('hello');
    socket.on('data', (bytes) => socket.write(bytes));
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', () => resolve());
  });
  port = (server.address() as AddressInfo).port;
});

afterEach(async () => {
  for (const socket of sockets.splice(0)) socket.destroy();
  await new Promise((resolve) => server.close(resolve));
});

const until = async (done: () => boolean) => {
  for (let tries = 0; !done() && tries < 200; tries++) await clock.sleep(5);
  expect(done()).toBe(true);
};

test('bytes go both ways, also after the connection was lost and opened again', async () => {
  const line = tcpBytePort({ host: '127.0.0.1', port }, 1000, clock);
  let heard = '';
  line.received().subscribe((bytes) => {
    heard += Buffer.from(bytes).toString('latin1');
  });
  await line.open();
  await line.open();
  await line.write(Buffer.from('a'), 1000);
  await until(() => heard === 'helloa');
  sockets[0]!.destroy();
  await until(() => !line.isOpen);
  await expect(line.write(Buffer.from('b'), 1000)).rejects.toMatchObject({ code: 'link' });
  await line.open();
  await line.write(Buffer.from('c'), 1000);
  await until(() => heard === 'helloahelloc');
  expect(sockets).toHaveLength(2);
  await line.close();
  await line.close();
  expect(line.isOpen).toBe(false);
});

test('where nobody listens the address is named', async () => {
  const line = tcpBytePort({ host: '127.0.0.1', port: 1 }, 1000, clock);
  await expect(line.open()).rejects.toMatchObject({ code: 'link', subject: '127.0.0.1:1' });
});

test('a far end that takes nothing is given up, and nothing leaves late', async () => {
  const line = tcpBytePort({ host: '127.0.0.1', port }, 1000, clock);
  await line.open();
  await until(() => sockets.length === 1);
  sockets[0]!.pause();
  await expect(line.write(new Uint8Array(64 * 2 ** 20), 50)).rejects.toMatchObject({ code: 'timeout' });
  expect(line.isOpen).toBe(false);
});
