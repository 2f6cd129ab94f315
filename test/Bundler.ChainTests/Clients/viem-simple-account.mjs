// viem's bundler client with a SimpleAccount, unmodified and without special options: send, wait, read back, and viem's own error classes.
import { parseEther } from 'viem'
import { entryPoint06Address, entryPoint07Address, entryPoint08Address } from 'viem/account-abstraction'
import { toSimpleSmartAccount } from 'permissionless/accounts'
import { assert, bundlerClient, fund, newOwner, publicClient, raises, version } from './rig.mjs'

const address = { '0.6': entryPoint06Address, '0.7': entryPoint07Address, '0.8': entryPoint08Address }[version]
const simpleAccount = () => toSimpleSmartAccount({ client: publicClient, owner: newOwner(), entryPoint: { address, version } })

// The ordinary flow: an account that is not deployed yet sends a value and a batch.
const account = await simpleAccount()
await fund(account.address)
const target = newOwner().address
const hash = await bundlerClient.sendUserOperation({ account, calls: [{ to: target, value: parseEther('0.01') }] })
const receipt = await bundlerClient.waitForUserOperationReceipt({ hash, timeout: 30_000 })
assert.equal(receipt.success, true)
assert.equal(receipt.userOpHash, hash)
assert.equal(receipt.sender, account.address)
assert.equal(receipt.receipt.status, 'success')
assert.ok(receipt.actualGasCost > 0n)
assert.equal(await publicClient.getBalance({ address: target }), parseEther('0.01'))

const found = await bundlerClient.getUserOperation({ hash })
assert.equal(found.userOperation.sender, account.address)
assert.equal(found.transactionHash, receipt.receipt.transactionHash)
assert.equal(found.entryPoint.toLowerCase(), address.toLowerCase())

// The second one, now deployed; two calls at once, which carry no value in a v0.6 account.
const value = version === '0.6' ? 0n : 3n
const again = await bundlerClient.sendUserOperation({ account, calls: [{ to: target, value }, { to: target, data: '0x01' }] })
assert.equal((await bundlerClient.waitForUserOperationReceipt({ hash: again, timeout: 30_000 })).success, true)
assert.equal(await publicClient.getBalance({ address: target }), parseEther('0.01') + value)

// What the bundler says of itself.
assert.equal(await bundlerClient.getChainId(), publicClient.chain.id)
assert.ok((await bundlerClient.getSupportedEntryPoints()).some((each) => each.toLowerCase() === address.toLowerCase()))

// A wrong signature: AA24.
const gas = { callGasLimit: 100_000n, verificationGasLimit: 300_000n, preVerificationGas: 100_000n }
const wrong = await bundlerClient.prepareUserOperation({ account, calls: [{ to: target }], ...gas })
const stranger = newOwner()
wrong.signature = await stranger.signMessage({ message: 'something else' })
await raises('UserOperationSignatureError', bundlerClient.sendUserOperation({ ...wrong, account: undefined, entryPointAddress: address }))

// No money: AA21.
const poor = await simpleAccount()
await raises('InsufficientPrefundError', bundlerClient.sendUserOperation({ account: poor, calls: [{ to: target }], ...gas }))

// A nonce that was used: AA25.
await raises('InvalidAccountNonceError', bundlerClient.sendUserOperation({ account, calls: [{ to: target }], nonce: found.userOperation.nonce, ...gas }))

// Nobody knows these.
const nobody = '0x00000000000000000000000000000000000000000000000000000000000000ff'
await raises('UserOperationNotFoundError', bundlerClient.getUserOperation({ hash: nobody }))
await raises('UserOperationReceiptNotFoundError', bundlerClient.getUserOperationReceipt({ hash: nobody }))

console.log(`viem with a SimpleAccount v${version}: ok`)
process.exit(0)
