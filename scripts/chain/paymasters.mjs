// Deploys a paymaster of ours for each EntryPoint of a dev chain, with a deposit and a stake, and writes what a node needs to sign for them:
//   node scripts/chain/paymasters.mjs CHAIN-URL FOLDER
// FOLDER/grant.key: the signer's key, made here. FOLDER/sponsor.json: for --config.
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { createPublicClient, createWalletClient, encodeDeployData, encodeFunctionData, getContractAddress, http, parseEther } from 'viem'
import { generatePrivateKey, privateKeyToAccount } from 'viem/accounts'
import { chainAt } from './connect.mjs'
import { entryPoints } from './deployments.mjs'

const [chainUrl, folder] = process.argv.slice(2)
const MAX_COST = parseEther('0.05')
const UNSTAKE_DELAY_SECONDS = 86_400

// anvil's third account, whose key everybody knows: owner and manager. The first two pay for tests and sign bundles.
const OWNER = privateKeyToAccount('0x5de4111afa1a4b94908f83103eb1f1706367c2e68ca870fc3fb9a804cdab365a')

const chain = await chainAt(chainUrl)
const client = createPublicClient({ chain, transport: http(chainUrl), pollingInterval: 100 })
const owner = createWalletClient({ account: OWNER, chain, transport: http(chainUrl) })
const artifact = (name) => JSON.parse(readFileSync(new URL(`../../src/Bundler.Contracts/artifacts/${name}.json`, import.meta.url), 'utf8'))

const key = generatePrivateKey()
const signer = privateKeyToAccount(key).address
let nonce = await client.getTransactionCount({ address: OWNER.address })
const sent = []
const send = async (transaction) => sent.push(await owner.sendTransaction({ ...transaction, nonce: nonce++, gas: 5_000_000n }))

const paymasters = {}
for (const { version, address: entryPoint } of entryPoints) {
  const { abi, bytecode } = artifact(version === '0.6' ? 'NodeVerifyingPaymasterV06' : 'NodeVerifyingPaymasterV07')
  const address = getContractAddress({ from: OWNER.address, nonce: BigInt(nonce) })
  await send({ data: encodeDeployData({ abi, bytecode, args: [entryPoint, OWNER.address, OWNER.address, signer, MAX_COST] }) })
  await send({ to: address, data: encodeFunctionData({ abi, functionName: 'deposit' }), value: parseEther('2') })
  await send({ to: address, data: encodeFunctionData({ abi, functionName: 'addStake', args: [UNSTAKE_DELAY_SECONDS] }), value: parseEther('1') })
  paymasters[`v${version.slice(0, 3).replace('.', '')}`] = { Address: address, EntryPoint: entryPoint, Signer: signer }
}
for (const receipt of await Promise.all(sent.map((hash) => client.waitForTransactionReceipt({ hash, timeout: 60_000 })))) {
  if (receipt.status !== 'success') {
    throw new Error(`a transaction that sets the paymasters up failed: ${receipt.transactionHash}`)
  }
}

const keyFile = join(folder, 'grant.key')
writeFileSync(keyFile, `${key}\n`, { mode: 0o600 })
writeFileSync(
  join(folder, 'sponsor.json'),
  JSON.stringify({ Bundler: { GrantSigning: { KeyFile: keyFile }, Sponsor: { Enabled: true, Name: 'scripts/dev', Paymasters: paymasters } } }, null, 2),
)
for (const [version, { Address }] of Object.entries(paymasters)) {
  console.log(`paymaster ${version}     ${Address}`)
}
process.exit(0)
