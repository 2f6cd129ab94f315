using System.Numerics;
using Nethereum.ABI.FunctionEncoding.Attributes;
using Nethereum.Contracts;

namespace Bundler.Client.Accounts;

/// <summary>execute of every SimpleAccount and Simple7702Account.</summary>
[Function("execute")]
internal sealed class ExecuteFunction : FunctionMessage
{
    [Parameter("address", "dest", 1)]
    public string Dest { get; set; } = "";

    [Parameter("uint256", "value", 2)]
    public BigInteger Value { get; set; }

    [Parameter("bytes", "func", 3)]
    public byte[] Func { get; set; } = [];
}

/// <summary>executeBatch of v0.6, which carries no value.</summary>
[Function("executeBatch")]
internal sealed class ExecuteBatchV06Function : FunctionMessage
{
    [Parameter("address[]", "dest", 1)]
    public List<string> Dest { get; set; } = [];

    [Parameter("bytes[]", "func", 2)]
    public List<byte[]> Func { get; set; } = [];
}

/// <summary>executeBatch of v0.7.</summary>
[Function("executeBatch")]
internal sealed class ExecuteBatchV07Function : FunctionMessage
{
    [Parameter("address[]", "dest", 1)]
    public List<string> Dest { get; set; } = [];

    [Parameter("uint256[]", "value", 2)]
    public List<BigInteger> Value { get; set; } = [];

    [Parameter("bytes[]", "func", 3)]
    public List<byte[]> Func { get; set; } = [];
}

/// <summary>executeBatch of v0.8 and later.</summary>
[Function("executeBatch")]
internal sealed class ExecuteBatchFunction : FunctionMessage
{
    [Parameter("tuple[]", "calls", 1)]
    public List<BatchedCall> Calls { get; set; } = [];
}

/// <summary>One call of <see cref="ExecuteBatchFunction"/>.</summary>
[Struct("Call")]
internal sealed class BatchedCall
{
    [Parameter("address", "target", 1)]
    public string Target { get; set; } = "";

    [Parameter("uint256", "value", 2)]
    public BigInteger Value { get; set; }

    [Parameter("bytes", "data", 3)]
    public byte[] Data { get; set; } = [];
}

/// <summary>The factory's answer where an account is or will be.</summary>
[Function("getAddress", "address")]
internal sealed class GetAddressFunction : FunctionMessage
{
    [Parameter("address", "owner", 1)]
    public string Owner { get; set; } = "";

    [Parameter("uint256", "salt", 2)]
    public BigInteger Salt { get; set; }
}

/// <summary>What the factory is called with by the EntryPoint.</summary>
[Function("createAccount", "address")]
internal sealed class CreateAccountFunction : FunctionMessage
{
    [Parameter("address", "owner", 1)]
    public string Owner { get; set; } = "";

    [Parameter("uint256", "salt", 2)]
    public BigInteger Salt { get; set; }
}

/// <summary>The EntryPoint's nonce of an account, by key.</summary>
[Function("getNonce", "uint256")]
internal sealed class GetNonceFunction : FunctionMessage
{
    [Parameter("address", "sender", 1)]
    public string Sender { get; set; } = "";

    [Parameter("uint192", "key", 2)]
    public BigInteger Key { get; set; }
}
