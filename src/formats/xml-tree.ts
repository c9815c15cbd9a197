import { XMLParser, XMLValidator } from 'fast-xml-parser';
import { badInput } from '../domain/errors.ts';

/** An element: its text, its attributes and its children by name; namespace prefixes are dropped. */
export interface XmlElement {
  readonly text: string;
  attribute(name: string): string | null;
  all(name: string): XmlElement[];
  /** The first element at the end of this path, or null. */
  find(...path: string[]): XmlElement | null;
}

/** A damaged file may hold a tag of any length. */
const MAX_QUOTED = 160;

// Values stay text: the parser's own numbers would turn an id "007" into 7.
const parser = new XMLParser({
  ignoreAttributes: false,
  attributeNamePrefix: '@',
  textNodeName: '#text',
  parseTagValue: false,
  parseAttributeValue: false,
  removeNSPrefix: true,
  ignoreDeclaration: true,
  ignorePiTags: true,
  isArray: (_name, _path, _isLeaf, isAttribute) => !isAttribute,
});

/** The tree above the root element. Throws badInput for damaged XML and for anything that declares entities. */
export function parseXml(text: string, fileName: string): XmlElement {
  if (/<!(DOCTYPE|ENTITY)/i.test(text))
    throw badInput(
      fileName,
      'the XML declares a document type or entities, which no measurement needs',
      'export the file again from the instrument',
    );
  // The parser itself accepts elements that never close, as in a truncated file.
  const validity = XMLValidator.validate(text);
  if (validity !== true)
    throw badInput(
      fileName,
      `the XML is damaged at line ${validity.err.line}: ${validity.err.msg.slice(0, MAX_QUOTED)}`,
      'copy or export the file again',
    );
  try {
    return elementOf(parser.parse(text));
  } catch (error) {
    throw badInput(fileName, 'the XML cannot be read', 'copy or export the file again', error);
  }
}

function elementOf(node: unknown): XmlElement {
  const fields = typeof node === 'object' && node !== null ? (node as Readonly<Record<string, unknown>>) : {};
  const textOf = (value: unknown): string => (typeof value === 'string' ? value : Array.isArray(value) ? value.map(textOf).join(' ') : '');
  const own = (name: string): unknown => (Object.hasOwn(fields, name) ? fields[name] : undefined);
  const element: XmlElement = {
    text: (typeof node === 'string' ? node : textOf(own('#text'))).trim(),
    attribute: (name) => {
      const value = own(`@${name}`);
      return typeof value === 'string' ? value : null;
    },
    all: (name) => {
      const children = own(name);
      return Array.isArray(children) ? children.map(elementOf) : [];
    },
    find: (...path) => path.reduce<XmlElement | null>((at, name) => at?.all(name)[0] ?? null, element),
  };
  return element;
}

/** A number of 0 or more, or null where the element holds none. */
export function numberOf(element: XmlElement): number | null {
  const value = element.text === '' ? Number.NaN : Number(element.text);
  return Number.isFinite(value) && value >= 0 ? value : null;
}
