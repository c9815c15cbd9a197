/** Of n counts the standard deviation is sqrt(n): to one part in a hundred, and to the last of two decimals. */
const [RELATIVE, ABSOLUTE] = [0.01, 0.006];

/** Are the errors those of counting? Points without counts may have any. `values` and `errors` are equally long. */
export function areCountingErrors(values: Float64Array, errors: Float64Array): boolean {
  return values.every((value, i) => value === 0 || Math.abs(errors[i]! - Math.sqrt(value)) <= RELATIVE * Math.sqrt(value) + ABSOLUTE);
}
