import { posix } from 'node:path';
import ts from 'typescript';
import type { Arrow } from './arrow.ts';

export interface SourceFacts {
  readonly arrows: readonly Arrow[];
  /** Imports whose target is computed, as written: nothing can be said about them. */
  readonly computed: readonly string[];
  /** Globals of the machine that the file uses as values: Date, process, Math.random ... */
  readonly globals: ReadonlySet<string>;
}

const WATCHED: ReadonlySet<string> = new Set([
  'Date',
  'performance',
  'process',
  'setTimeout',
  'setInterval',
  'setImmediate',
  'fetch',
  'require',
]);

/** `readSource` of every file, in the order of the paths. */
export function readSources(files: ReadonlyMap<string, string>): Map<string, SourceFacts> {
  return new Map([...files].sort(([a], [b]) => (a < b ? -1 : 1)).map(([path, text]) => [path, readSource(path, text)]));
}

/** Every import, import type, re-export, dynamic import and worker URL of one file, by the syntax tree; nothing is run. */
export function readSource(path: string, text: string): SourceFacts {
  const source = ts.createSourceFile(path, text, ts.ScriptTarget.Latest, true);
  const arrows: Arrow[] = [];
  const computed: string[] = [];
  const globals = new Set<string>();

  const add = (specifier: ts.Node | undefined, typesOnly: boolean, start = false): void => {
    if (specifier && ts.isStringLiteralLike(specifier)) arrows.push(arrowOf(path, specifier.text, typesOnly, start));
    else if (specifier) computed.push(specifier.getText(source));
  };
  const visit = (node: ts.Node): void => {
    if (ts.isImportDeclaration(node)) add(node.moduleSpecifier, importsTypesOnly(node));
    else if (ts.isExportDeclaration(node)) add(node.moduleSpecifier, exportsTypesOnly(node));
    else if (ts.isImportTypeNode(node)) add(ts.isLiteralTypeNode(node.argument) ? node.argument.literal : node.argument, true);
    else if (ts.isImportEqualsDeclaration(node) && ts.isExternalModuleReference(node.moduleReference))
      add(node.moduleReference.expression, node.isTypeOnly);
    else if (ts.isCallExpression(node) && isImportCall(node)) add(node.arguments[0], false);
    else if (ts.isNewExpression(node) && isModuleUrl(node, source)) add(node.arguments?.[0], false, true);
    else if (ts.isIdentifier(node)) noteGlobal(node, globals);
    ts.forEachChild(node, visit);
  };
  visit(source);
  return { arrows, computed, globals };
}

function arrowOf(from: string, specifier: string, typesOnly: boolean, start: boolean): Arrow {
  if (specifier.startsWith('node:')) return { from, to: specifier, kind: 'node', typesOnly };
  if (specifier.startsWith('.')) return { from, to: posix.join(posix.dirname(from), specifier), kind: start ? 'start' : 'file', typesOnly };
  const parts = specifier.split('/');
  return { from, to: specifier.startsWith('@') ? parts.slice(0, 2).join('/') : parts[0]!, kind: 'package', typesOnly };
}

function importsTypesOnly(node: ts.ImportDeclaration): boolean {
  const clause = node.importClause;
  if (!clause) return false;
  if (clause.phaseModifier === ts.SyntaxKind.TypeKeyword) return true;
  const bindings = clause.namedBindings;
  if (clause.name || !bindings || !ts.isNamedImports(bindings)) return false;
  return bindings.elements.length > 0 && bindings.elements.every((element) => element.isTypeOnly);
}

function exportsTypesOnly(node: ts.ExportDeclaration): boolean {
  if (node.isTypeOnly) return true;
  const clause = node.exportClause;
  return clause !== undefined && ts.isNamedExports(clause) && clause.elements.every((element) => element.isTypeOnly);
}

function isImportCall(node: ts.CallExpression): boolean {
  if (node.expression.kind === ts.SyntaxKind.ImportKeyword) return true;
  return ts.isIdentifier(node.expression) && node.expression.text === 'require';
}

/** `new URL('./worker.ts', import.meta.url)`: how a worker names its file. Data files are arrows to themselves and harm nothing. */
function isModuleUrl(node: ts.NewExpression, source: ts.SourceFile): boolean {
  const [first, base] = node.arguments ?? [];
  if (node.expression.getText(source) !== 'URL' || base?.getText(source) !== 'import.meta.url') return false;
  return first !== undefined && ts.isStringLiteralLike(first) && /^\..*\.(ts|mjs)$/.test(first.text);
}

function noteGlobal(node: ts.Identifier, globals: Set<string>): void {
  const parent = node.parent;
  if (node.text === 'Math') {
    if (ts.isPropertyAccessExpression(parent) && parent.name.text === 'random') globals.add('Math.random');
    return;
  }
  if (!WATCHED.has(node.text)) return;
  const isName =
    (ts.isPropertyAccessExpression(parent) && parent.name === node) ||
    (ts.isPropertyAssignment(parent) && parent.name === node) ||
    ts.isTypeReferenceNode(parent) ||
    ts.isPropertySignature(parent) ||
    ts.isMethodSignature(parent) ||
    ts.isMethodDeclaration(parent);
  if (!isName) globals.add(node.text);
}
