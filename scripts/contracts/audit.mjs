// What an auditor, or a block explorer, needs of the paymasters:  node scripts/contracts/audit.mjs SOURCES-FOLDER AUDIT-FOLDER EVM-VERSION
//
// standard-input.json: the compiler's whole input, for itself enough to get the code again (and what explorers take to verify it).
// contracts.json: of each contract the hashes of its code and its map of storage. The code on a chain has the immutables filled in: its hash differs by them.
import { mkdirSync, readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { compile, soliditySettings, standardInput, version } from './solc.mjs'
import { pinned } from './pinned.mjs'

const [sources, audit, evmVersion] = process.argv.slice(2)
if (!sources || !audit || !evmVersion) {
  console.error('usage: audit.mjs SOURCES-FOLDER AUDIT-FOLDER EVM-VERSION')
  process.exit(2)
}

const files = readdirSync(sources).filter((file) => file.endsWith('.sol')).sort()
const outputs = ['abi', 'evm.bytecode.object', 'evm.deployedBytecode.object', 'storageLayout']
const input = standardInput('Solidity', sources, files, soliditySettings(evmVersion), outputs)

mkdirSync(audit, { recursive: true })
const write = (name, content) => writeFileSync(join(audit, name), `${JSON.stringify(content, null, 2)}\n`)
write('standard-input.json', input)
write('contracts.json', { compiler: version, contracts: pinned(compile(input)) })
