// Two builds, one bytecode:  node scripts/contracts/reproduce.mjs [AUDIT-FOLDER]
//
// Compiles the audit pack's standard-input.json, and nothing else, in a process of its own, and compares code and hashes with contracts.json and with the artifacts that the node
// has inside; and the hash vectors with what viem makes of their typed data. Exit code 1 names what differs.
import { readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { isDeepStrictEqual } from 'node:util'
import { hashTypedData, recoverAddress } from 'viem'
import { compile, version } from './solc.mjs'
import { pinned } from './pinned.mjs'

const root = join(dirname(fileURLToPath(import.meta.url)), '../..')
const folder = process.argv[2] ?? join(root, 'src/Bundler.Contracts/audit')
const read = (...path) => JSON.parse(readFileSync(join(...path), 'utf8'))

const committed = read(folder, 'contracts.json')
const contracts = compile(read(folder, 'standard-input.json'))
const built = new Map(pinned(contracts).map((each) => [each.contract, each]))
const faults = committed.compiler === version ? [] : [`the compiler is ${version}, and was ${committed.compiler}`]
for (const expected of committed.contracts) {
  const found = built.get(expected.contract)
  const artifact = read(root, 'src/Bundler.Contracts/artifacts', `${expected.contract}.json`)
  const code = contracts[expected.source]?.[expected.contract]?.evm
  if (!isDeepStrictEqual(found, expected)) {
    faults.push(`${expected.contract} is not what contracts.json says: ${JSON.stringify(found)}`)
  }
  if (`0x${code?.bytecode.object}` !== artifact.bytecode || `0x${code?.deployedBytecode.object}` !== artifact.deployedBytecode) {
    faults.push(`${expected.contract} is not the code that the node knows`)
  }
  console.log(`${expected.contract.padEnd(28)}${found?.runtimeCodeHash}`)
}
if (built.size !== committed.contracts.length) {
  faults.push(`${built.size} paymasters were built, and contracts.json has ${committed.contracts.length}`)
}
for (const { about, typedData, digest, signer, signature } of read(folder, 'hash-vectors.json')) {
  if (hashTypedData(typedData) !== digest || await recoverAddress({ hash: digest, signature }) !== signer) {
    faults.push(`the hash vector of ${about} is another`)
  }
}
faults.forEach((fault) => console.error(`- ${fault}`))
process.exit(faults.length === 0 ? 0 : 1)
