// Creates a smart account and sends one operation through the public RPC:  node scripts/chain/first-operation.mjs BUNDLER-URL CHAIN-URL [NODE-URL…]
// With SPONSORED=yes the account has no funds, and who pays is asked of the node (ERC-7677).
// With several nodes behind the bundler's URL it is sent to the last of them and looked up at all. Exit code 0 only if every receipt says success.
import { inspect } from 'node:util'
import { createPublicClient, createWalletClient, formatEther, http, parseEther } from 'viem'
import { createBundlerClient, createPaymasterClient, entryPoint07Address } from 'viem/account-abstraction'
import { generatePrivateKey, privateKeyToAccount } from 'viem/accounts'
import { toSimpleSmartAccount } from 'permissionless/accounts'
import { chainAt } from './connect.mjs'

const [bundlerUrl, chainUrl, ...nodeUrls] = process.argv.slice(2)
const RECEIPT_MILLISECONDS = 60_000
const SEEN_MILLISECONDS = 20_000
const LOOK_MILLISECONDS = 50

// anvil's first account, whose key everybody knows.
const RICH = '0xac0974bec39a17e36ba4a6b4d238ff944bacb478cbed5efcae784d7bf4f2ff80'

const chain = await chainAt(chainUrl)
const client = createPublicClient({ chain, transport: http(chainUrl), pollingInterval: 200 })
const sponsored = process.env.SPONSORED === 'yes'
const bundlerAt = (url) =>
  createBundlerClient({ client, transport: http(url), pollingInterval: 200, ...(sponsored && { paymaster: createPaymasterClient({ transport: http(url) }) }) })
const bundler = bundlerAt(bundlerUrl)
const nodes = nodeUrls.length > 1 ? nodeUrls.map((url) => ({ url, bundler: bundlerAt(url) })) : []
const sender = nodes.at(-1)?.bundler ?? bundler
const rich = createWalletClient({ account: privateKeyToAccount(RICH), chain, transport: http(chainUrl) })

const owner = privateKeyToAccount(generatePrivateKey())
const account = await toSimpleSmartAccount({ client, owner, entryPoint: { address: entryPoint07Address, version: '0.7' } })
if (!sponsored) {
  const funded = await rich.sendTransaction({ to: account.address, value: parseEther('1') })
  await client.waitForTransactionReceipt({ hash: funded })
}
const value = sponsored ? 0n : parseEther('0.01')
console.log(`smart account     ${account.address} (EntryPoint 0.7, made by its first operation)`)

const to = privateKeyToAccount(generatePrivateKey()).address
const hash = await sender.sendUserOperation({ account, calls: [{ to, value }] })
console.log(`userOpHash        ${hash}`)

// Every node has it, whichever was sent it.
const seen = async (node) => {
  const deadline = Date.now() + SEEN_MILLISECONDS
  while (!(await node.bundler.request({ method: 'eth_getUserOperationByHash', params: [hash] }))) {
    if (Date.now() > deadline) {
      throw new Error(`${node.url} does not have the operation`)
    }
    await new Promise((resolve) => setTimeout(resolve, LOOK_MILLISECONDS))
  }
  console.log(`${node.bundler === sender ? 'sent to          ' : 'seen at          '} ${node.url}`)
}
await Promise.all(nodes.map(seen))

const receipt = await bundler.waitForUserOperationReceipt({ hash, timeout: RECEIPT_MILLISECONDS })
console.log(`transaction       ${receipt.receipt.transactionHash} in block ${receipt.receipt.blockNumber}`)
console.log(`gas               ${receipt.actualGasUsed} for ${formatEther(receipt.actualGasCost)} ether`)
console.log(`paid by           ${sponsored ? `paymaster ${receipt.paymaster}` : 'the account'}`)
console.log(`success           ${receipt.success}`)
console.log('receipt', inspect(receipt, { depth: 1 }))

const told = await Promise.all(nodes.map((node) => node.bundler.waitForUserOperationReceipt({ hash, timeout: RECEIPT_MILLISECONDS })))
nodes.forEach(({ url }, i) => console.log(`receipt at ${url}: block ${told[i].receipt.blockNumber}, success ${told[i].success}`))
if (told.some((other) => other.receipt.transactionHash !== receipt.receipt.transactionHash)) {
  console.error('the nodes do not agree on the transaction')
  process.exit(1)
}

const arrived = await client.getBalance({ address: to })
if (!receipt.success || arrived !== value) {
  console.error(`the operation did not do what it should: ${arrived} wei arrived`)
  process.exit(1)
}
if (sponsored && (await client.getBalance({ address: account.address })) !== 0n) {
  console.error('the account has funds, and was to have none')
  process.exit(1)
}
process.exit(0)
