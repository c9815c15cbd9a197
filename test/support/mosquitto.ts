import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { createConnection, createServer } from 'node:net';
import { join } from 'node:path';

/** A broker of another make, in a process of its own. */
export interface Mosquitto {
  readonly url: string;
  /** SIGKILL, as in a power cut; settles when it is dead. */
  kill(): Promise<void>;
  /** On the same port; what it remembers is what it was told to remember. */
  restart(): Promise<void>;
}

const PLACES = ['/usr/sbin/mosquitto', '/usr/bin/mosquitto', '/usr/local/sbin/mosquitto', '/opt/homebrew/sbin/mosquitto'];

/** Null where it is not installed; with CI=true that is an error, since there it must be. */
export function findMosquitto(): string | null {
  const found = PLACES.find(existsSync) ?? null;
  if (!found && process.env['CI'] === 'true') throw new Error('mosquitto is not installed: .ci/run should have done that');
  return found;
}

/** With `memory` it writes every retained message down at once. */
export async function startMosquitto(program: string, folder: string, memory: boolean): Promise<Mosquitto> {
  const port = await freePort();
  const home = join(folder, 'mosquitto');
  mkdirSync(home, { mode: 0o777 });
  const file = join(home, 'mosquitto.conf');
  const persistence = memory
    ? `persistence true\npersistence_location ${home}/\nautosave_on_changes true\nautosave_interval 1\n`
    : 'persistence false\n';
  // Started by root it would become another user, who could not write here.
  writeFileSync(file, `listener ${port} 127.0.0.1\nallow_anonymous true\n${process.getuid?.() === 0 ? 'user root\n' : ''}${persistence}`);
  let child: ChildProcess;
  const launch = async () => {
    child = spawn(program, ['-c', file], { stdio: 'ignore' });
    const ended = new Promise<never>((_, reject) => child.once('exit', (code) => reject(new Error(`mosquitto ended with ${code}`))));
    ended.catch(() => undefined);
    await Promise.race([ended, untilOpen(port)]);
  };
  await launch();
  return {
    url: `mqtt://127.0.0.1:${port}`,
    kill: () =>
      new Promise((resolve) => {
        if (child.exitCode !== null || child.signalCode !== null) return resolve();
        child.once('exit', () => resolve());
        child.kill('SIGKILL');
      }),
    restart: launch,
  };
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address ? address.port : 0));
    });
  });
}

async function untilOpen(port: number): Promise<void> {
  for (;;) {
    const isOpen = await new Promise<boolean>((resolve) => {
      const socket = createConnection(port, '127.0.0.1');
      socket.once('connect', () => resolve(true)).once('error', () => resolve(false));
      socket.once('connect', () => socket.destroy());
    });
    if (isOpen) return;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}
