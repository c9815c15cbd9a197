import { TestEnvironment } from 'jest-environment-node';

/** Jest gives every test file its own realm; native addons (ONNX Runtime, SQLite) check typed arrays against the outer one. */
export default class SharedTypedArrays extends TestEnvironment {
  async setup() {
    await super.setup();
    for (const type of [
      ArrayBuffer,
      Uint8Array,
      Int8Array,
      Uint16Array,
      Int32Array,
      Uint32Array,
      Float32Array,
      Float64Array,
      BigInt64Array,
    ]) {
      this.global[type.name] = type;
    }
  }
}
