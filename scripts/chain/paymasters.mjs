// Deploys a paymaster of ours for each EntryPoint of a dev chain, with a deposit and a stake, and writes what a node needs to sign for them:
//   node scripts/chain/paymasters.mjs CHAIN-URL FOLDER
// FOLDER/grant.key: the signer's key, made here. FOLDER/sponsor.json: for --config.
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { createPublicClient, createWalletClient, defineChain, encodeDeployData, encodeFunctionData, getContractAddress, http, parseEther } from 'viem'
import { generatePrivateKey, privateKeyToAccount } from 'viem/accounts'

const [chainUrl, folder] = process.argv.slice(2)
const ENTRY_POINTS = {
  V06: '0x5FF137D4b0FDCD49DcA30c7CF57E578a026d2789',
  V07: '0x0000000071727De22E5E9d8BAf0edAc6f37da032',
  V08: '0x4337084D9E255Ff0702461CF8895CE9E3b5Ff108',
  V09: '0xF57e9E98dA1EeD5f7e4D5c6e76050bB9B3a4e0dA',
}
const MAX_COST = parseEther('0.05')
const UNSTAKE_DELAY_SECONDS = 86_400

// anvil's third account, whose key everybody knows: owner and manager. The first two pay for tests and sign bundles.
const OWNER = privateKeyToAccount('0x5de4111afa1a4b94908f83103eb1f1706367c2e68ca870fc3fb9a804cdab365a')

process.once('uncaughtException', (error) => {
  console.error(error.shortMessage ?? error)
  process.exit(1)
})

const probe = createPublicClient({ transport: http(chainUrl) })
const chain = defineChain({
  id: await probe.getChainId(),
  name: 'dev',
  nativeCurrency: { name: 'Ether', symbol: 'ETH', decimals: 18 },
  rpcUrls: { default: { http: [chainUrl] } },
})
const client = createPublicClient({ chain, transport: http(chainUrl), pollingInterval: 100 })
const owner = createWalletClient({ account: OWNER, chain, transport: http(chainUrl) })
const artifact = (name) => JSON.parse(readFileSync(new URL(`../../src/Bundler.Contracts/artifacts/${name}.json`, import.meta.url), 'utf8'))

const key = generatePrivateKey()
const signer = privateKeyToAccount(key).address
let nonce = await client.getTransactionCount({ address: OWNER.address })
const sent = []
const send = async (transaction) => sent.push(await owner.sendTransaction({ ...transaction, nonce: nonce++, gas: 5_000_000n }))

const paymasters = {}
for (const [version, entryPoint] of Object.entries(ENTRY_POINTS)) {
  const { abi, bytecode } = artifact(version === 'V06' ? 'NodeVerifyingPaymasterV06' : 'NodeVerifyingPaymasterV07')
  const address = getContractAddress({ from: OWNER.address, nonce: BigInt(nonce) })
  await send({ data: encodeDeployData({ abi, bytecode, args: [entryPoint, OWNER.address, OWNER.address, signer, MAX_COST] }) })
  await send({ to: address, data: encodeFunctionData({ abi, functionName: 'deposit' }), value: parseEther('2') })
  await send({ to: address, data: encodeFunctionData({ abi, functionName: 'addStake', args: [UNSTAKE_DELAY_SECONDS] }), value: parseEther('1') })
  paymasters[version.toLowerCase()] = { Address: address, EntryPoint: entryPoint, Signer: signer }
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
