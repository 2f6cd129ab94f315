// Prepares a dev chain's state once and prints the path of its file:  node scripts/chain/prepare.mjs [CHAIN-ID]
//
// The file holds the deployed contracts alone, no dev accounts and no blocks: a chain that loads it starts at block 0
// with anvil's own accounts untouched. One file per chain id, because EntryPoint v0.8+ keeps the chain id of its
// deployment in its code and takes a dearer path on any other.
import { spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { gunzipSync } from 'node:zlib'

const root = fileURLToPath(new URL('../../', import.meta.url))
const anvil = process.env.ANVIL ?? join(root, 'node_modules/@foundry-rs/anvil-linux-amd64/bin/anvil')
const chainId = Number(process.argv[2] ?? 1337)
const START_MILLISECONDS = 30_000

if (!Number.isSafeInteger(chainId) || chainId < 1) {
  console.error(`not a chain id: ${process.argv[2]}`)
  process.exit(2)
}

const key = ['package.json', 'scripts/chain/prepare.mjs', 'scripts/chain/deployments.mjs']
  .reduce((hash, file) => hash.update(readFileSync(join(root, file))), createHash('sha256'))
  .digest('hex').slice(0, 16)
const folder = join(root, 'artifacts/devchain')
const file = join(folder, `state-${chainId}-${key}.json`)

if (!existsSync(file)) {
  console.error(`preparing the state of dev chain ${chainId} (once)`)
  const state = await withChain(deployAll)
  mkdirSync(folder, { recursive: true })
  const draft = `${file}.${process.pid}`
  writeFileSync(draft, JSON.stringify(state))
  renameSync(draft, file) // whoever comes second replaces the file by an equal one
}
console.log(file)

async function deployAll(rpc) {
  const { deployments, DEPLOYER } = await import('./deployments.mjs')
  const [from] = await rpc('eth_accounts')
  const predeployed = await contractsOf(rpc)
  for (const { name, address, expected, transaction } of deployments) {
    if (expected && expected !== address) {
      throw new Error(`${name} would be deployed at ${expected}, not at ${address}`)
    }
    await rpc('eth_sendTransaction', { from, to: DEPLOYER, data: transaction, gas: '0x989680' })
    await rpc('evm_mine')
    if (await rpc('eth_getCode', address, 'latest') === '0x') {
      throw new Error(`${name} was not deployed at ${address}`)
    }
  }
  const accounts = await contractsOf(rpc)
  for (const address of Object.keys(predeployed)) {
    delete accounts[address]
  }
  return { block: null, accounts, best_block_number: null, blocks: [], transactions: [] }
}

async function contractsOf(rpc) {
  const dump = JSON.parse(gunzipSync(Buffer.from((await rpc('anvil_dumpState')).slice(2), 'hex')))
  return Object.fromEntries(Object.entries(dump.accounts).filter(([, account]) => account.code && account.code !== '0x'))
}

/** Runs `use` against a passing chain that mines on command, and ends it. */
async function withChain(use) {
  const cache = mkdtempSync(join(tmpdir(), 'bundler-prepare-'))
  const port = await freePort()
  const options = ['--port', port, '--chain-id', chainId, '--no-mining', '--quiet', '--prune-history', '--cache-path', cache]
  const chain = spawn(anvil, options, { stdio: ['ignore', 'ignore', 'inherit'] })
  const ended = new Promise((resolve) => {
    chain.once('exit', resolve)
    chain.once('error', (error) => resolve(error.message))
  })
  const stop = () => chain.kill('SIGKILL')
  process.once('SIGINT', stop).once('SIGTERM', stop)
  try {
    const rpc = rpcOf(`http://127.0.0.1:${port}`)
    await Promise.race([
      answers(rpc),
      ended.then((how) => { throw new Error(`anvil ended before it answered: ${how}`) }),
    ])
    return await use(rpc)
  } finally {
    stop()
    await ended
    rmSync(cache, { recursive: true, force: true })
  }
}

function rpcOf(url) {
  return async (method, ...params) => {
    const response = await fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ jsonrpc: '2.0', id: 1, method, params }),
    })
    const { result, error } = await response.json()
    if (error) {
      throw new Error(`${method}: ${error.message}`)
    }
    return result
  }
}

async function answers(rpc) {
  const deadline = Date.now() + START_MILLISECONDS
  for (;;) {
    try {
      return await rpc('eth_chainId')
    } catch (error) {
      if (Date.now() > deadline) {
        throw error
      }
      await delay(50)
    }
  }
}

function freePort() {
  return new Promise((resolve, reject) => {
    const probe = createServer().once('error', reject)
    probe.listen(0, '127.0.0.1', () => {
      const { port } = probe.address()
      probe.close(() => resolve(port))
    })
  })
}
