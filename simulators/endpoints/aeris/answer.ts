import { type Cabinet, Fatal } from './cabinet.ts';
import { type AerisMessage, parseMessage, replies } from './message.ts';

/** The reply to one message. `isRemote` is what the system says of itself. */
export function answerAeris(cabinet: Cabinet, text: string, isRemote: boolean): string {
  const message = parseMessage(text);
  if (!message) return replies.fatal('the message is not understood');
  try {
    const [first] = message.order;
    if (first === 'STATUS_REQUEST') return status(cabinet, message, isRemote);
    if (first === 'SAMPLE') return sample(cabinet, message);
    throw new Fatal(`there is no request ${first}`);
  } catch (error) {
    if (!(error instanceof Fatal)) throw error;
    return replies.fatal(error.message);
  }
}

function status(cabinet: Cabinet, { order, values }: AerisMessage, isRemote: boolean): string {
  switch (order[1]) {
    case 'UNIT':
      if (values.get('UNIT') !== 'xrd') throw new Fatal('there is no such unit');
      return replies.unit(cabinet.isReady());
    case 'SYSTEM':
      return replies.system(isRemote);
    case 'LOCATION': {
      const slot = place(values.get('LOCATION'));
      return replies.location(slot, cabinet.isFree(slot));
    }
    default:
      throw new Fatal('there is no such status');
  }
}

function sample(cabinet: Cabinet, { order, values }: AerisMessage): string {
  const verb = order[1] ?? '';
  const sampleId = values.get('SAMPLE_ID');
  switch (verb) {
    case 'ADD':
      cabinet.add(given(sampleId), given(values.get('APPLICATION')), place(values.get('AT')), values.get('MEASURE') === 'yes');
      return replies.done(verb);
    case 'MEASURE':
      cabinet.measure(given(sampleId), values.get('APPLICATION'));
      return replies.done(verb);
    case 'MOVE':
      cabinet.move(place(values.get('AT')), place(values.get('TO')));
      return replies.done(verb);
    case 'REMOVE':
      if (sampleId === undefined) cabinet.removeAt(place(values.get('AT')));
      else cabinet.remove(sampleId);
      return replies.done(verb);
    default:
      throw new Fatal(`there is no command ${verb}`);
  }
}

function given(value: string | undefined): string {
  if (value === undefined || value === '') throw new Fatal('a value is missing');
  return value;
}

/** `0,2` is location 2 of the only changer. */
function place(text: string | undefined): number {
  const match = /^0,(\d+)$/.exec(given(text));
  if (!match) throw new Fatal('the location is not understood');
  return Number(match[1]);
}
