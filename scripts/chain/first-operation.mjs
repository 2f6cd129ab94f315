// Creates a smart account and sends one operation through the public RPC:  node scripts/chain/first-operation.mjs BUNDLER-URL CHAIN-URL
// Exit code 0 only if the receipt says success.
import { inspect } from 'node:util'
import { createPublicClient, createWalletClient, defineChain, formatEther, http, parseEther } from 'viem'
import { createBundlerClient, entryPoint07Address } from 'viem/account-abstraction'
import { generatePrivateKey, privateKeyToAccount } from 'viem/accounts'
import { toSimpleSmartAccount } from 'permissionless/accounts'

const [bundlerUrl, chainUrl] = process.argv.slice(2)
const RECEIPT_MILLISECONDS = 60_000

// anvil's first account, whose key everybody knows.
const RICH = '0xac0974bec39a17e36ba4a6b4d238ff944bacb478cbed5efcae784d7bf4f2ff80'

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
const client = createPublicClient({ chain, transport: http(chainUrl), pollingInterval: 200 })
const bundler = createBundlerClient({ client, transport: http(bundlerUrl), pollingInterval: 200 })
const rich = createWalletClient({ account: privateKeyToAccount(RICH), chain, transport: http(chainUrl) })

const owner = privateKeyToAccount(generatePrivateKey())
const account = await toSimpleSmartAccount({ client, owner, entryPoint: { address: entryPoint07Address, version: '0.7' } })
const funded = await rich.sendTransaction({ to: account.address, value: parseEther('1') })
await client.waitForTransactionReceipt({ hash: funded })
console.log(`smart account     ${account.address} (EntryPoint 0.7, made by its first operation)`)

const to = privateKeyToAccount(generatePrivateKey()).address
const hash = await bundler.sendUserOperation({ account, calls: [{ to, value: parseEther('0.01') }] })
console.log(`userOpHash        ${hash}`)

const receipt = await bundler.waitForUserOperationReceipt({ hash, timeout: RECEIPT_MILLISECONDS })
console.log(`transaction       ${receipt.receipt.transactionHash} in block ${receipt.receipt.blockNumber}`)
console.log(`gas               ${receipt.actualGasUsed} for ${formatEther(receipt.actualGasCost)} ether`)
console.log(`success           ${receipt.success}`)
console.log('receipt', inspect(receipt, { depth: 1 }))

const arrived = await client.getBalance({ address: to })
if (!receipt.success || arrived !== parseEther('0.01')) {
  console.error(`the operation did not do what it should: ${arrived} wei arrived`)
  process.exit(1)
}
process.exit(0)
