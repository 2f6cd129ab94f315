// viem's paymaster client (ERC-7677) beside its bundler client, unmodified: an account without any funds, deployed and used at the paymaster's expense.
import { http } from 'viem'
import { createBundlerClient, createPaymasterClient } from 'viem/account-abstraction'
import { assert, bundlerUrl, newOwner, publicClient, rpc, sponsoredAccount, version } from './rig.mjs'

const { account, address } = await sponsoredAccount(version)
const paymaster = createPaymasterClient({ transport: http(bundlerUrl, { timeout: 60_000 }) })
const bundler = createBundlerClient({ client: publicClient, transport: http(bundlerUrl, { timeout: 60_000 }), pollingInterval: 100, paymaster })

const target = newOwner().address
for (const call of [{ to: target }, { to: target, data: '0x01' }]) {
  const hash = await bundler.sendUserOperation({ account, calls: [call] })
  const receipt = await bundler.waitForUserOperationReceipt({ hash, timeout: 30_000 })
  assert.equal(receipt.success, true)
  assert.ok(receipt.actualGasCost > 0n)
  assert.ok(BigInt(receipt.paymaster) !== 0n)
  assert.equal(await publicClient.getBalance({ address: account.address }), 0n)
}

assert.ok((await rpc(bundlerUrl, 'pm_supportedEntryPoints', [])).result.some((each) => each.toLowerCase() === address.toLowerCase()))
console.log(`viem with a paymaster client v${version}: ok`)
process.exit(0)
